import { LRUCache } from "lru-cache";
import type { Address } from "../../../core/delivery/address.ts";
import type {
  MessageRef,
  Note,
  OutgoingMessage,
  Posting,
  ThreadRef,
} from "../../../core/delivery/channel.ts";
import { takenOver } from "../../../core/delivery/deliver.ts";
import { isExpertError } from "../../../core/errors.ts";
import type { Logger } from "../../../core/logger.ts";
import type { Language } from "../../../core/text/language.ts";
import { renderFullerOffer } from "../render/render-notices.ts";
import type { SourceUrl } from "../render/sources.ts";
import { parseThreadKey, type SlackThread } from "../thread-key.ts";
import type { SlackBot, SlackWorkspaces } from "../workspaces.ts";
import type { MessagePace } from "./message-pace.ts";
import { lookAround } from "./look-around.ts";
import { type Placement, placeMessages, type Standing } from "./place-messages.ts";
import { postPrivately } from "./post-privately.ts";
import { renderOutgoing } from "./render-outgoing.ts";
import { threadPermalink } from "./thread-permalink.ts";

export interface PosterPorts {
  readonly workspaces: SlackWorkspaces;
  readonly pace: MessagePace;
  readonly sourceUrl: SourceUrl;
  readonly approvalUrl: (id: string) => string | null;
  readonly logger: Logger;
}

/** What people may have seen of a message before it is posted. */
export interface Known {
  /** What stands of it; null where that has to be looked for: another attempt or process may have posted or shown some. */
  readonly standing: Standing | null;
  /** Messages that showed the turn's progress, in order. */
  readonly progress: readonly string[];
  /** Messages that this one takes the place of, in order. */
  readonly replaced: readonly string[];
  /** Called where nothing was posted since Slack wants a pause: so much is known for the next attempt. */
  keep(standing: Standing): void;
}

export interface Poster {
  post(thread: ThreadRef, message: OutgoingMessage, posting: Posting, known: Known): Promise<MessageRef>;
}

/** A wait that is longer is long enough for a human to have answered. */
const noticeableWaitMs = 200;
const directChannelsRemembered = 10_000;

/** Posts what the core sends: into a thread, to one person in a channel, or to a person directly. */
export function createPoster(ports: PosterPorts): Poster {
  const { workspaces, pace, sourceUrl, approvalUrl, logger } = ports;
  const directChannels = new LRUCache<string, string>({ max: directChannelsRemembered });

  async function directChannel({ client, workspaceId }: SlackBot, userId: string): Promise<string> {
    const key = `${workspaceId} ${userId}`;
    const known = directChannels.get(key);
    if (known !== undefined) return known;
    const opened = await pace.call(workspaceId, "conversations.open", () =>
      client.conversations.open({ users: userId }),
    );
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

  /**
   * The asker may read more than the place shows: told to them alone. Posted again where the delivery is repeated. Never
   * throws: the answer stands.
   */
  async function offerFuller(
    { client, workspaceId }: SlackBot,
    thread: Extract<SlackThread, { kind: "thread" }>,
    message: Extract<OutgoingMessage, { kind: "reply" }>,
    user: string,
  ): Promise<void> {
    const { channelId, threadTs } = thread;
    const offer = renderFullerOffer(message.turnId, message.reply.language);
    try {
      await pace.take(workspaceId, channelId, "long");
      await pace.post(channelId, () =>
        client.chat.postEphemeral({ channel: channelId, thread_ts: threadTs, user, ...offer }),
      );
    } catch (error) {
      logger.warn("the fuller answer could not be offered", { turn: message.turnId, error });
    }
  }

  async function placeOnce(placement: Placement, posting: Posting, known: Known): Promise<MessageRef> {
    const { progress, replaced } = known;
    const mayAdopt = async (): Promise<boolean> => (await posting.around()).alone;
    const standing = known.standing ?? (await lookAround(placement, { progress, replaced, mayAdopt }));
    const stood = standing.parts.size;
    try {
      return await placeMessages(placement, standing);
    } catch (error) {
      if (isExpertError(error, "rate_limited") && standing.parts.size === stood) known.keep(standing);
      throw error;
    }
  }

  return {
    async post(thread, message, posting, known) {
      const place = parseThreadKey(thread.key);
      const bot = await workspaces.bot(thread.tenantId, place.workspaceId);
      const language = languageOf(message, posting);
      const threadUrl = await linkOf(workspaces, thread, message);
      const rendered = renderOutgoing(message, {
        thread: place,
        language,
        sourceUrl,
        threadUrl,
        approvalUrl,
      });
      const mayBeHeld = message.kind !== "note";
      if (place.kind === "private") {
        const beforePost = paced(bot, place.channelId, posting, mayBeHeld);
        return await postPrivately({ bot, pace, beforePost }, place, rendered, posting.address);
      }
      const channelId = place.kind === "direct" ? await directChannel(bot, place.userId) : place.channelId;
      const threadTs = place.kind === "direct" ? null : place.threadTs;
      const placement: Placement = {
        bot,
        pace,
        logger,
        place: { channelId, threadTs },
        messages: rendered,
        key: posting.key,
        // A note tells of a turn, and does not stand in the place of its progress.
        turnId: message.kind === "note" ? null : message.turnId,
        since: posting.address["ts"] ?? null,
        signal: posting.signal,
        beforePost: paced(bot, channelId, posting, mayBeHeld),
      };
      const ref = await placeOnce(placement, posting, known);
      const { user } = posting.address;
      if (message.kind === "reply" && message.reply.fuller && place.kind === "thread" && user !== undefined)
        await offerFuller(bot, place, message, user);
      return ref;
    },
  };
}

function languageOf(message: OutgoingMessage, { address }: Posting): Language {
  if (message.kind === "note") return message.language;
  if (message.kind === "reply") return message.reply.language;
  return address["language"] === "th" ? "th" : "en";
}

/** Where the thread that an expert is asked into is opened; without a link, the note stands all the same. */
async function linkOf(
  workspaces: Pick<SlackWorkspaces, "bot">,
  { tenantId }: ThreadRef,
  message: OutgoingMessage,
): Promise<string | null> {
  const asked = message.kind === "note" ? askedWhere(message.note) : null;
  return asked && (await threadPermalink(workspaces, tenantId, asked));
}

/** The question's place in Slack; null where the note leads to none. */
function askedWhere(note: Note): { readonly threadKey: string; readonly address: Address } | null {
  if (note.kind === "handoff_offered") return note;
  return note.kind === "approval_card" && note.view?.channel === "slack" ? note.view : null;
}
