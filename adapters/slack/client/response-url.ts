import { WebAPIRateLimitedError } from "@slack/web-api";
import { ExpertError } from "../../../core/errors.ts";
import type { SlackMessage } from "../render/message.ts";
import { pauseSeconds } from "./retry-after.ts";
import { signalAfterRunning } from "./running-time.ts";
import { translateSlackError } from "./translate-slack-error.ts";

const timeoutMs = 10_000;

/**
 * Shows a message to whoever clicked or sent a command, at the address that came with it: five times within half an hour.
 * Throws `channel_refused` where the address is used up, `rate_limited` with the fact `retryAfterMs`, `channel_unavailable`.
 * @param url as Slack signed it; its handler has checked that it is Slack's.
 */
export async function postToResponseUrl(url: string, message: SlackMessage): Promise<void> {
  const { signal, end } = signalAfterRunning(timeoutMs);
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({ response_type: "ephemeral", replace_original: false, ...message }),
    redirect: "error",
    signal,
  }).catch((error: unknown) => {
    end();
    throw new ExpertError("channel_unavailable", "Slack could not be reached.", { cause: error });
  });
  await response.arrayBuffer().catch(() => undefined);
  end();
  if (response.ok) return;
  if (response.status === 429) {
    throw translateSlackError(new WebAPIRateLimitedError(pauseSeconds(response.headers.get("retry-after"))));
  }
  throw response.status >= 500
    ? new ExpertError("channel_unavailable", `Slack answered with the status ${String(response.status)}.`)
    : new ExpertError("channel_refused", "Slack no longer takes an answer to this command.", {
        remedy: "Send the command again.",
      });
}
