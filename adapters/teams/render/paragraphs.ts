import { shorten } from "../../../core/text/cut-text.ts";
import { type CardElement, said } from "./card.ts";
import { plainWords } from "./plain-words.ts";

/** The text's paragraphs in plain words, lists line by line, of at most this length together. */
export function shownParagraphs(markdown: string, length: number): readonly string[] {
  const shown: string[] = [];
  let left = length;
  for (const paragraph of markdown.split(/\n{2,}|\n(?=\s*(?:[-*]|\d+\.)\s)/)) {
    const words = shorten(`${listMark(paragraph)}${plainWords(paragraph)}`, Math.max(1, left));
    if (left <= 0 || words.trim() === "") continue;
    shown.push(words);
    left -= words.length;
  }
  return shown;
}

const listMark = (paragraph: string): string => {
  const [, mark] = /^\s*([-*]|\d+\.)\s/.exec(paragraph) ?? [];
  return mark === undefined ? "" : /\d/.test(mark) ? `${mark} ` : "• ";
};

/** The same on a card, where items of a list stand close together. */
export const paragraph = (words: string): CardElement =>
  said(words, {}, /^(?:•|\d+\.) /.test(words) ? "small" : "medium");
