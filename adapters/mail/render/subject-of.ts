import { shorten } from "../../../core/text/cut-text.ts";

/** Phones show about half of it. */
const longestQuestion = 80;

/** A subject in one line, whatever was asked. */
export const subjectOf = (say: (question: string) => string, question: string): string =>
  inOneLine(say(shorten(inOneLine(question), longestQuestion)));

/** In one line: control and format characters end none, and hide nothing; joiners that scripts need stay. */
export const inOneLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, " ")
    .replaceAll(/ {2,}/g, " ")
    .trim();
