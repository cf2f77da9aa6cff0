import { askingTerms } from "../answering/question-type.ts";
import { analyze } from "../text/analyze.ts";
import { synonymsOf } from "../text/synonyms.ts";

/** The share of both questions' words that must agree; the product's own choice. */
const agreement = 0.75;

/**
 * Whether two questions mean the same by their words: nearly all that each asks about, the other asks about too, in the same
 * or nearly the same words; both or neither deny; and names with digits, codes and numbers are the very same.
 */
export function sameQuestion(one: string, other: string): boolean {
  if (!equalSets(codesOf(one), codesOf(other))) return false;
  if (denies(one) !== denies(other)) return false;
  const words = termsOf(one);
  const otherWords = termsOf(other);
  return shareFound(words, otherWords) >= agreement && shareFound(otherWords, words) >= agreement;
}

const code = /[\p{L}\p{N}._/#-]*\p{N}[\p{L}\p{N}_/#-]*/gu;
const codesOf = (question: string): ReadonlySet<string> => new Set(question.toLowerCase().match(code) ?? []);

const denial = /\b(?:not|no|never|without|cannot)\b|n['’]t\b|ไม่|ห้าม/iu;
const denies = (question: string): boolean => denial.test(question);

const equalSets = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((value) => other.has(value));

const termsOf = (question: string): ReadonlySet<string> =>
  new Set(analyze(question).filter((term) => !askingTerms.has(term)));

function shareFound(words: ReadonlySet<string>, others: ReadonlySet<string>): number {
  if (words.size === 0) return 0;
  const found = [...words].filter(
    (word) => others.has(word) || synonymsOf(word).some((near) => others.has(near)),
  );
  return found.length / words.size;
}
