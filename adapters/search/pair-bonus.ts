import type { QueryWords } from "./query-terms.ts";
import type { Ranking } from "./ranking.ts";
import { tokensOf, type Segment } from "./segment.ts";

interface Pair {
  readonly left: number;
  readonly weight: number;
  readonly slot: number;
}

/** Tells most of a passage's tokens from the question's at less than what it costs to look them up. */
function filterOf(tokens: Iterable<number>): Uint8Array {
  const filter = new Uint8Array(1024);
  for (const token of tokens) filter[token % filter.length] = 1;
  return filter;
}

/** Rates how close together a passage says what stands together in the question. */
export type PairBonus = (segment: Segment, passage: number) => number;

/**
 * What a passage gains where neighbouring words of the question stand close together in it, in their order, after the
 * sequential dependence model (Metzler and Croft 2005): per pair the idf of its commoner word, more the oftener it is
 * found, up to a bound as for words.
 */
export function pairBonus(words: QueryWords, ranking: Ranking): PairBonus {
  const { terms, sequence } = words;
  const places = new Map<number, number>();
  terms.forEach((term, place) => {
    if (term.passages > 0) places.set(term.number, place);
  });
  const wanted = filterOf(places.keys());
  const pairs: Pair[][] = terms.map(() => []);
  let slots = 0;
  for (let at = 1; at < sequence.length; at += 1) {
    const left = sequence[at - 1]!;
    const right = sequence[at]!;
    const known = terms[left]!.passages > 0 && terms[right]!.passages > 0;
    if (left === right || !known || pairs[right]!.some((pair) => pair.left === left)) continue;
    const weight = ranking.pairWeight * Math.min(terms[left]!.idf, terms[right]!.idf);
    pairs[right]!.push({ left, weight, slot: slots });
    slots += 1;
  }
  if (slots === 0 || ranking.pairWeight === 0) return () => 0;
  const lastSeen = new Int32Array(terms.length);
  const found = new Uint16Array(slots);
  return (segment, passage) => {
    lastSeen.fill(-1_000_000);
    found.fill(0);
    const tokens = tokensOf(segment, passage);
    let bonus = 0;
    for (let at = 0; at < tokens.length; at += 1) {
      const token = tokens[at]!;
      if (wanted[token % wanted.length] === 0) continue;
      const place = places.get(token);
      if (place === undefined) continue;
      for (const { left, weight, slot } of pairs[place]!) {
        if (at - lastSeen[left]! > ranking.pairWindow) continue;
        const times = found[slot]!;
        found[slot] = times + 1;
        bonus += weight / ((times + 1) * (times + 2));
      }
      lastSeen[place] = at;
    }
    return bonus;
  };
}
