import { analyze } from "../text/analyze.ts";
import { normalizeText } from "../text/normalize.ts";
import { segmentWords, splitByScript } from "../text/unspaced-scripts.ts";
import { askingTerms } from "../answering/question-type.ts";
import type { Exchange } from "./turn.ts";

/** How many earlier questions a follow-up may draw on. */
const lookBack = 3;
/** A question with fewer naming words than this can hardly stand alone. */
const fewWords = 2;
/** The most words that are carried over, so that a long earlier question does not outweigh the new one. */
const carriedWords = 8;

const openings =
  /^\W*(?:and|but|or|also|then|so|what about|how about|what if|same|why not|is that|are those|in that case|i meant?|no,|yes,|ok(?:ay)?\b|got it)\b/i;
/** One word alone, or the question what something is, opens a subject of its own. */
const namesNewSubject =
  /^\W*(?:[\p{L}\p{N}_./-]+|(?:what(?:'s| is| are)|define|explain|who is) (?:an? )?[\p{L}\p{N}_./-]+)\W*$/iu;
const pointing =
  /\b(?:it|its|they|them|their|theirs|he|she|him|her|his|hers|this|that|these|those|there|one|ones|another|others?|former|latter|same|above|below|next|previous|following)\b/i;
/** Uses of these words that point at nothing earlier. */
const notPointing =
  /\b(?:is|are|was|were|will|would|should|could|can|has|have|had) there\b|\bthere (?:is|are|was|were|will|should|any)\b|\b(?:know|say|said|mean|means|ensure|check|so|such|that|those|these|this) that\b|\bthat (?:is|are|was|were|has|have|can|will|i|we|you|the)\b|\bone (?:of|or|day|time|week|month|year|hour)\b|\b(?:no|any|each|some|every) one\b|\bthis (?:year|month|week|quarter|morning)\b|\bnext (?:year|month|week|quarter)\b|\beach other\b|\bother than\b|\bthe following\b(?= \w+ \w+ \w+)/gi;
const thaiFollowUp =
  /^(?:แล้ว|และ|ส่วน|งั้น|ถ้างั้น|อ้าว|หมายถึง)|(?:ล่ะ|ละ)(?:ครับ|ค่ะ|คะ)?[\s?]*$|อันนั้น|อันนี้|สิ่งนี้|สิ่งนั้น|เรื่องนี้|เรื่องนั้น|ตัวนี้|ตัวนั้น|ที่นั่น|(?:^|\s)มัน|พวกเขา|พวกนั้น|ข้อถัดไป|อันถัดไป|อันต่อไป|เหมือนกัน|ด้วยไหม|กรณีนี้|แบบนี้|แบบนั้น/u;

/**
 * The question made understandable without its thread: a follow-up gets the naming words of the questions before it
 * that it does not hold itself; a question that stands alone stays as it is. For the search, not for showing.
 */
export function standaloneQuestion(question: string, history: readonly Exchange[]): string {
  if (history.length === 0 || !isFollowUp(question)) return question;
  const carried: string[] = [];
  const known = new Set(analyze(question));
  const ownNumber = /\p{N}/u.test(question);
  let room = carriedWords;
  const carry = (word: string): boolean => {
    const fresh = analyze(word).filter((term) => !known.has(term));
    // "And over 500,000?" asks of another amount than the question before it.
    if (room === 0 || fresh.length === 0 || (ownNumber && numberAlone.test(word))) return false;
    for (const term of fresh) known.add(term);
    room -= 1;
    return true;
  };
  for (const { question: earlier } of history.slice(-lookBack).toReversed()) {
    // From the end: what a long question asks follows its background.
    for (const run of namingRuns(earlier).toReversed()) {
      const words = run.toReversed().filter(carry).toReversed();
      if (words.length > 0) carried.unshift(words.join(""));
    }
    // Further back only while the thread's subject has not been named.
    if (!isFollowUp(earlier)) break;
  }
  return carried.length === 0 ? question : `${question} (${carried.join(" ")})`;
}

/** Does the question lean on what was said before? */
export function isFollowUp(question: string): boolean {
  const plain = question.replaceAll(/[’‘]/g, "'");
  if (thaiFollowUp.test(plain.trim())) return true;
  const named = new Set(analyze(plain).filter((term) => !askingTerms.has(term))).size;
  if (named === 0) return true;
  if (pointsBack(plain)) return named <= 5;
  if (openings.test(plain)) return named <= 4;
  return named < fewWords && !namesNewSubject.test(plain);
}

/** Does the question hold a word that points at something unsaid (it, those, the next one)? */
export function pointsBack(question: string): boolean {
  const plain = question.replaceAll(/[’‘]/g, "'").replaceAll(notPointing, " ");
  return pointing.test(plain) || thaiPointing.test(plain);
}

const thaiPointing = /อันนั้น|อันนี้|สิ่งนี้|สิ่งนั้น|เรื่องนี้|เรื่องนั้น|ที่นั่น|(?:^|\s)มัน|พวกเขา|พวกนั้น/u;

const chunk = /[\p{L}\p{M}\p{N}_#@`]+(?:(?:[.\-/:\\@'+#]|(?<=\p{N}),(?=\p{N}))[\p{L}\p{M}\p{N}_]+)*/gu;
const numberAlone = /^[\p{N}.,]+$/u;

/**
 * The words of a question that name something, as they were written: each spaced word alone, and of a script without
 * spaces the words that stand together, for a compound is found by its parts side by side.
 */
function namingRuns(question: string): readonly (readonly string[])[] {
  return splitByScript(normalizeText(question)).flatMap((part, index) => {
    if (index % 2 === 0) return (part.match(chunk) ?? []).filter(names).map((word) => [word]);
    const runs: string[][] = [[]];
    for (const word of segmentWords(part)) {
      if (names(word)) runs.at(-1)?.push(word);
      else runs.push([]);
    }
    return runs;
  });
}

const names = (word: string): boolean =>
  analyze(word).some((term) => !askingTerms.has(term) && !pointingTerms.has(term));

const pointingTerms = new Set(
  analyze(
    "another other others former latter same above below next previous following also " +
      "ขั้น ตอน วิธี ก่อน หลัง ทั้งหมด",
  ),
);
