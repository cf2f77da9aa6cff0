import type { KnownBlock } from "@slack/types";
import type { Identity } from "../../../core/identity/directory.ts";
import type { Language } from "../../../core/text/language.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { messageOf, type SlackMessage } from "../render/message.ts";
import { context, section } from "../render/split-blocks.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import { approvalLine } from "./home-approvals.ts";
import { header } from "./help-messages.ts";
import type { OpenMatters, OpenQuestion, WaitingQuestion } from "./open-matters.ts";
import { handleTexts } from "./texts.ts";
import { isGuest } from "./visitor.ts";

const longestQuestion = 200;

/** `What is …?` as a link where there is one, and what happens to it. */
export function questionLine({ question, state, link }: OpenQuestion): string {
  const address = link === null ? null : linkAddress(link);
  return `${writePlain(oneLine(question), address)} – _${writePlain(state)}_`;
}

export function waitingLine({ handoff, department, link }: WaitingQuestion, language: Language): string {
  const words = handleTexts[language];
  const address = link === null ? null : linkAddress(link);
  const from =
    handoff.takenBy === null ? words.askedBy(handoff.requestedByName, department) : words.takenByMe;
  return `${writePlain(oneLine(handoff.question), address)} – _${writePlain(from)}_`;
}

const oneLine = (question: string): string =>
  shorten(question.replaceAll(/\s+/g, " ").trim(), longestQuestion);

/** Who the person is here, what is open for them, and how answers are made. */
export function statusMessage(
  identity: Identity,
  matters: OpenMatters,
  language: Language,
  modelName: string | null,
): SlackMessage {
  const words = handleTexts[language];
  const list = (title: string, lines: readonly string[], none: string): KnownBlock =>
    section([`*${title}*`, ...(lines.length === 0 ? [none] : lines.map((line) => `• ${line}`))].join("\n"));
  const expert = matters.waiting.length + matters.approvals.length > 0 || !isGuest(identity);
  return messageOf([
    header(words.statusTitle),
    list(words.myQuestions, matters.questions.map(questionLine), words.noQuestions),
    ...(expert
      ? [
          list(
            words.waitsForMe,
            [
              ...matters.approvals.map((one) => approvalLine(one, language)),
              ...matters.waiting.map((one) => waitingLine(one, language)),
            ],
            words.nothingWaits,
          ),
        ]
      : []),
    context(
      [
        writePlain(words.signedInAs(identity.member.name)),
        ...(isGuest(identity) ? [words.asGuest] : []),
        modelName === null ? words.quoting : writePlain(words.model(modelName)),
      ].join("\n"),
    ),
  ]);
}
