import { normalizeText } from "../text/normalize.ts";
import { emergencyWords, onlySpokenOf } from "./emergency-words.ts";

/** Whether a question is of an emergency, and by which word, as the list or the department wrote it. */
export type Criticality =
  { readonly critical: true; readonly word: string } | { readonly critical: false; readonly word: null };

/**
 * Looks for words of an emergency in a question: English ones as whole words, Thai ones wherever they stand. One that is
 * plainly only spoken of ("in case of fire", "fire drill") does not count; the department's own count wherever they stand.
 */
export function judgeCriticality(question: string, ownWords: readonly string[]): Criticality {
  const text = normalizeText(question).toLowerCase();
  const words = wordsOf(text);
  const word =
    ownWords.find((own) => holds(text, words, own)) ??
    emergencyWords.english.find((phrase) => happens(words, phrase)) ??
    emergencyWords.thai.find((phrase) => happensInThai(text, normalizeText(phrase)));
  return word === undefined ? { critical: false, word: null } : { critical: true, word };
}

const thai = /[\u0e00-\u0e7f]/;
const word = /[\p{L}\p{M}\p{N}]+/gu;

/** Words with a space before, between and behind each. */
const wordsOf = (text: string): string => ` ${(text.match(word) ?? []).join(" ")} `;

function holds(text: string, words: string, own: string): boolean {
  const wanted = normalizeText(own).toLowerCase();
  return thai.test(wanted) ? text.includes(wanted) : words.includes(wordsOf(wanted));
}

function happens(words: string, phrase: string): boolean {
  const wanted = ` ${phrase} `;
  for (let at = words.indexOf(wanted); at >= 0; at = words.indexOf(wanted, at + 1)) {
    const before = words.slice(0, at).replace(article, "");
    const behind = words.slice(at + wanted.length);
    const spokenOf =
      onlySpokenOf.before.some((said) => ` ${before}`.endsWith(` ${said}`)) ||
      onlySpokenOf.behind.some((said) => `${behind} `.startsWith(`${said} `));
    if (!spokenOf) return true;
  }
  return false;
}

const article = / (?:a|an|the|any)$/;

/** So many characters before a Thai word say what is said of it. */
const thaiBeforeLength = 16;

function happensInThai(text: string, phrase: string): boolean {
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + phrase.length)) {
    const before = text.slice(Math.max(0, at - thaiBeforeLength), at);
    if (!onlySpokenOf.thaiBefore.some((said) => before.includes(normalizeText(said)))) return true;
  }
  return false;
}
