import type { KnownBlock } from "@slack/types";
import {
  askableDepartments,
  exampleQuestions,
  inLanguage,
} from "../../../core/identity/askable-departments.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { Department } from "../../../core/identity/member.ts";
import type { Language } from "../../../core/text/language.ts";
import { messageOf, type SlackMessage } from "../render/message.ts";
import { context, section } from "../render/split-blocks.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import { handleTexts } from "./texts.ts";
import { isGuest } from "./visitor.ts";

const examplesShown = 5;
const departmentsShown = 20;
const longestDescription = 300;

export const header = (text: string): KnownBlock => ({ type: "header", text: { type: "plain_text", text } });

const examplesBlock = (identity: Identity, language: Language): readonly KnownBlock[] => {
  const examples = exampleQuestions(identity, language, examplesShown);
  if (examples.length === 0) return [];
  return [
    section(
      [
        `*${handleTexts[language].tryThese}*`,
        ...examples.map((question) => `• ${writePlain(question)}`),
      ].join("\n"),
    ),
  ];
};

/** How to ask, with examples. */
export function helpMessage(identity: Identity, language: Language, botUserId: string): SlackMessage {
  const words = handleTexts[language];
  return messageOf([
    header(words.helpTitle),
    section(words.help),
    section(words.ways(botUserId, askableDepartments(identity)[0]?.slug ?? null)),
    ...examplesBlock(identity, language),
    ...guestNote(identity, language),
  ]);
}

/** To somebody who named the bot and asked nothing. */
export function emptyQuestionMessage(identity: Identity, language: Language): SlackMessage {
  const words = handleTexts[language];
  return messageOf([section(words.inThisThread), ...examplesBlock(identity, language)]);
}

/** The departments that the person can ask. */
export function departmentsMessage(identity: Identity, language: Language): SlackMessage {
  const words = handleTexts[language];
  const departments = askableDepartments(identity);
  const [first] = departments;
  if (!first) return messageOf([section(words.noDepartments)]);
  return messageOf([
    header(words.departmentsTitle),
    ...departments.slice(0, departmentsShown).map((department) => section(describe(department, language))),
    context(words.nameDepartment(first.slug)),
    ...guestNote(identity, language),
  ]);
}

/** Name, slug, what it is about, and an example, in the reader's language if there is one. */
export function describe(
  { name, slug, description, exampleQuestions: examples }: Department,
  language: Language,
): string {
  const [example] = inLanguage(examples, language);
  const lines = [
    handleTexts[language].departmentOf(writePlain(name[language]), slug),
    writePlain(shorten(description[language], longestDescription)),
  ];
  if (example !== undefined) lines.push(`> ${writePlain(shorten(example, longestDescription))}`);
  return lines.join("\n");
}

const guestNote = (identity: Identity, language: Language): readonly KnownBlock[] =>
  isGuest(identity) ? [context(handleTexts[language].asGuest)] : [];
