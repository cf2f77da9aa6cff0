import type { QueryTerm } from "../../core/knowledge/knowledge-index.ts";
import { analyzeText } from "../../core/text/analyze.ts";
import { questionWords } from "../../core/text/question-words.ts";
import type { Ranking } from "./ranking.ts";
import { gramKey, type Dictionary } from "./dictionary.ts";

export interface WeightedTerm extends QueryTerm {
  /** Its number in the dictionary, or -1 where no passage ever had it. */
  readonly number: number;
  /** What idf is multiplied by: how often the question says it, less for what only supports words. */
  readonly factor: number;
}

export interface QueryWords {
  readonly terms: readonly WeightedTerm[];
  /** Character pieces of unspaced scripts. */
  readonly grams: readonly WeightedTerm[];
  /** The question in order, as places in `terms`. */
  readonly sequence: readonly number[];
}

/** BM25's inverse document frequency as in Lucene: ln(1 + (N - n + 0.5) / (n + 0.5)), never negative. */
export const inverseFrequency = (collectionSize: number, passages: number): number =>
  Math.log(1 + (collectionSize - passages + 0.5) / (passages + 0.5));

export function readQuery(
  text: string,
  dictionary: Dictionary,
  collectionSize: number,
  { gramWeight, questionWordWeight }: Ranking,
): QueryWords {
  const { terms: words, grams } = analyzeText(text);
  const weigh = ([key, count]: [string, number], term: string, weight: number): WeightedTerm => {
    const number = dictionary.find(key) ?? -1;
    const passages = number < 0 ? 0 : dictionary.passagesWith(number);
    return {
      term,
      number,
      passages,
      idf: inverseFrequency(collectionSize, passages),
      factor: count * weight,
    };
  };
  const counted = countEach(words);
  const places = new Map([...counted.keys()].map((word, place) => [word, place]));
  return {
    terms: [...counted].map((entry) =>
      weigh(entry, entry[0], questionWords.has(entry[0]) ? questionWordWeight : 1),
    ),
    grams: [...countEach(grams.map(gramKey))].map((entry) => weigh(entry, entry[0], gramWeight)),
    sequence: words.filter((word) => !questionWords.has(word)).map((word) => places.get(word)!),
  };
}

function countEach(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
