import { endStream } from "./end-stream.ts";
import { findOwnMessages, type OwnMessage } from "./find-own-messages.ts";
import type { Placement, Standing } from "./place-messages.ts";

export interface LookOptions {
  /** Messages that are known to have shown the turn's progress. */
  readonly progress: readonly string[];
  /** Where the message stands that this one takes the place of. */
  readonly replaced: readonly string[];
  /**
   * Whether a streamed message that nobody knows must be this turn's, since no other turn is under way: that of a worker
   * which died in the moment in which it began it.
   */
  mayAdopt(): Promise<boolean>;
}

/**
 * Looks in the thread for what an earlier attempt, or another process, has posted or shown of a message, and ends the
 * streams that it finds. Throws what `callSlack` throws.
 */
export async function lookAround(placement: Placement, options: LookOptions): Promise<Standing> {
  const { bot, pace, place, since, key, turnId } = placement;
  pace.spare(bot.workspaceId, "conversations.replies");
  const own = await pace.call(bot.workspaceId, "conversations.replies", () =>
    findOwnMessages(bot, place, since),
  );
  const known = new Set(options.progress);
  const parts = new Map<number, string>();
  const untagged: string[] = [];
  const strays: string[] = [];
  for (const message of own) {
    const { ts, tag } = message;
    if (tag?.kind === "message") {
      // Also where it stands in the place of some progress.
      known.delete(ts);
      if (tag.delivery === key) parts.set(tag.part, ts);
    } else if (turnId === null || place.threadTs === null) continue;
    else if (tag?.kind === "progress" && tag.turn === turnId) known.add(ts);
    else if (tag === null && known.has(ts)) untagged.push(ts);
    else if (isStray(message)) strays.push(ts);
  }
  const adopted = strays.length > 0 && (await options.mayAdopt()) ? strays : [];
  for (const ts of [...untagged, ...adopted])
    await endStream(placement, { channelId: place.channelId, ts, turnId });
  const reusable = [...known, ...adopted].sort((one, other) => Number(one) - Number(other));
  const taken = new Set(parts.values());
  return { parts, reusable: [...reusable, ...options.replaced.filter((ts) => !taken.has(ts))], refused: [] };
}

/** Only a stream that was never ended has no tag, and it has no blocks of ours. */
const isStray = ({ tag, plain }: OwnMessage): boolean => tag === null && plain;
