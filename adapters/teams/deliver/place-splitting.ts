import type { MessageRef } from "../../../core/delivery/channel.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { TeamsMessage } from "../render/teams-message.ts";
import { type PlacedEnd, type Placement, placeParts } from "./place-parts.ts";
import { splitText } from "./split-text.ts";

/** Parts that were split, by their numbers at the time, in order: kept with the parts that stand behind them. */
const splitName = "split";

/**
 * `placeParts`, where a text that Teams finds too long although it is within its limits is posted in halves, and their
 * halves. A later attempt splits as an earlier one did whose parts stand.
 * @param placedBefore parts that an earlier attempt has placed.
 */
export async function placeSplitting(
  placement: Placement,
  placedBefore: ReadonlyMap<number, MessageRef>,
): Promise<{ readonly end: PlacedEnd; readonly messages: readonly TeamsMessage[] }> {
  const splits: number[] = [];
  let { messages } = placement;

  function split(part: number): boolean {
    const message = messages[part];
    const halves = message && splitText(message);
    if (!halves) return false;
    messages = messages.toSpliced(part, 1, ...halves);
    splits.push(part);
    return true;
  }

  const keepPlaced = (part: number, ref: MessageRef): Promise<void> =>
    placement.keepPlaced(part, splits.length === 0 ? ref : { ...ref, [splitName]: splits.join(" ") });

  const known = [...placedBefore.values()].flatMap((ref) => ref[splitName] ?? []);
  const longest = known.toSorted((one, other) => other.length - one.length)[0];
  for (const part of longest?.split(" ") ?? []) split(Number(part));
  for (;;) {
    try {
      return { end: await placeParts({ ...placement, messages, keepPlaced }), messages };
    } catch (error) {
      const isTooLong = isExpertError(error, "channel_refused") && error.facts["status"] === 413;
      const part = messages.findIndex((_, number) => !placement.placed.has(number));
      if (!isTooLong || !split(part)) throw error;
      placement.logger.warn("Teams found a part of a message too long, and gets it in halves", { error });
    }
  }
}
