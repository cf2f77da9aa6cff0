import { askingTerms } from "../answering/question-type.ts";
import { analyze } from "../text/analyze.ts";
import { synonymsOf } from "../text/synonyms.ts";
import { mayMeanTheSame, plain } from "./question-guards.ts";

/**
 * Whether two questions mean the same by their words: all that each asks about, the other asks about too, in the same or
 * nearly the same words, and nothing that it names or denies, or wants to know of it, is different. One word that only one
 * of them has may be another subject, so it says no: better asked once more than answered wrongly.
 */
export function sameQuestion(one: string, other: string): boolean {
  if (!mayMeanTheSame(one, other)) return false;
  const [words, otherWords] = [analyze(plain(one)), analyze(plain(other))];
  return coveredBy(words, otherWords) && coveredBy(otherWords, words);
}

/** Words that only say how something is asked for; what "after" means is held against the other question by `mayMeanTheSame`. */
const weakWords = `way ways step steps procedure process instruction instructions guide correct right proper exactly
 currently now today please company company's our need needs want able possible information info details question
 properly normally usually best supposed after
 วิธี ขั้นตอน บริษัท ตอนนี้ ปัจจุบัน สามารถ ต้องการ อยาก ทราบ รู้ กรุณา รบกวน สอบถาม วิธีการ แค่ อัน เรื่อง เกี่ยว เกี่ยวกับ`;
const weak: ReadonlySet<string> = new Set(weakWords.split(/\s+/).flatMap((word) => [word, ...analyze(word)]));

function coveredBy(words: readonly string[], others: readonly string[]): boolean {
  const strong = words.filter((word) => !askingTerms.has(word) && !weak.has(word));
  const known = new Set(others);
  return (
    strong.length > 0 &&
    strong.every((word) => known.has(word) || synonymsOf(word).some((near) => known.has(near)))
  );
}
