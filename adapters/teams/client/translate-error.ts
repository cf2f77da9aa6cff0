import { ExpertError } from "../../../core/errors.ts";
import { CallFailure } from "./call-failure.ts";
import { AnswerTooLong, NoAnswer } from "./call-once.ts";
import { refusals } from "./refusals.ts";

/** Where Teams wants a pause and does not say how long. */
const unsaidPauseMs = 2_000;
/** Statuses that say it cannot just now; 412 is of two changes that met (learn.microsoft.com, rate limiting of bots). */
const passing: ReadonlySet<number> = new Set([408, 409, 412, 425, 500, 502, 503, 504]);

/** Any error of a call to Teams as one of ours; see `TeamsBot`. */
export function translateTeamsError(error: unknown): ExpertError {
  if (error instanceof ExpertError) return error;
  if (error instanceof CallFailure) return translateFailure(error);
  if (error instanceof AnswerTooLong) {
    return new ExpertError("channel_refused", "What Teams sent is too long.", { cause: error });
  }
  if (error instanceof NoAnswer) {
    return unavailable(`Teams could not be reached: ${error.message}.`, error);
  }
  return new ExpertError("internal", "A call to Teams failed in an unknown way.", { cause: error });
}

/** The status and Teams' own word for what went wrong; null where the error is none of Teams'. */
export function teamsFailure(error: unknown): { readonly status: number; readonly code: string } | null {
  const cause = error instanceof ExpertError ? error.cause : error;
  return cause instanceof CallFailure ? { status: cause.status, code: cause.code } : null;
}

function translateFailure(failure: CallFailure): ExpertError {
  const { status, code } = failure;
  if (status === 429) {
    const retryAfterMs = failure.retryAfterMs ?? unsaidPauseMs;
    return new ExpertError("rate_limited", `Teams wants a pause of ${String(retryAfterMs / 1_000)} s.`, {
      facts: { retryAfterMs },
      cause: failure,
    });
  }
  if (passing.has(status)) return unavailable(`Teams answered with ${failure.message}.`, failure);
  const { what, remedy } = refusals.byCode[code] ?? refusals.byStatus[status] ?? refusals.other;
  return new ExpertError("channel_refused", `${what} (${failure.message})`, {
    ...(remedy === undefined ? {} : { remedy }),
    facts: { status, teamsError: code, ...(failure.said === "" ? {} : { said: failure.said }) },
    cause: failure,
  });
}

const unavailable = (message: string, cause: Error): ExpertError =>
  new ExpertError("channel_unavailable", message, {
    remedy: "It is tried again by itself; https://status.cloud.microsoft tells about outages of Teams.",
    ...(cause instanceof CallFailure ? { facts: { status: cause.status, teamsError: cause.code } } : {}),
    cause,
  });
