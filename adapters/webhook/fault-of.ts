import { ExpertError } from "../../core/errors.ts";

const longestPauseMs = 3_600_000;
/** What the same body will meet again: https://www.rfc-editor.org/rfc/rfc9110#section-15.5. */
const refusals: ReadonlySet<number> = new Set([400, 405, 406, 410, 411, 413, 414, 415, 422, 431]);

/**
 * What an endpoint's answer means; null where it has taken the message (2xx). What may pass, such as 404 while it is being
 * deployed, is tried again.
 */
export function faultOf(status: number, retryAfter: string | null, text: string): ExpertError | null {
  if (status >= 200 && status < 300) return null;
  const said = oneLine(text);
  const facts = { status, ...(said === "" ? {} : { said }) };
  const answered = `The endpoint answered ${String(status)}.`;
  if (status === 429) {
    return new ExpertError("rate_limited", answered, {
      facts: { ...facts, retryAfterMs: pauseOf(retryAfter) },
    });
  }
  if (status === 401 || status === 403) {
    return new ExpertError("unauthenticated", answered, {
      remedy: "Give the endpoint the signing secret that is set here.",
      facts,
    });
  }
  if (status >= 300 && status < 400) {
    return new ExpertError("channel_refused", `${answered} Redirects are not followed.`, {
      remedy: "Set the address that it points to.",
      facts,
    });
  }
  if (refusals.has(status)) {
    return new ExpertError("channel_refused", answered, {
      remedy: "Look into the endpoint's log for what it does not like, then send it again.",
      facts,
    });
  }
  return new ExpertError("channel_unavailable", answered, {
    remedy: "It is tried again by itself for a day; look whether the endpoint is up.",
    facts,
  });
}

const unsaidPauseMs = 30_000;

/** Seconds or a date, as https://www.rfc-editor.org/rfc/rfc9110#field.retry-after has it. */
function pauseOf(retryAfter: string | null): number {
  if (retryAfter === null) return unsaidPauseMs;
  const text = retryAfter.trim();
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(waitMs) ? unsaidPauseMs : Math.min(Math.max(waitMs, 1_000), longestPauseMs);
}

const oneLine = (text: string): string =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, 200);
