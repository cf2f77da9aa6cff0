import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { ExpertError } from "../../../core/errors.ts";
import { refusals } from "./refusals.ts";

/** Codes of Slack that say it cannot just now. */
const passing = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "team_added_to_org",
  "request_timeout",
  "accesslimited",
  "token_expired",
  "external_channel_migrating",
  "connection_limit_exceeded",
  // A message that is streamed still; it is not when it is tried again.
  "streaming_state_conflict",
]);

/** Any error of a call to Slack as one of ours; see `callSlack`. */
export function translateSlackError(error: unknown): ExpertError {
  if (error instanceof ExpertError) return error;
  if (error instanceof WebAPIRateLimitedError) return rateLimited(error.retryAfter, error);
  if (error instanceof WebAPIPlatformError) return translateCode(error);
  if (error instanceof WebAPIHTTPError) {
    return unavailable(`Slack answered with the status ${String(error.statusCode)}.`, error);
  }
  if (error instanceof WebAPIRequestError) {
    return unavailable(`Slack could not be reached: ${error.original.message}.`, error);
  }
  return new ExpertError("internal", "A call to Slack failed in an unknown way.", { cause: error });
}

/** Slack's own code for what went wrong; null where the error is none of Slack's. */
export function slackErrorCode(error: unknown): string | null {
  const cause = error instanceof ExpertError ? error.cause : error;
  return cause instanceof WebAPIPlatformError ? cause.data.error : null;
}

function translateCode(error: WebAPIPlatformError): ExpertError {
  const code = error.data.error;
  if (code === "ratelimited" || code === "rate_limited" || code === "message_limit_exceeded") {
    return rateLimited(error.data.response_metadata?.retryAfter ?? 1, error);
  }
  if (passing.has(code)) return unavailable(`Slack cannot do this now (${code}).`, error);
  const { what, remedy } = refusals[code] ?? { what: "Slack refuses what it was asked." };
  const needed = "needed" in error.data && typeof error.data.needed === "string" ? error.data.needed : null;
  return new ExpertError("channel_refused", `${what} (${code}${needed === null ? "" : `: ${needed}`})`, {
    ...(remedy === undefined ? {} : { remedy }),
    facts: { slackError: code, ...(needed === null ? {} : { needed }) },
    cause: error,
  });
}

const rateLimited = (seconds: number, cause: Error): ExpertError =>
  new ExpertError("rate_limited", `Slack wants a pause of ${String(seconds)} s.`, {
    facts: { retryAfterMs: seconds * 1_000 },
    cause,
  });

const unavailable = (message: string, cause: Error): ExpertError =>
  new ExpertError("channel_unavailable", message, {
    remedy: "It is tried again by itself; https://slack-status.com tells about Slack's outages.",
    cause,
  });
