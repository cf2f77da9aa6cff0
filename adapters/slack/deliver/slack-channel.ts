import { LRUCache } from "lru-cache";
import type { Channel, FollowedTurn, MessageRef, ThreadRef } from "../../../core/delivery/channel.ts";
import type { TurnId } from "../../../core/ids.ts";
import type { Logger } from "../../../core/logger.ts";
import type { SourceUrl } from "../render/sources.ts";
import { parseThreadKey } from "../thread-key.ts";
import type { SlackWorkspaces } from "../workspaces.ts";
import { createLiveReply, type LiveReply } from "./live-reply.ts";
import type { LiveTimings, ShownMessages } from "./live-writer.ts";
import type { MessagePace } from "./message-pace.ts";
import { messagesAt, type Standing } from "./place-messages.ts";
import { createPoster } from "./post-messages.ts";
import { removeMessage } from "./remove-message.ts";
import { setStatus } from "./set-status.ts";

export interface SlackChannelPorts {
  readonly workspaces: SlackWorkspaces;
  readonly sourceUrl: SourceUrl;
  /** Where an approval is decided in the console; null where its address is not known. */
  readonly approvalUrl: (id: string) => string | null;
  readonly logger: Logger;
  /** Shared by all that posts in this process. */
  readonly pace: MessagePace;
  readonly timings?: Partial<LiveTimings>;
}

/**
 * What is known of a message that was not posted because Slack wanted a pause. Whoever else tries it meanwhile either
 * posts it or makes the attempt's number grow.
 */
interface PutOff {
  readonly attempt: number;
  readonly standing: Standing;
}

/** Turns whose progress this process shows, or has shown until their reply was posted. */
const turnsFollowed = 10_000;

/** Slack as a channel of the core. */
export function createSlackChannel(ports: SlackChannelPorts): Channel {
  const { workspaces, pace, logger } = ports;
  const live = new LRUCache<TurnId, LiveReply>({ max: turnsFollowed });
  const putOff = new LRUCache<string, PutOff>({ max: turnsFollowed });
  const poster = createPoster(ports);

  const follow = (thread: ThreadRef, turn: FollowedTurn): LiveReply | null => {
    const place = parseThreadKey(thread.key);
    // What one person sees has no progress of its own; and whether an earlier attempt has shown some is not known.
    if (place.kind !== "thread" || turn.attempt > 1) return null;
    const findBot = () => workspaces.bot(thread.tenantId, place.workspaceId);
    const options = { pace, logger, ...(ports.timings ? { timings: ports.timings } : {}) };
    return createLiveReply(options, findBot, place, turn);
  };

  return {
    name: "slack",
    limits: { textLength: 12_000 },
    follow(thread, turn) {
      const reply = follow(thread, turn);
      if (!reply) return () => undefined;
      live.set(turn.id, reply);
      return (event) => {
        reply.event(event);
      };
    },
    async post(thread, message, posting) {
      const putOffBefore = putOff.get(posting.key);
      putOff.delete(posting.key);
      const isNote = message.kind === "note";
      const sealed = isNote ? null : await seal(message.turnId);
      const progress = together(sealed?.shown ?? [], posting.shown);
      const replaced = messagesAt(posting.standing);
      // Another process may have shown, or even posted, what this one knows nothing of.
      const certain = posting.attempt === 1 && (isNote || sealed?.sure === true);
      const untouched = certain
        ? { parts: new Map<number, string>(), reusable: [...progress, ...replaced], refused: [] }
        : null;
      return await poster.post(thread, message, posting, {
        standing: putOffBefore?.attempt === posting.attempt ? putOffBefore.standing : untouched,
        progress,
        replaced,
        keep: (standing) => putOff.set(posting.key, { attempt: posting.attempt, standing }),
      });
    },
    async withdraw(thread, turn, shown) {
      const sealed = await seal(turn);
      const place = parseThreadKey(thread.key);
      if (place.kind !== "thread") return;
      const { channelId } = place;
      const bot = await workspaces.bot(thread.tenantId, place.workspaceId);
      for (const ts of together(sealed?.shown ?? [], shown))
        await removeMessage({ bot, pace, logger }, { channelId, ts, turnId: turn });
      await setStatus(bot.client, place, "").catch((error: unknown) => {
        logger.debug("the status of a withdrawn answer could not be ended", { turn, error });
      });
    },
  };

  /** Stops showing a turn's progress; null where this process shows none. */
  async function seal(turn: TurnId): Promise<ShownMessages | null> {
    const reply = live.get(turn);
    live.delete(turn);
    return (await reply?.seal()) ?? null;
  }
}

/** What this process and others have shown of a turn, each message once, oldest first. */
const together = (own: readonly string[], kept: readonly MessageRef[]): readonly string[] =>
  [...new Set([...own, ...kept.flatMap(({ ts }) => ts ?? [])])].sort(
    (one, other) => Number(one) - Number(other),
  );
