import type { Reply, Verified } from "../../../core/conversation/reply.ts";
import type { Language } from "../../../core/text/language.ts";
import { approvalTexts } from "./approval-texts.ts";
import {
  type AdaptiveCard,
  button,
  type CardAction,
  type CardElement,
  heading,
  linked,
  makeCard,
  quiet,
  said,
} from "./card.ts";
import { confidenceLine } from "./confidence.ts";
import { jsonBytes, teamsLimits } from "./limits.ts";
import { messageEntity } from "./message-entity.ts";
import { dated } from "./moment.ts";
import { nearestLine, sourceAddress, sourceLine, type SourceUrl } from "./sources.ts";
import { splitMarkdown } from "./split-markdown.ts";
import { cardMessage, type TeamsMessage, textMessage } from "./teams-message.ts";
import { texts } from "./texts.ts";
import { verbs } from "./verbs.ts";

export interface ReplyContext {
  readonly sourceUrl: SourceUrl;
  /** Of the buttons; what is said about the answer is in the answer's language. */
  readonly language: Language;
  /** The asker's own id in Teams (`29:…`), where others see the reply too; null in the asker's own chat. */
  readonly asker: string | null;
  /** Whoever shows everyone what only they saw, by their name. */
  readonly sharedBy?: string;
  /** Who asked, to be told that this is for them; null or absent where they need not be. */
  readonly forAsker?: string | null;
}

/**
 * A reply as messages: its text, more than one where it is longer than Teams takes, and a card with what it rests on and
 * what can be done about it. Citations, label and rating belong to the text; the rating stands on the last.
 */
export function renderReply(reply: Reply, context: ReplyContext): TeamsMessage[] {
  const parts = splitMarkdown(reply.text).map(textMessage);
  if (reply.kind === "pending") return [...parts, ...renderPending(reply, context)];
  const answers: TeamsMessage[] =
    reply.kind !== "answer"
      ? parts
      : parts.map((part, index) => ({
          ...part,
          entities: [messageEntity(reply, part.text, context.sourceUrl)],
          ...(index === parts.length - 1 ? { channelData: { feedbackLoop: { type: "custom" } } } : {}),
        }));
  return [
    ...answers,
    cardMessage(renderReplyCard(reply, context, "everyone"), reply.kind === "answer" ? -1 : 0),
  ];
}

/**
 * What is shown until the expert has decided: the draft, where the department shows it, which nobody rates yet, and what it
 * rests on.
 */
function renderPending(
  reply: Extract<Reply, { kind: "pending" }>,
  context: ReplyContext,
): readonly TeamsMessage[] {
  const { draft, language } = reply;
  if (!draft && reply.fuller !== true) return [];
  const card = cardMessage(renderReplyCard(reply, context, "everyone"), -1);
  if (!draft) return [card];
  const marked = `**${approvalTexts[language].uncheckedDraft}**\n\n${draft.text}`;
  const shown = splitMarkdown(marked).map((text) => ({
    ...textMessage(text),
    entities: [messageEntity({ ...draft, language }, text, context.sourceUrl)],
  }));
  return [...shown, card];
}

/**
 * The card below a reply's text. Its asker may see one of their own, with the offer of the fuller answer, which the
 * others' asks for by `refreshReply`.
 */
export function renderReplyCard(
  reply: Reply,
  context: ReplyContext,
  viewer: "everyone" | "asker",
): AdaptiveCard {
  const { language, asker } = context;
  const offersFuller = viewer === "asker" && reply.fuller === true;
  const cardWith = (sources: number): AdaptiveCard =>
    makeCard({
      language: reply.language,
      body: [...(offersFuller ? [said(texts[language].fullerHere)] : []), ...bodyOf(reply, context, sources)],
      actions: actionsOf(reply, context, offersFuller),
      ...(reply.fuller === true && asker !== null
        ? { refresh: { verb: verbs.refreshReply, id: reply.turnId, for: [asker] } }
        : {}),
    });
  let sources: number = teamsLimits.citations;
  let card = cardWith(sources);
  while (jsonBytes(card) > teamsLimits.cardBytes && sources > 0) card = cardWith((sources -= 1));
  return card;
}

function bodyOf(
  reply: Reply,
  { sourceUrl, sharedBy, forAsker = null }: ReplyContext,
  most: number,
): readonly CardElement[] {
  const words = texts[reply.language];
  if (reply.kind === "not_found") {
    const nearest = reply.nearest.slice(0, most);
    return [
      ...(nearest.length === 0 ? [] : [heading(words.nearest, "medium")]),
      ...nearest.map((one) => linked(nearestLine(one), sourceAddress(one, sourceUrl))),
      quiet(words.offerHuman),
    ];
  }
  const answer = reply.kind === "pending" ? reply.draft : reply;
  if (!answer) return [quiet(words.offerHuman)];
  const { confidence } = reply;
  const { citations, answeredBy } = answer;
  const verified = reply.kind === "answer" ? reply.verified : undefined;
  const shown = citations.slice(0, most);
  const missing = citations.length - shown.length;
  return [
    ...(sharedBy === undefined ? [] : [said(words.sharedBy(sharedBy))]),
    ...(forAsker === null ? [] : [quiet(approvalTexts[reply.language].forAsker(forAsker))]),
    ...(verified ? [verifiedLine(verified, reply.language)] : []),
    ...(citations.length === 0 ? [] : [heading(words.sources, "medium")]),
    ...shown.map((one) => linked(sourceLine(one, words), sourceAddress(one, sourceUrl))),
    ...(missing === 0 ? [] : [quiet(words.moreSources(missing))]),
    // What a human stands for needs no guess of how right it is.
    ...(verified ? [] : [confidenceLine(confidence, answeredBy, words)]),
  ];
}

/** `✓ Verified by Fay, 21 Nov 2026`, the date as the reader's Teams writes it. */
function verifiedLine({ by, at, known, corrects }: Verified, language: Language): CardElement {
  const { verified, verifiedBefore, corrected } = approvalTexts[language];
  const say = corrects === true ? corrected : known === true ? verifiedBefore : verified;
  return dated((when) => say(by, when), at, { time: false, quiet: false });
}

function actionsOf(
  reply: Reply,
  { language, asker }: ReplyContext,
  offersFuller: boolean,
): readonly CardAction[] {
  const words = texts[language];
  const { turnId } = reply;
  const shareable = asker === null && reply.kind === "answer" && reply.shareable === true;
  return [
    ...(offersFuller ? [button(verbs.showFuller, turnId, words.showFuller, { primary: true })] : []),
    ...(shareable ? [button(verbs.showEveryone, turnId, words.showEveryone)] : []),
    ...(reply.kind === "pending"
      ? []
      : [askHuman(turnId, language, reply.kind === "not_found" && !offersFuller)]),
  ];
}

/** The button that asks for a human, which every reply and failure offers. */
export const askHuman = (turnId: string, language: Language, primary: boolean): CardAction =>
  button(verbs.askHuman, turnId, texts[language].askHuman, {
    primary,
    tooltip: texts[language].askHumanLabel,
  });
