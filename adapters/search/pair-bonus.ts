import type { QueryWords } from "./query-terms.ts";
import type { Ranking } from "./ranking.ts";
import { tokensOf, type Segment } from "./segment.ts";

/** How far apart, in words, the two of a pair may stand. */
const window = 3;

/**
 * What a passage gains where neighbouring words of the question stand close together in it, in the spirit of the
 * sequential dependence model (Metzler and Croft 2005): per pair, its weaker word's idf, once.
 */
export function pairBonus(segment: Segment, passage: number, words: QueryWords, ranking: Ranking): number {
  if (words.sequence.length < 2 || ranking.pairWeight === 0) return 0;
  const places = new Map<number, number>();
  words.terms.forEach((term, place) => {
    if (term.number >= 0) places.set(term.number, place);
  });
  const wanted = new Map<number, number>();
  const size = words.terms.length;
  for (let at = 1; at < words.sequence.length; at += 1) {
    const left = words.sequence[at - 1]!;
    const right = words.sequence[at]!;
    if (left !== right)
      wanted.set(left * size + right, Math.min(words.terms[left]!.idf, words.terms[right]!.idf));
  }
  const lastSeen = new Int32Array(size).fill(-1_000_000);
  let bonus = 0;
  tokensOf(segment, passage).forEach((token, at) => {
    const place = places.get(token);
    if (place === undefined) return;
    for (let other = 0; other < size; other += 1) {
      if (at - lastSeen[other]! > window) continue;
      const key = other * size + place;
      const weight = wanted.get(key);
      if (weight === undefined) continue;
      bonus += weight;
      wanted.delete(key);
    }
    lastSeen[place] = at;
  });
  return bonus * ranking.pairWeight;
}
