import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import { progressTexts } from "../../../core/approvals/progress-texts.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import type { Language } from "../../../core/text/language.ts";
import { actionRows } from "./action-rows.ts";
import { approvalActions } from "./approval-actions.ts";
import { approvalTexts } from "./approval-texts.ts";
import {
  type AdaptiveCard,
  type CardElement,
  heading,
  linked,
  makeCard,
  quiet,
  quoted,
  said,
} from "./card.ts";
import { confidenceLine } from "./confidence.ts";
import { jsonBytes, teamsLimits } from "./limits.ts";
import { dated } from "./moment.ts";
import { paragraph, shownParagraphs } from "./paragraphs.ts";
import { plainWords } from "./plain-words.ts";
import { sourceAddress, sourceLine, type SourceUrl } from "./sources.ts";
import { splitMarkdown } from "./split-markdown.ts";
import { type TextMessage, textMessage } from "./teams-message.ts";
import { texts } from "./texts.ts";
import { verbs } from "./verbs.ts";
import { writePlain } from "./write-markdown.ts";

export interface ApprovalCardContext {
  readonly language: Language;
  readonly sourceUrl: SourceUrl;
  /** Where the question is opened in Teams; null where it does not open for the viewer. */
  readonly threadUrl: string | null;
  /** Where an approval is decided in the console; null where its address is not known. */
  readonly approvalUrl: (id: string) => string | null;
  /** Ids in Teams of those who see the card. */
  readonly viewers: readonly string[];
}

const longestQuestion = 1_000;
const longestReason = 1_000;
/** What a screen reader is told of the whole at once. */
const longestSpoken = 1_000;
const decidedAnswer = 1_500;

/** How much of an approval a card has room for. */
interface Room {
  /** Characters of the answer. */
  readonly answer: number;
  readonly sources: number;
  readonly editHere: boolean;
}

const fewSources = 8;

/** What is left out first is told first: sources beyond the first, editing on the card, the end of the draft. */
const rooms: readonly Room[] = [
  { answer: Infinity, sources: teamsLimits.citations, editHere: true },
  { answer: Infinity, sources: fewSources, editHere: true },
  ...[Infinity, 8_000, 4_000, 2_000, 1_000, 500].map((answer) => ({
    answer,
    sources: fewSources,
    editHere: false,
  })),
];
const smallest: Room = { answer: 250, sources: 0, editHere: false };

/** An approval as its viewer sees it now. A draft that is longer than a card takes is cut, and the card says so. */
export function renderApprovalCard(view: ApprovalView, context: ApprovalCardContext): AdaptiveCard {
  const { language, approvalUrl, viewers } = context;
  const cardWith = (room: Room): AdaptiveCard =>
    makeCard({
      language,
      body: [
        ...bodyOf(view, context, room),
        ...actionRows(
          approvalActions(view, {
            language,
            consoleUrl: approvalUrl(view.approvalId),
            editHere: room.editHere,
          }),
        ),
      ],
      spoken: longestSpoken,
      refresh: { verb: verbs.refreshApproval, id: view.approvalId, for: viewers },
    });
  for (const room of rooms) {
    const card = cardWith(room);
    if (jsonBytes(card) <= teamsLimits.cardBytes) return card;
  }
  return cardWith(smallest);
}

/** Reminds of a card, without what it offers: the card itself stands above. */
export function renderApprovalReminder(
  view: ApprovalView,
  { language, approvalUrl }: ApprovalCardContext,
): TextMessage[] {
  const words = approvalTexts[language];
  const url = approvalUrl(view.approvalId);
  const address = url === null ? null : linkAddress(url);
  const question = shorten(plainWords(view.question), longestQuestion);
  const links = address === null ? [] : [writePlain(words.inConsole, address)];
  return splitMarkdown(writePlain(words.reminder))
    .slice(0, 1)
    .map((first) =>
      textMessage(
        [first, `> ${writePlain(question)}`, [writePlain(words.reminderAbove), ...links].join(" ")].join(
          "\n\n",
        ),
      ),
    );
}

