import type { KnownBlock } from "@slack/types";
import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import { progressTexts } from "../../../core/approvals/progress-texts.ts";
import type { Citation } from "../../../core/answering/citation.ts";
import type { CitationUrl } from "../../../core/markdown/inline-runs.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import type { Language } from "../../../core/text/language.ts";
import { approvalButtons } from "./approval-actions.ts";
import { approvalTexts } from "./approval-texts.ts";
import { confidenceBlock } from "./confidence.ts";
import { slackLimits } from "./limits.ts";
import { messageOf, type SlackMessage } from "./message.ts";
import type { NoteContext } from "./note-context.ts";
import { quoted } from "./quoted.ts";
import { slackDate } from "./slack-date.ts";
import { citationAddress, sourceBlocks, type SourceUrl } from "./sources.ts";
import { context, section, splitBlocks } from "./split-blocks.ts";
import { texts } from "./texts.ts";
import { writePlain } from "./write-mrkdwn.ts";

const longestQuestion = 1_000;
const longestReason = 1_000;
/** Of the sources together, as JSON; a card is one message, so that it can be changed where it stands. */
const sourcesRoom = 4_000;
/** Of what an answer may take at most of a card. */
const answerBlocks = 30;

/** An approval as its viewer sees it now, in one message; a draft that is longer than that is cut, and the card says so. */
export function renderApprovalCard(view: ApprovalView, card: NoteContext): SlackMessage {
  const { language } = card;
  const before = [section(title(view, language)), ...questionBlocks(view, card)];
  const after = [...evidence(view, card), ...state(view, card), ...buttons(view, card)];
  const room = slackLimits.messageBlocks - costOf([...before, ...after]);
  return messageOf([...before, ...answer(view, card, room), ...after]);
}

/** Reminds of a card, without what it offers: the card itself stands above. */
export function renderApprovalReminder(view: ApprovalView, card: NoteContext): SlackMessage {
  const { language } = card;
  const words = approvalTexts[language];
  const overdue = overdueLine(view, language);
  return messageOf([
    section(`${writePlain(words.reminder)}\n${quoted(view.question, longestQuestion)}`),
    context([askedLine(view, card), ...(overdue === null ? [] : [overdue])].join("\n")),
    context([writePlain(words.reminderAbove), ...consoleLink(view, card)].join(" ")),
  ]);
}

function title({ decided, department }: ApprovalView, language: Language): string {
  if (decided) {
    const said = writePlain(approvalTexts[language].decided[decided.kind](decided.by));
    return `*${said}* · ${slackDate(decided.at, language)}`;
  }
  const named = department === null ? "" : ` · ${department}`;
  return `*${writePlain(`${progressTexts[language].toApprove}${named}`)}*`;
}

function questionBlocks(view: ApprovalView, card: NoteContext): readonly KnownBlock[] {
  const { decided } = view;
  const { language } = card;
  const words = approvalTexts[language];
  const lines = [askedLine(view, card), ...(decided === null ? [writePlain(words.why[view.why])] : [])];
  const reason = decided?.reason ?? null;
  return [
    section(quoted(view.question, longestQuestion)),
    context(lines.join("\n")),
    ...(reason === null ? [] : [section(`*${words.reason}*\n${quoted(reason, longestReason)}`)]),
  ];
}

/** `Sam asks · today 10:12 (5 minutes ago) · Open the thread`. */
function askedLine(view: ApprovalView, { language, threadUrl }: NoteContext): string {
  const words = approvalTexts[language];
  const url = threadUrl === null ? null : linkAddress(threadUrl);
  const waiting = view.decided === null;
  return [
    writePlain(words.askedBy(view.askedBy)),
    slackDate(view.askedAt, language, waiting ? "{date_short_pretty} {time} ({ago})" : undefined),
    url === null ? writePlain(words.askedWhere[view.channel]) : writePlain(texts[language].openThread, url),
  ].join(" · ");
}

function answer(view: ApprovalView, card: NoteContext, room: number): readonly KnownBlock[] {
  const words = approvalTexts[card.language];
  if (view.answer === null) return view.decided === null ? [section(writePlain(words.noDraft))] : [];
  const label = context(`*${view.decided === null ? words.draft : words.answer}*`);
  const cut = context([writePlain(words.cut), ...consoleLink(view, card)].join(" "));
  const written = splitBlocks(view.answer.text, citationUrl(view.answer.citations, card.sourceUrl));
  const [first = [], ...further] = written;
  const shown: KnownBlock[] = [];
  let left = room - costOf([label, cut]);
  for (const block of first.slice(0, answerBlocks)) {
    left -= costOf([block]);
    if (left < 0) break;
    shown.push(block);
  }
  const whole = further.length === 0 && shown.length === first.length;
  return [label, ...shown, ...(whole ? [] : [cut])];
}

const citationUrl =
  (citations: readonly Citation[], sourceUrl: SourceUrl): CitationUrl =>
  (number) => {
    const citation = citations.find((known) => known.number === number);
    return citation === undefined ? null : citationAddress(citation, sourceUrl);
  };

/** What the draft rests on, how sure it is, and what became of such drafts. */
function evidence(view: ApprovalView, card: NoteContext): readonly KnownBlock[] {
  const { answer: drafted, confidence, calibrated, decided } = view;
  if (drafted === null) return [];
  const { language } = card;
  const all = sourceBlocks({ ...drafted, language: view.language }, card.sourceUrl);
  const sources = all.filter((_, index) => costOf(all.slice(0, index + 1)) <= sourcesRoom);
  const words = approvalTexts[language];
  return [
    ...sources,
    ...(sources.length < all.length ? [context(writePlain(words.moreSources))] : []),
    ...(decided === null ? [confidenceBlock(confidence, drafted.answeredBy, language, "of others")] : []),
    ...(decided !== null || calibrated === null
      ? []
      : [context(writePlain(words.calibrated(Math.round(calibrated.probability * 100), calibrated.labels)))]),
  ];
}

function state(view: ApprovalView, card: NoteContext): readonly KnownBlock[] {
  const { language } = card;
  const words = approvalTexts[language];
  const open = view.decided === null;
  const overdue = overdueLine(view, language);
  const lines = [
    ...(open && view.required > 1 ? [`*${writePlain(words.agreed(view.agreed, view.required))}*`] : []),
    ...(view.alsoAsked > 0 ? [writePlain(words.alsoAsked(view.alsoAsked))] : []),
    ...(view.state === "escalated" ? [writePlain(words.escalated)] : []),
    ...(overdue === null ? [] : [overdue]),
    ...(open ? consoleLink(view, card) : []),
  ];
  return lines.length === 0 ? [] : [context(lines.join("\n"))];
}

const overdueLine = ({ decided, overdueAt }: ApprovalView, language: Language): string | null =>
  decided !== null || overdueAt === null
    ? null
    : approvalTexts[language].overdue(slackDate(overdueAt, language));

function consoleLink(
  { approvalId }: ApprovalView,
  { language, approvalUrl }: NoteContext,
): readonly string[] {
  const url = approvalUrl(approvalId);
  const address = url === null ? null : linkAddress(url);
  return address === null ? [] : [writePlain(approvalTexts[language].inConsole, address)];
}

function buttons(view: ApprovalView, { language, interactive }: NoteContext): readonly KnownBlock[] {
  const actions = interactive ? approvalButtons(view, language) : null;
  return actions === null ? [] : [actions];
}

/** As Slack counts, and more: the whole JSON. */
const costOf = (blocks: readonly KnownBlock[]): number =>
  blocks.reduce((sum, block) => sum + JSON.stringify(block).length, 0);
