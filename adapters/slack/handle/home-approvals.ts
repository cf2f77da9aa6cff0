import type { KnownBlock } from "@slack/types";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import type { Language } from "../../../core/text/language.ts";
import { approvalButtons } from "../render/approval-actions.ts";
import { approvalTexts } from "../render/approval-texts.ts";
import { plainFromMrkdwn } from "../render/from-mrkdwn.ts";
import { slackDate } from "../render/slack-date.ts";
import { context, section } from "../render/split-blocks.ts";
import { texts } from "../render/texts.ts";
import { toMrkdwn } from "../render/to-mrkdwn.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import { approvalWords } from "./approval-words.ts";
import type { WaitingApproval } from "./open-matters.ts";

const longestQuestion = 200;
/** A draft that is longer is not approved here, where nobody could read it. */
const longestDraft = 900;

/** The answers that wait for a person's decision, on their Home tab; none where nothing waits. */
export function homeApprovals(
  waiting: readonly WaitingApproval[],
  language: Language,
): readonly KnownBlock[] {
  if (waiting.length === 0) return [];
  return [
    { type: "divider" },
    section(`*${approvalWords[language].toApprove}*`),
    ...waiting.flatMap((one) => approvalBlocks(one, language)),
  ];
}

/** Question, who asked and when, on one line each. */
export function approvalLine({ view, link }: WaitingApproval, language: Language): string {
  const question = shorten(view.question.replaceAll(/\s+/g, " ").trim(), longestQuestion);
  return `${writePlain(question)}\n${[
    writePlain(approvalTexts[language].askedBy(view.askedBy)),
    slackDate(view.askedAt, language),
    ...opened(link, language),
  ].join(" · ")}`;
}

function opened(link: string | null, language: Language): readonly string[] {
  const address = link === null ? null : linkAddress(link);
  return address === null ? [] : [writePlain(texts[language].openThread, address)];
}

function approvalBlocks(one: WaitingApproval, language: Language): readonly KnownBlock[] {
  const { view } = one;
  const draft = view.answer === null ? "" : plainFromMrkdwn(toMrkdwn(view.answer.text));
  const whole = draft.length <= longestDraft;
  const actions = view.actions.filter((action) => whole || action !== "approve");
  const buttons = approvalButtons({ ...view, actions }, language);
  return [
    section(approvalLine(one, language)),
    ...(draft === ""
      ? []
      : [section(`*${approvalTexts[language].draft}*\n${writePlain(shorten(draft, longestDraft))}`)]),
    ...(whole ? [] : [context(writePlain(approvalWords[language].readOnCard))]),
    ...(buttons === null ? [] : [buttons]),
  ];
}
