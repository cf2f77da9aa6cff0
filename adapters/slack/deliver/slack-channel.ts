import { LRUCache } from "lru-cache";
import type { Channel, FollowedTurn, ThreadRef } from "../../../core/delivery/channel.ts";
import type { TurnId } from "../../../core/ids.ts";
import type { Logger } from "../../../core/logger.ts";
import { callSlack } from "../client/slack-client.ts";
import type { SourceUrl } from "../render/sources.ts";
import { parseThreadKey } from "../thread-key.ts";
import type { SlackWorkspaces } from "../workspaces.ts";
import { createLiveReply, type LiveReply } from "./live-reply.ts";
import type { LiveTimings } from "./live-writer.ts";
import type { MessagePace } from "./message-pace.ts";
import type { Standing } from "./place-messages.ts";
import { createPoster } from "./post-messages.ts";

export interface SlackChannelPorts {
  readonly workspaces: SlackWorkspaces;
  readonly sourceUrl: SourceUrl;
  readonly logger: Logger;
  /** Shared by all that posts in this process. */
  readonly pace: MessagePace;
  readonly timings?: Partial<LiveTimings>;
}

interface Followed {
  readonly reply: LiveReply;
  readonly threadKey: string;
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
  const live = new LRUCache<TurnId, Followed>({ max: turnsFollowed });
  const putOff = new LRUCache<string, PutOff>({ max: turnsFollowed });
  const poster = createPoster({ workspaces, pace, sourceUrl: ports.sourceUrl });

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
      live.set(turn.id, { reply, threadKey: thread.key });
      return (event) => {
        reply.event(event);
      };
    },
    async post(thread, message, posting) {
      const { turnId } = message;
      const known = putOff.get(posting.key);
      putOff.delete(posting.key);
      const followed = turnId === null || message.kind === "note" ? undefined : live.get(turnId);
      const progress = followed ? await followed.reply.seal() : [];
      if (turnId !== null && followed) live.delete(turnId);
      // Another process may have shown, or even posted, what this one knows nothing of.
      const certain = posting.attempt === 1 && (message.kind === "note" || followed !== undefined);
      return await poster.post(thread, message, posting, {
        standing:
          known?.attempt === posting.attempt
            ? known.standing
            : certain
              ? { parts: new Map(), reusable: [...progress] }
              : null,
        progress,
        othersLive: [...live.values()].some(({ threadKey }) => threadKey === thread.key),
        keep: (standing) => putOff.set(posting.key, { attempt: posting.attempt, standing }),
      });
    },
    async withdraw(thread, turn) {
      const followed = live.get(turn);
      live.delete(turn);
      const place = parseThreadKey(thread.key);
      if (!followed || place.kind !== "thread") return;
      const { client } = await workspaces.bot(thread.tenantId, place.workspaceId);
      for (const ts of await followed.reply.seal()) {
        await callSlack(() => client.chat.delete({ channel: place.channelId, ts })).catch(
          (error: unknown) => {
            logger.warn("what was shown of a withdrawn answer could not be removed", { turn, error });
          },
        );
      }
    },
  };
}
