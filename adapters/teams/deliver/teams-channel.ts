import { LRUCache } from "lru-cache";
import type { Database } from "../../../core/database.ts";
import type { Channel } from "../../../core/delivery/channel.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { TurnId } from "../../../core/ids.ts";
import type { Logger } from "../../../core/logger.ts";
import type { TeamsClient } from "../client/teams-client.ts";
import { teamsLimits } from "../render/limits.ts";
import type { SourceUrl } from "../render/sources.ts";
import { createChatStreams } from "./chat-streams.ts";
import { createPlaceFinder } from "./find-place.ts";
import { createLiveReply, type LiveReply, type SealedProgress } from "./live-reply.ts";
import type { MessagePace } from "./message-pace.ts";
import { createPoster } from "./post-messages.ts";
import { type LiveTimings, togetherShown } from "./progress.ts";
import { removeMessage } from "./remove-message.ts";

export interface TeamsChannelPorts {
  readonly client: TeamsClient;
  readonly database: Pick<Database, "withTenant">;
  readonly sourceUrl: SourceUrl;
  /** Where an approval is decided in the console; null where its address is not known. */
  readonly approvalUrl: (id: string) => string | null;
  readonly logger: Logger;
  /** Shared by all that sends in this process. */
  readonly pace: MessagePace;
  readonly timings?: Partial<LiveTimings>;
}

/** Turns whose progress this process shows, or has shown until their reply was posted. */
const turnsFollowed = 10_000;

/**
 * Teams as a channel of the core. Teams knows no mark that a message could carry, and lets no bot read what stands in a
 * conversation: what is posted is known by its activity id alone, which is kept as soon as Teams tells it. A part whose
 * id never came, since the process or the connection broke between, is posted again; an answer that took the place of a
 * message that showed its progress is not, for that message's id is known before (docs/decisions/0010).
 */
export function createTeamsChannel(ports: TeamsChannelPorts): Channel {
  const { pace, logger } = ports;
  const live = new LRUCache<TurnId, LiveReply>({ max: turnsFollowed });
  /** Of turns whose reply is still to be posted. */
  const sealedBefore = new LRUCache<TurnId, SealedProgress>({ max: turnsFollowed });
  const streams = createChatStreams();
  const places = createPlaceFinder(ports);
  const poster = createPoster({ ...ports, places });

  return {
    name: "teams",
    limits: { textLength: teamsLimits.text },
    follow(thread, turn) {
      // Whether an earlier attempt has shown some is not known.
      if (turn.attempt > 1) return () => undefined;
      const options = { pace, streams, logger, ...(ports.timings ? { timings: ports.timings } : {}) };
      const reply = createLiveReply(options, () => places.find(thread, turn.address), turn);
      live.set(turn.id, reply);
      return (event) => {
        reply.event(event);
      };
    },
    async post(thread, message, posting) {
      if (message.kind === "note") {
        return await poster.post(thread, message, posting, { progress: [], stopped: false });
      }
      const { turnId } = message;
      const { shown, stopped } = await seal(turnId);
      const progress = togetherShown(shown, posting.shown);
      try {
        const ref = await poster.post(thread, message, posting, { progress, stopped });
        forget(turnId);
        return ref;
      } catch (error) {
        if (isExpertError(error, "channel_refused")) forget(turnId);
        throw error;
      }
    },
    async withdraw(thread, turn, shown) {
      const sealed = await seal(turn);
      forget(turn);
      const messages = togetherShown(sealed.shown, shown);
      if (messages.length === 0) return;
      const { serviceUrl } = shown[0] ?? {};
      const found = await places.find(thread, serviceUrl === undefined ? {} : { serviceUrl });
      for (const { activityId } of messages) await removeMessage({ pace, logger }, found, activityId);
    },
  };

  /** Stops showing a turn's progress. */
  async function seal(turn: TurnId): Promise<SealedProgress> {
    const reply = live.get(turn);
    live.delete(turn);
    const sealed = (await reply?.seal()) ?? sealedBefore.get(turn) ?? { shown: [], stopped: false };
    sealedBefore.set(turn, sealed);
    return sealed;
  }

  function forget(turn: TurnId): void {
    sealedBefore.delete(turn);
    streams.release(turn);
  }
}
