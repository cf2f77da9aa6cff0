import { LRUCache } from "lru-cache";
import { replyTexts } from "../../../core/conversation/reply-texts.ts";
import type { MessageRef, OutgoingMessage, Posting, ThreadRef } from "../../../core/delivery/channel.ts";
import { isExpertError } from "../../../core/errors.ts";
import { takenOver } from "../../../core/delivery/deliver.ts";
import type { Logger } from "../../../core/logger.ts";
import { renderFailure, renderFullerOffer } from "../render/render-notices.ts";
import { renderOutgoing } from "../render/render-outgoing.ts";
import type { SourceUrl } from "../render/sources.ts";
import type { TeamsMessage } from "../render/teams-message.ts";
import { threadKey } from "../thread-key.ts";
import { findPerson } from "./find-person.ts";
import type { FoundPlace, PlaceFinder } from "./find-place.ts";
import type { MessagePace } from "./message-pace.ts";
import { openedAt } from "./opened-at.ts";
import { outgoingContext, withPlaceToShare } from "./outgoing-context.ts";
import { partRef, type PlacedEnd, type Placement, placeParts } from "./place-parts.ts";
import { placeSplitting } from "./place-splitting.ts";
import type { ShownMessage } from "./progress.ts";
import { activityOf } from "./stream-activities.ts";

export interface PosterPorts {
  readonly places: PlaceFinder;
  readonly pace: MessagePace;
  readonly sourceUrl: SourceUrl;
  readonly approvalUrl: (id: string) => string | null;
  readonly logger: Logger;
}

/** What people have seen of a message before it is posted. */
export interface SeenBefore {
  /** Messages that showed the turn's progress, oldest first. */
  readonly progress: readonly ShownMessage[];
  /** Its reader pressed Stop. */
  readonly stopped: boolean;
}

export interface Poster {
  /** The reference's `activityId` is of the part that people rate, and of the first where they rate none. */
  post(thread: ThreadRef, message: OutgoingMessage, posting: Posting, seen: SeenBefore): Promise<MessageRef>;
}

/** A wait that is longer is long enough for a human to have answered. */
const noticeableWaitMs = 200;
const messagesRemembered = 10_000;

/** Posts what the core sends: into a chat or a channel's thread, or to a person directly. */
export function createPoster({ places, pace, sourceUrl, approvalUrl, logger }: PosterPorts): Poster {
  /** Parts that stand although they could not be kept with the message, by its key. */
  const placedHere = new LRUCache<string, Map<number, string>>({ max: messagesRemembered });

  /** Waits for the conversation's turn; a human may have taken the thread over meanwhile. */
  const paced =
    ({ bot, place }: FoundPlace, posting: Posting, mayBeHeld: boolean) =>
    async (patience: "short" | "long"): Promise<void> => {
      const since = performance.now();
      await pace.take(bot.msTenantId, place.conversationId, patience);
      const waitedMs = performance.now() - since;
      if (mayBeHeld && waitedMs > noticeableWaitMs && (await posting.around()).held) throw takenOver();
    };

  function placedOf({ key, placed }: Posting): Map<number, string> {
    const known = placedHere.get(key) ?? new Map<number, string>();
    for (const [part, { activityId }] of placed) if (activityId !== undefined) known.set(part, activityId);
    placedHere.set(key, known);
    return known;
  }

  /** Where its reader pressed Stop, a reply that was finished in the same moment says so instead. */
  const asStopped = (message: OutgoingMessage, language: "en" | "th"): readonly TeamsMessage[] | null =>
    message.kind === "note"
      ? null
      : renderFailure(
          {
            kind: "failure",
            turnId: message.turnId,
            code: "cancelled",
            message: replyTexts[language].stopped,
            remedy: null,
          },
          language,
        );

  /** The asker may read more than everyone there: told to them alone. Never throws: the answer stands. */
  async function offerFuller(
    thread: ThreadRef,
    message: OutgoingMessage,
    posting: Posting,
    { bot, kind }: FoundPlace,
    part: number,
  ): Promise<void> {
    const { user, team } = posting.address;
    if (message.kind !== "reply" || message.reply.fuller !== true || kind === "personal") return;
    if (!user || (team !== undefined && team !== bot.msTenantId) || posting.placed.has(part)) return;
    const direct = threadKey({ kind: "direct", msTenantId: bot.msTenantId, userAadId: user, nonce: null });
    try {
      const found = await places.find({ ...thread, key: direct }, posting.address);
      await pace.take(bot.msTenantId, found.place.conversationId, "long");
      const offer = activityOf(renderFullerOffer(message.turnId, message.reply.language));
      const id = await pace.heed(found.place.conversationId, () => bot.send(found.place, offer));
      await posting.keepPlaced(part, partRef({ found }, id));
    } catch (error) {
      logger.info("the fuller answer could not be offered in the asker's chat", {
        turn: message.turnId,
        error,
      });
    }
  }

  return {
    async post(thread, message, posting, { progress, stopped }) {
      const found = await places.find(thread, posting.address);
      const person = await findPerson({ places, logger }, thread, message);
      const threadUrl = await openedAt({ places, logger }, thread, message, found);
      const context = outgoingContext(message, posting, found, { sourceUrl, approvalUrl, threadUrl, person });
      const placed = placedOf(posting);
      const placement: Placement = {
        found,
        pace,
        logger,
        messages: renderOutgoing(withPlaceToShare(message, posting), context),
        placed,
        progress,
        replaced: activitiesAt(posting.standing, found),
        signal: posting.signal,
        beforePost: paced(found, posting, message.kind !== "note"),
        keepPlaced: posting.keepPlaced,
      };
      const instead = asStopped(message, context.language);
      let { messages } = placement;
      const placeWhole = async (whole: Placement): Promise<PlacedEnd> => {
        const { end, messages: parts } = await placeSplitting(whole, posting.placed);
        messages = parts;
        return end;
      };
      const place = async (): Promise<void> => {
        const end = stopped && instead ? "stopped" : await placeWhole(placement).catch(withoutMention);
        if (end === "placed" || !instead) return;
        // What was streamed stays as it is: Teams lets nobody change it.
        messages = instead;
        await placeParts({ ...placement, messages, progress: [], replaced: [] });
      };
      /** Where Teams takes no mention of somebody who is not in the conversation, their name has to do. */
      const withoutMention = async (error: unknown): Promise<PlacedEnd> => {
        if (person === null || !isExpertError(error, "channel_refused")) throw error;
        logger.info("a person could not be mentioned in Teams", { error });
        return await placeWhole({
          ...placement,
          messages: renderOutgoing(message, { ...context, person: null }),
        });
      };
      await place();
      await offerFuller(thread, message, posting, found, messages.length);
      placedHere.delete(posting.key);
      const ref = partRef(placement, placed.get(ratedPart(messages)) ?? "");
      const parts = messages.flatMap((_, part) => placed.get(part) ?? []);
      return parts.length > 1 ? { ...ref, parts: parts.join(" ") } : ref;
    },
  };
}

/** All parts of a message that stands in this conversation, in order; none where nothing does. */
function activitiesAt(standing: MessageRef | null, { place }: FoundPlace): readonly string[] {
  const { conversationId, activityId = "", parts } = standing ?? {};
  if (conversationId !== place.conversationId) return [];
  return (parts?.split(" ") ?? [activityId]).filter((id) => id !== "");
}

const ratedPart = (messages: readonly TeamsMessage[]): number =>
  Math.max(
    0,
    messages.findIndex((message) => "channelData" in message),
  );
