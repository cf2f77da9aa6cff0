import { isExpertError } from "../../../core/errors.ts";

/**
 * Why Teams takes no more of a stream. `stopped`: its reader wants no more; `over`: it took longer than two minutes;
 * `completed`: its final message stands; `other`: it is not allowed there, too large, or does not hold what was
 * streamed before. All but the first can be changed like any message.
 */
export type StreamRefusal = "stopped" | "over" | "completed" | "other";

/**
 * Null for any other error. Teams gives all of them one code, `ContentStreamNotAllowed`, and tells them apart in words:
 * https://learn.microsoft.com/en-us/microsoftteams/platform/bots/streaming-ux#error-codes
 */
export function streamRefusal(error: unknown): StreamRefusal | null {
  if (!isExpertError(error, "channel_refused")) return null;
  const { said: words = "", status } = error.facts;
  const said = String(words).toLowerCase();
  if (/cancell?ed by user/.test(said)) return "stopped";
  if (said.includes("exceeded streaming time")) return "over";
  if (said.includes("already completed")) return "completed";
  return status === 403 || status === 400 || status === 413 ? "other" : null;
}
