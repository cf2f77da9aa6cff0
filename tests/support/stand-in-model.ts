import { noAnswer } from "../../core/answering/prompt.ts";

const segmenter = new Intl.Segmenter("th", { granularity: "word" });
const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
const emptyWords = new Set(
  "a an and are as at be by can do does for from how i in is it my of on or our the this to we what when where which who with you your".split(
    " ",
  ),
);

/** The words that carry meaning, lower case; Thai is cut into words too. */
export const wordsOf = (text: string): readonly string[] =>
  Array.from(segmenter.segment(text.toLowerCase()))
    .filter(({ isWordLike, segment }) => isWordLike === true && !emptyWords.has(segment))
    .map(({ segment }) => segment.replace(/(?<=[a-z]{3})s$/, ""));

const blockStart = /^\[(\d+)\] .*$/m;

/** The passages of a prompt that fences them between `<<<WORD` and `WORD>>>`, each as `[n] place` and its text. */
export function fencedPassages(prompt: string): readonly { number: number; text: string }[] {
  const fenced = /<<<(\S+)\n([\s\S]*?)\n\1>>>/.exec(prompt)?.[2];
  if (fenced === undefined) return [];
  return fenced.split(/\n\n(?=\[\d+\] )/).map((block, index) => ({
    number: Number(blockStart.exec(block)?.[1] ?? index + 1),
    text: block.replace(blockStart, "").trim(),
  }));
}

/**
 * What a simple honest model would say: the sentence of the first passage that shares most words with the question,
 * verbatim and cited; the sign for no answer where it shares none.
 */
export function quoteFirstPassage(prompt: string): string {
  const [passage] = fencedPassages(prompt);
  if (!passage) return noAnswer;
  const asked = new Set(wordsOf(prompt.slice(prompt.lastIndexOf("Question:") + "Question:".length)));
  let best = "";
  let most = 0;
  for (const line of passage.text.split("\n"))
    for (const { segment } of sentences.segment(line)) {
      const shared = new Set(wordsOf(segment).filter((word) => asked.has(word))).size;
      if (shared > most) [best, most] = [segment.trim(), shared];
    }
  return most === 0 ? noAnswer : `${best} [${passage.number}]`;
}

const hashed = (word: string): number => {
  let hash = 2_166_136_261;
  for (const byte of Buffer.from(word)) hash = Math.imul(hash ^ byte, 16_777_619);
  return hash >>> 0;
};

/** A bag of words hashed into a vector of length 1: texts that share words are near each other. */
export function bagOfWords(text: string, dimension: number): Float32Array {
  const vector = new Float32Array(dimension);
  for (const word of wordsOf(text)) {
    const hash = hashed(word);
    const at = hash % dimension;
    vector[at] = (vector[at] ?? 0) + (hash & 0x80000000 ? -1 : 1);
  }
  const length = Math.hypot(...vector);
  if (length === 0) vector[0] = 1;
  return length === 0 ? vector : vector.map((number) => number / length);
}
