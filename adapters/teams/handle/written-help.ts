import type { OpenMatters } from "../../../core/conversation/open-matters.ts";
import { isFinished } from "../../../core/conversation/turn.ts";
import {
  askableDepartments,
  exampleQuestions,
  inLanguage,
} from "../../../core/identity/askable-departments.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { Department } from "../../../core/identity/member.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import type { Language } from "../../../core/text/language.ts";
import { writePlain } from "../render/write-markdown.ts";
import { handleTexts } from "./texts.ts";
import { isGuest } from "./visitor.ts";

const examplesShown = 5;
const departmentsShown = 20;
const longestDescription = 300;
const longestQuestion = 200;

const paragraphs = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");

const oneLine = (text: string): string =>
  writePlain(shorten(text.replaceAll(/\s+/g, " ").trim(), longestQuestion));

/** Whose examples and departments are shown: a person's, or those of everyone who reads a place. */
type Shown = Pick<Identity, "departments" | "scope">;

function examples(shown: Shown, language: Language): string {
  const questions = exampleQuestions(shown, language, examplesShown);
  if (questions.length === 0) return "";
  return paragraphs(
    `**${handleTexts[language].tryThese}**`,
    questions.map((question) => `- ${oneLine(question)}`).join("\n"),
  );
}

const guestNote = (identity: Identity, language: Language): string =>
  isGuest(identity) ? handleTexts[language].asGuest : "";

/** How to ask, with examples, in Markdown. */
export function helpText(shown: Shown, language: Language): string {
  const words = handleTexts[language];
  return paragraphs(
    words.help,
    words.ways(askableDepartments(shown)[0]?.slug ?? null),
    examples(shown, language),
  );
}

/** To somebody who named the bot and asked nothing. */
export const emptyQuestionText = (shown: Shown, language: Language): string =>
  paragraphs(handleTexts[language].emptyQuestion, examples(shown, language));

/** The departments that the person can ask. */
export function departmentsText(identity: Identity, language: Language): string {
  const words = handleTexts[language];
  const departments = askableDepartments(identity);
  const [first] = departments;
  if (!first) return words.noDepartments;
  return paragraphs(
    `**${words.departmentsTitle}**`,
    departments
      .slice(0, departmentsShown)
      .map((department) => describe(department, language))
      .join("\n"),
    words.nameDepartment(first.slug),
    guestNote(identity, language),
  );
}

/** Name, slug, what it is about, and an example, in the reader's language if there is one. */
function describe(
  { name, slug, description, exampleQuestions: questions }: Department,
  language: Language,
): string {
  const [example] = inLanguage(questions, language);
  const about = writePlain(shorten(description[language].replaceAll(/\s+/g, " ").trim(), longestDescription));
  return [
    `- **${writePlain(name[language])}** \`${slug}:\``,
    ...(about === "" ? [] : [`    ${about}`]),
    ...(example === undefined ? [] : [`    *${oneLine(example)}*`]),
  ].join("\n");
}

/** Who the person is here, what is open for them, and how answers are made. */
export function statusText(
  identity: Identity,
  { questions, waiting }: OpenMatters,
  language: Language,
  modelName: string | null,
): string {
  const words = handleTexts[language];
  const list = (title: string, lines: readonly string[], none: string): string =>
    paragraphs(`**${title}**`, lines.length === 0 ? none : lines.map((line) => `- ${line}`).join("\n"));
  const asked = questions.map(
    ({ question, state }) =>
      `${oneLine(question)} – ${isFinished(state) ? words.waitsForHuman : words.state[state]}`,
  );
  const forMe = waiting.map(({ handoff, department }) => {
    const from =
      handoff.takenBy === null
        ? words.askedBy(writePlain(handoff.requestedByName), department && writePlain(department[language]))
        : words.takenByMe;
    return `${oneLine(handoff.question)} – ${from}`;
  });
  const expert = waiting.length > 0 || !isGuest(identity);
  return paragraphs(
    `**${words.statusTitle}**`,
    list(words.myQuestions, asked, words.noQuestions),
    expert ? list(words.waitsForMe, forMe, words.nothingWaits) : "",
    words.signedInAs(writePlain(identity.member.name)),
    guestNote(identity, language),
    modelName === null ? words.quoting : words.model(writePlain(modelName)),
  );
}
