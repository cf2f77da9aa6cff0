/** Text in the proportions of language: word frequencies by Zipf's law, passages of varying length. Seeded. */
export interface ZipfText {
  /** The same place always gives the same passage. */
  passage(place: number): string;
  /** A question in words of the passage at that place, with one word from anywhere. */
  question(place: number): string;
}

const vocabularySize = 60_000;
const shortestPassage = 60;
const longestPassage = 180;
const questionWords = { fewest: 3, most: 9 } as const;
const syllables = "ka lo mi ten ra vu sol per dan qui nor fal gri bes tom zen".split(" ");

/** Builds on `knownWords` (most frequent first, for instance of real documents) and goes on with invented ones. */
export function zipfText(seed: number, knownWords: readonly string[]): ZipfText {
  const vocabulary = [...new Set(knownWords)].slice(0, vocabularySize);
  for (let number = 0; vocabulary.length < vocabularySize; number += 1) vocabulary.push(inventWord(number));
  const sums = new Float64Array(vocabularySize);
  let sum = 0;
  for (let rank = 0; rank < vocabularySize; rank += 1) sums[rank] = sum += 1 / (rank + 1);
  const draw = (random: () => number): string => vocabulary[findRank(sums, random() * sum)]!;
  const wordsAt = (place: number): string[] => {
    const random = randomFrom(seed + place);
    const length = shortestPassage + Math.floor(random() * (longestPassage - shortestPassage));
    return Array.from({ length }, () => draw(random));
  };
  return {
    passage: (place) =>
      wordsAt(place)
        .map((word, at) => (at % 12 === 11 ? `${word}.` : word))
        .join(" "),
    question: (place) => {
      const random = randomFrom(~(seed + place));
      const words = wordsAt(place);
      const count =
        questionWords.fewest + Math.floor(random() * (questionWords.most - questionWords.fewest + 1));
      const chosen = Array.from({ length: count - 1 }, () => words[Math.floor(random() * words.length)]!);
      return [...chosen, draw(random)].join(" ");
    },
  };
}

/** Distinct words of texts, the most frequent first. */
export function rankWords(texts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const word of text.toLowerCase().match(/[a-z]{2,}/g) ?? [])
      counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([word]) => word);
}

function inventWord(number: number): string {
  let word = "";
  for (let rest = number + syllables.length; rest > 0; rest = Math.floor(rest / syllables.length))
    word += syllables[rest % syllables.length]!;
  return word;
}

function findRank(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Numbers from 0 to 1, by mulberry32 (Tommy Ettinger, public domain). */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