function bodyOf(view: ApprovalView, context: ApprovalCardContext, room: Room): readonly CardElement[] {
  return [
    ...titleOf(view, context.language),
    quoted(shorten(plainWords(view.question), longestQuestion)),
    ...askedOf(view, context),
    ...answerOf(view, context, room),
    ...stateOf(view, context),
  ];
}

function titleOf({ decided, department }: ApprovalView, language: Language): readonly CardElement[] {
  const words = approvalTexts[language];
  if (!decided) {
    const named = department === null ? "" : ` · ${department}`;
    return [heading(`${progressTexts[language].toApprove}${named}`)];
  }
  const { kind, by, at, reason } = decided;
  return [
    heading(words.decided[kind](by)),
    dated(words.decidedAt, at),
    ...(reason === null ? [] : [said(shorten(reason, longestReason), {}, "small")]),
  ];
}

/** Who asked, when, where that is opened, and why somebody has to decide. */
function askedOf(view: ApprovalView, { language, threadUrl }: ApprovalCardContext): readonly CardElement[] {
  const words = approvalTexts[language];
  const url = threadUrl === null ? null : linkAddress(threadUrl);
  const where =
    url === null ? ([words.askedWhere[view.channel], null] as const) : ([words.openThread, url] as const);
  return [
    dated((when) => words.asked(view.askedBy, when), view.askedAt, { links: [where] }),
    ...(view.decided === null ? [quiet(words.why[view.why])] : []),
  ];
}

function answerOf(
  view: ApprovalView,
  { language, sourceUrl }: ApprovalCardContext,
  room: Room,
): readonly CardElement[] {
  const words = approvalTexts[language];
  const { answer, decided, confidence, calibrated } = view;
  if (answer === null) return decided === null ? [said(words.noDraft)] : [];
  const whole = shownParagraphs(answer.text, Infinity);
  const shown = shownParagraphs(
    answer.text,
    decided === null ? room.answer : Math.min(room.answer, decidedAnswer),
  );
  const cut = shown.join("").length < whole.join("").length;
  const sources = answer.citations.slice(0, room.sources);
  const missing = answer.citations.length - sources.length;
  return [
    heading(decided === null ? words.draft : words.answer, "medium"),
    ...shown.map(paragraph),
    ...(cut && decided === null ? [said(words.cut, { weight: "bolder" }, "small")] : []),
    ...(answer.citations.length === 0 ? [] : [heading(texts[language].sources, "medium")]),
    ...sources.map((one) => linked(sourceLine(one, texts[language]), sourceAddress(one, sourceUrl))),
    ...(missing === 0 ? [] : [quiet(texts[language].moreSources(missing))]),
    ...(decided === null ? [confidenceLine(confidence, answer.answeredBy, texts[language])] : []),
    ...(decided !== null || calibrated === null
      ? []
      : [quiet(words.calibrated(Math.round(calibrated.probability * 100), calibrated.labels))]),
  ];
}

/** Who has agreed, who else waits, what happens when, and where else it is decided. */
function stateOf(view: ApprovalView, { language, approvalUrl }: ApprovalCardContext): readonly CardElement[] {
  const words = approvalTexts[language];
  const open = view.decided === null;
  const url = open ? approvalUrl(view.approvalId) : null;
  const address = url === null ? null : linkAddress(url);
  return [
    ...(open && view.required > 1
      ? [said(words.agreed(view.agreed, view.required), { weight: "bolder" }, "small")]
      : []),
    ...(view.alsoAsked > 0 ? [quiet(words.alsoAsked(view.alsoAsked))] : []),
    ...(view.state === "escalated" ? [quiet(words.escalated)] : []),
    ...(open && view.overdueAt !== null ? [dated(words.overdue, view.overdueAt)] : []),
    ...(address === null ? [] : [linked(words.inConsole, address)]),
  ];
}
