import { isExpertError } from "../../../core/errors.ts";
import type { Logger } from "../../../core/logger.ts";
import type { FoundPlace } from "./find-place.ts";
import type { MessagePace } from "./message-pace.ts";

/**
 * Removes a message that showed some progress. Never throws: what stands instead of it, or that nothing shall stand, does
 * not depend on it.
 */
export async function removeMessage(
  { pace, logger }: { readonly pace: MessagePace; readonly logger: Logger },
  { bot, place }: Pick<FoundPlace, "bot" | "place">,
  activityId: string,
): Promise<void> {
  try {
    await remove(pace, { bot, place }, activityId);
  } catch (error) {
    logger.warn("what showed an answer's progress could not be removed", { activityId, error });
  }
}

/** Removes a part of a message that another one replaces. Throws what `TeamsBot` throws, but for what Teams never lets go. */
export async function removeReplaced(
  { pace, logger }: { readonly pace: MessagePace; readonly logger: Logger },
  found: Pick<FoundPlace, "bot" | "place">,
  activityId: string,
): Promise<void> {
  try {
    await remove(pace, found, activityId);
  } catch (error) {
    if (!isExpertError(error, "channel_refused")) throw error;
    logger.warn("a part of a message that was replaced could not be removed", { activityId, error });
  }
}

/** Nothing is left to do where it is gone. */
async function remove(
  pace: MessagePace,
  { bot, place }: Pick<FoundPlace, "bot" | "place">,
  activityId: string,
): Promise<void> {
  try {
    await pace.take(bot.msTenantId, place.conversationId, "long");
    await pace.heed(place.conversationId, () => bot.remove(place, activityId));
  } catch (error) {
    if (!isExpertError(error, "channel_refused") || error.facts["status"] !== 404) throw error;
  }
}
