import type { MessageRef } from "../../../core/delivery/channel.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { Logger } from "../../../core/logger.ts";
import type { TeamsMessage } from "../render/teams-message.ts";
import type { FoundPlace } from "./find-place.ts";
import type { MessagePace } from "./message-pace.ts";
import type { ShownMessage } from "./progress.ts";
import { removeMessage, removeReplaced } from "./remove-message.ts";
import { activityOf, streamEnd } from "./stream-activities.ts";
import { streamRefusal } from "./stream-refusal.ts";

export interface Placement {
  readonly found: FoundPlace;
  readonly pace: MessagePace;
  readonly logger: Logger;
  /** The parts of one outgoing message, in order. */
  readonly messages: readonly TeamsMessage[];
  /** Ids of its parts that stand, by number. */
  readonly placed: Map<number, string>;
  /** Messages that showed the turn's progress, oldest first; the parts take their places. */
  readonly progress: readonly ShownMessage[];
  /** Messages that this one replaces, in order: the parts take their places, and those left over must go. */
  readonly replaced: readonly string[];
  /** Aborted where somebody else posts it by now. */
  readonly signal: AbortSignal;
  /** Waits until the conversation takes another message. */
  beforePost(patience: "short" | "long"): Promise<void>;
  /** Told of each part but the last, once it stands. */
  keepPlaced(part: number, ref: MessageRef): Promise<void>;
}

export type PlacedEnd = "placed" | "stopped";

/**
 * Makes the parts stand in their place: those that do already are left, messages that showed the progress become parts,
 * the rest is posted, and progress that is left over is removed. Throws what `TeamsBot` throws. "stopped": the reader has
 * pressed Stop, and nothing was posted.
 */
export async function placeParts(placement: Placement): Promise<PlacedEnd> {
  const { found, messages, placed, progress, replaced, signal } = placement;
  const standing = new Set(placed.values());
  const replacing = replaced.map((activityId): ShownMessage => ({ as: "message", activityId }));
  const reusable = [...replacing, ...progress].filter(({ activityId }) => !standing.has(activityId));
  const useless: string[] = [];
  for (const [part, message] of messages.entries()) {
    if (placed.has(part)) continue;
    signal.throwIfAborted();
    await placement.beforePost(placed.size === 0 ? "short" : "long");
    signal.throwIfAborted();
    let id: string | null = null;
    for (let [shown] = reusable; shown && id === null; [shown] = reusable) {
      const outcome = await takePlace(placement, shown, message);
      if (outcome === "stopped") return "stopped";
      reusable.shift();
      if (outcome === "written") id = shown.activityId;
      else if (outcome === "refused") useless.push(shown.activityId);
    }
    id ??= await placement.pace.heed(found.place.conversationId, () =>
      found.bot.send(found.place, activityOf(message)),
    );
    placed.set(part, id);
    if (part < messages.length - 1) await placement.keepPlaced(part, partRef(placement, id));
  }
  for (const activityId of [...useless, ...reusable.map((shown) => shown.activityId)])
    await (replaced.includes(activityId)
      ? removeReplaced(placement, found, activityId)
      : removeMessage(placement, found, activityId));
  return "placed";
}

export const partRef = ({ found }: Pick<Placement, "found">, activityId: string): MessageRef => ({
  conversationId: found.place.conversationId,
  activityId,
});

/**
 * Puts a message in the place of one that showed the progress; done again, it changes nothing. "gone": somebody has
 * removed it; "refused": Teams will never let it be changed.
 */
async function takePlace(
  placement: Placement,
  { as, activityId }: ShownMessage,
  message: TeamsMessage,
): Promise<"written" | "gone" | "refused" | "stopped"> {
  const {
    found: { bot, place },
    pace,
    logger,
  } = placement;
  if (as === "stream") {
    try {
      await pace.heed(place.conversationId, () => bot.send(place, streamEnd(message, activityId)));
      return "written";
    } catch (error) {
      const refusal = streamRefusal(error);
      if (refusal === "stopped") return "stopped";
      // Its time is over, or its end was posted by an attempt that never learned of it: now it is a message like any other.
      if (refusal === null) throw error;
    }
    await placement.beforePost("long");
  }
  try {
    await pace.heed(place.conversationId, () => bot.update(place, activityId, activityOf(message)));
    return "written";
  } catch (error) {
    if (!isExpertError(error, "channel_refused")) throw error;
    if (error.facts["status"] === 413) throw error;
    if (error.facts["status"] === 404) return "gone";
    logger.info("an answer is posted anew, since its progress could not be changed", { activityId, error });
    return "refused";
  }
}
