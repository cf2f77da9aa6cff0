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
    await pace.take(bot.msTenantId, place.conversationId, "long");
    await pace.heed(place.conversationId, () => bot.remove(place, activityId));
  } catch (error) {
    if (isExpertError(error, "channel_refused") && error.facts["status"] === 404) return;
    logger.warn("what showed an answer's progress could not be removed", { activityId, error });
  }
}
