import type { KnownBlock } from "@slack/types";
import type { Identity } from "../../../core/identity/directory.ts";
import type { Department } from "../../../core/identity/member.ts";
import { detectLanguage, type Language } from "../../../core/text/language.ts";
import { messageOf, type SlackMessage } from "../render/message.ts";
import { context, section } from "../render/split-blocks.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import { askableDepartments } from "./department-select.ts";
import { handleTexts } from "./texts.ts";
import { isGuest } from "./visitor.ts";

const examplesShown = 5;
const departmentsShown = 20;
const longestDescription = 300;

/** Those in the reader's language; all of them where there are none. */
function inLanguage(questions: readonly string[], language: Language): readonly string[] {
  const own = questions.filter((question) => detectLanguage(question) === language);
  return own.length === 0 ? questions : own;
}

/** Example questions of the person's departments, one of each in turn, in the person's language if there are any. */
export function exampleQuestions(
  identity: Identity,
  language: Language,
  limit = examplesShown,
): readonly string[] {
  const lists = askableDepartments(identity).map((department) => department.exampleQuestions);
  const longest = Math.max(0, ...lists.map((list) => list.length));
  const inTurn = Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list[place] ?? []));
  return [...new Set(inLanguage(inTurn.flat(), language))].slice(0, limit);
}

export const header = (text: string): KnownBlock => ({ type: "header", text: { type: "plain_text", text } });

const examplesBlock = (identity: Identity, language: Language): readonly KnownBlock[] => {
  const examples = exampleQuestions(identity, language);
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
