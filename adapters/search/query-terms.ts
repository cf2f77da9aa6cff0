import type { QueryTerm } from "../../core/knowledge/knowledge-index.ts";
import { analyze } from "../../core/text/analyze.ts";
import type { Dictionary } from "./dictionary.ts";

export interface WeightedTerm extends QueryTerm {
  /** Its number in the dictionary, or -1 where no passage ever had it. */
  readonly number: number;
  /** How often the question says it. */
  readonly count: number;
}

export interface QueryWords {
  readonly terms: readonly WeightedTerm[];
  /** The question in order, as places in `terms`. */
  readonly sequence: readonly number[];
}

/** BM25's inverse document frequency as in Lucene: ln(1 + (N - n + 0.5) / (n + 0.5)), never negative. */
export const inverseFrequency = (collectionSize: number, passages: number): number =>
  Math.log(1 + (collectionSize - passages + 0.5) / (passages + 0.5));

export function readQuery(text: string, dictionary: Dictionary, collectionSize: number): QueryWords {
  const words = analyze(text);
  const places = new Map<string, number>();
  const counts: number[] = [];
  const sequence: number[] = [];
  for (const word of words) {
    const place = places.get(word) ?? places.size;
    places.set(word, place);
    counts[place] = (counts[place] ?? 0) + 1;
    sequence.push(place);
  }
  const terms = [...places.keys()].map((term, place): WeightedTerm => {
    const number = dictionary.find(term) ?? -1;
    const passages = number < 0 ? 0 : dictionary.passagesWith(number);
    return { term, number, passages, idf: inverseFrequency(collectionSize, passages), count: counts[place]! };
  });
  return { terms, sequence };
}
