import { LRUCache } from "lru-cache";
import type { MessageRef, OutgoingMessage, Posting, ThreadRef } from "../../../core/delivery/channel.ts";
import { takenOver } from "../../../core/delivery/deliver.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { Language } from "../../../core/text/language.ts";
import { callSlack } from "../client/slack-client.ts";
import { renderFullerOffer } from "../render/render-notices.ts";
import type { SourceUrl } from "../render/sources.ts";
import { parseThreadKey, type SlackThread } from "../thread-key.ts";
import type { SlackBot, SlackWorkspaces } from "../workspaces.ts";
import type { MessagePace } from "./message-pace.ts";
import { lookAround, type Placement, placeMessages, type Standing } from "./place-messages.ts";
import { postPrivately } from "./post-privately.ts";
import { renderOutgoing } from "./render-outgoing.ts";

export interface PosterPorts {
  readonly workspaces: SlackWorkspaces;
  readonly pace: MessagePace;
  readonly sourceUrl: SourceUrl;
}

/** What people may have seen of a message before it is posted. */
export interface Shown {
  /** What stands of it; null where that has to be looked for: another attempt or process may have posted or shown some. */
  readonly standing: Standing | null;
  /** Messages of this process that showed the turn's progress, in order. */
  readonly progress: readonly string[];
  /** Whether another turn's progress is shown in the thread. */
  readonly othersLive: boolean;
  /** Called where nothing was posted since Slack wants a pause: so much is known for the next attempt. */
  keep(standing: Standing): void;
}

export interface Poster {
  post(thread: ThreadRef, message: OutgoingMessage, posting: Posting, shown: Shown): Promise<MessageRef>;
}

/** A wait that is longer is long enough for a human to have answered. */
const noticeableWaitMs = 200;
const directChannelsRemembered = 10_000;

/** Posts what the core sends: into a thread, to one person in a channel, or to a person directly. */
export function createPoster({ workspaces, pace, sourceUrl }: PosterPorts): Poster {
  const directChannels = new LRUCache<string, string>({ max: directChannelsRemembered });

  async function directChannel({ client, workspaceId }: SlackBot, userId: string): Promise<string> {
    const key = `${workspaceId} ${userId}`;
    const known = directChannels.get(key);
    if (known !== undefined) return known;
    const opened = await callSlack(() => client.conversations.open({ users: userId }));
    const id = opened.channel?.id ?? "";
    directChannels.set(key, id);
    return id;
  }

  /** Waits for the channel's turn; a human may have taken the thread over meanwhile. */
  const paced =
    ({ workspaceId }: SlackBot, channelId: string, posting: Posting, mayBeHeld: boolean) =>
    async (patience: "short" | "long"): Promise<void> => {
      const waitedMs = await pace.take(workspaceId, channelId, patience);
      if (mayBeHeld && waitedMs > noticeableWaitMs && (await posting.around()).held) throw takenOver();
    };

  /** The asker may read more than the place shows: told to them alone. Posted again where the delivery is repeated. */
  async function offerFuller(
    { client, workspaceId }: SlackBot,
    thread: Extract<SlackThread, { kind: "thread" }>,
    message: Extract<OutgoingMessage, { kind: "reply" }>,
    user: string,
  ): Promise<void> {
    const offer = renderFullerOffer(message.turnId, message.reply.language);
    await pace.take(workspaceId, thread.channelId, "long");
    await callSlack(() =>
      client.chat.postEphemeral({ channel: thread.channelId, thread_ts: thread.threadTs, user, ...offer }),
    );
  }

  async function placeOnce(placement: Placement, shown: Shown): Promise<MessageRef> {
    const standing = shown.standing ?? (await look(placement, shown));
    const stood = standing.parts.size;
    try {
      return await placeMessages(placement, standing);
    } catch (error) {
      if (isExpertError(error, "rate_limited") && standing.parts.size === stood) shown.keep(standing);
      throw error;
    }
  }

  async function look(placement: Placement, { progress, othersLive }: Shown): Promise<Standing> {
    pace.spare(placement.bot.workspaceId, "conversations.replies");
    const { parts, reusable } = await lookAround(placement, { adoptUntagged: !othersLive });
    return { parts, reusable: [...progress, ...reusable.filter((ts) => !progress.includes(ts))] };
  }

  return {
    async post(thread, message, posting, shown) {
      const place = parseThreadKey(thread.key);
      const bot = await workspaces.bot(thread.tenantId, place.workspaceId);
      const language = languageOf(message, posting);
      const threadUrl = await linkOf(bot, message);
      const rendered = renderOutgoing(message, { thread: place, language, sourceUrl, threadUrl });
      const mayBeHeld = message.kind !== "note";
      try {
        if (place.kind === "private") {
          const beforePost = paced(bot, place.channelId, posting, mayBeHeld);
          return await postPrivately(bot, place, rendered, posting.address, beforePost);
        }
        const channelId = place.kind === "direct" ? await directChannel(bot, place.userId) : place.channelId;
        const threadTs = place.kind === "direct" ? null : place.threadTs;
        const placement: Placement = {
          bot,
          place: { channelId, threadTs },
          messages: rendered,
          key: posting.key,
          turnId: message.turnId,
          since: posting.address["ts"] ?? null,
          beforePost: paced(bot, channelId, posting, mayBeHeld),
        };
        const ref = await placeOnce(placement, shown);
        const { user } = posting.address;
        if (message.kind === "reply" && message.reply.fuller && place.kind === "thread" && user !== undefined)
          await offerFuller(bot, place, message, user);
        return ref;
      } catch (error) {
        heed(error, place.kind === "direct" ? null : place.channelId);
        throw error;
      }
    },
  };

  /** Slack's own word on the pace counts for whoever posts there next. */
  function heed(error: unknown, channelId: string | null): void {
    if (channelId === null || !isExpertError(error, "rate_limited") || error.cause === undefined) return;
    const { retryAfterMs } = error.facts;
    if (typeof retryAfterMs === "number") pace.pause(channelId, retryAfterMs);
  }
}

function languageOf(message: OutgoingMessage, { address }: Posting): Language {
  if (message.kind === "note") return message.language;
  if (message.kind === "reply") return message.reply.language;
  return address["language"] === "th" ? "th" : "en";
}

/** Where the thread that an expert is asked into is opened; without a link, the note stands all the same. */
async function linkOf({ client }: SlackBot, message: OutgoingMessage): Promise<string | null> {
  if (message.kind !== "note" || message.note.kind !== "handoff_offered") return null;
  const place = parseThreadKey(message.note.threadKey);
  if (place.kind !== "thread") return null;
  const ts = message.note.address["ts"] ?? place.threadTs;
  const answer = await callSlack(() =>
    client.chat.getPermalink({ channel: place.channelId, message_ts: ts }),
  ).catch(() => null);
  return answer?.permalink ?? null;
}
