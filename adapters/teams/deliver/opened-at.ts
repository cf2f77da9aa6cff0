import type { OutgoingMessage, ThreadRef } from "../../../core/delivery/channel.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { Logger } from "../../../core/logger.ts";
import { parseThreadKey } from "../thread-key.ts";
import { questionUrl, threadUrl } from "../thread-url.ts";
import type { FoundPlace, PlaceFinder } from "./find-place.ts";

/**
 * Where the thread that a note is about is opened: the one that an expert is asked into, the one that the asker's own
 * question is about, or the question of an approval, where its approver is among those who read there. Null where it opens
 * for nobody, or that is not known. Never throws: the note stands without the link.
 */
export async function openedAt(
  { places, logger }: { readonly places: PlaceFinder; readonly logger: Logger },
  thread: ThreadRef,
  message: OutgoingMessage,
  { personId }: FoundPlace,
): Promise<string | null> {
  if (message.kind !== "note") return null;
  const { note } = message;
  if (note.kind === "handoff_offered") return threadUrl(parseThreadKey(note.threadKey));
  if (note.kind === "approval_card") {
    const url = note.view ? questionUrl(note.view) : null;
    if (!note.view || url === null || personId === null) return null;
    try {
      const { bot, place } = await places.find({ ...thread, key: note.view.threadKey }, note.view.address);
      return (await bot.member(place, personId)) === null ? null : url;
    } catch (error) {
      if (!isExpertError(error)) throw error;
      logger.info("who reads the conversation of a question could not be asked", { error });
      return null;
    }
  }
  const about = note.kind === "asker_waits" ? note.address["about"] : undefined;
  return about?.startsWith("teams:") === true ? threadUrl(parseThreadKey(about)) : null;
}
