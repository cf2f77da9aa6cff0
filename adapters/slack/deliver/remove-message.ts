import { setTimeout as delay } from "node:timers/promises";
import { isExpertError } from "../../../core/errors.ts";
import type { Logger } from "../../../core/logger.ts";
import { slackErrorCode } from "../client/translate-slack-error.ts";
import { changeEnded, type StreamedMessage, type StreamPorts } from "./end-stream.ts";
import { pauseOf } from "./message-pace.ts";

/** Waits before the removal is tried again, in milliseconds; the product's own choice. */
const retryMs = [500, 2_000] as const;
/** A pause that Slack wants longer than this is not waited for. */
const longestPauseMs = 5_000;

/**
 * Removes a message that showed some progress. Never throws: what stands instead of it, or that nothing shall stand, does
 * not depend on it.
 */
export async function removeMessage(
  ports: StreamPorts & { readonly logger: Logger },
  message: StreamedMessage,
): Promise<void> {
  const { bot, pace, logger } = ports;
  const { channelId, ts } = message;
  for (const [tries, waitMs] of [...retryMs, null].entries()) {
    try {
      await changeEnded(ports, message, () =>
        pace.call(bot.workspaceId, "chat.delete", () => bot.client.chat.delete({ channel: channelId, ts })),
      );
      return;
    } catch (error) {
      if (slackErrorCode(error) === "message_not_found") return;
      const pauseMs = pauseOf(error) ?? 0;
      const passes = isExpertError(error, "rate_limited", "channel_unavailable");
      if (waitMs === null || !passes || pauseMs > longestPauseMs) {
        logger.warn("what showed an answer's progress could not be removed", {
          turn: message.turnId,
          tries: tries + 1,
          error,
        });
        return;
      }
      await delay(Math.max(waitMs, pauseMs));
    }
  }
}
