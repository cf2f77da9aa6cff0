import type { Pacer } from "./pacer.ts";

export interface ForwardIndex {
  readonly size: number;
  readonly tokens: Uint32Array;
  readonly tokenStarts: Uint32Array;
  readonly headTokens: Uint32Array;
}

export interface Postings {
  readonly terms: Uint32Array;
  readonly postingStarts: Uint32Array;
  readonly postings: Uint32Array;
  readonly counts: Uint16Array;
}

const headStep = 256;
const fullByte = 255;

/** Turns what each passage says into where each term stands, by counting: two passes over the tokens. */
export async function buildPostings(forward: ForwardIndex, pacer: Pacer): Promise<Postings> {
  const { size, tokens, tokenStarts, headTokens } = forward;
  const local = await numberTerms(tokens, pacer);
  const { terms, ordinals } = local;

  const postingStarts = new Uint32Array(terms.length + 1);
  const lastPassage = new Int32Array(terms.length).fill(-1);
  for (let passage = 0; passage < size; passage += 1) {
    for (let at = tokenStarts[passage]!; at < tokenStarts[passage + 1]!; at += 1) {
      const term = ordinals[at]!;
      if (lastPassage[term] === passage) continue;
      lastPassage[term] = passage;
      postingStarts[term + 1]! += 1;
    }
    if (passage % 64 === 0) await pacer.pause();
  }
  for (let term = 0; term < terms.length; term += 1) postingStarts[term + 1]! += postingStarts[term]!;

  const total = postingStarts[terms.length] ?? 0;
  const postings = new Uint32Array(total);
  const counts = new Uint16Array(total);
  const next = postingStarts.slice(0, terms.length);
  lastPassage.fill(-1);
  for (let passage = 0; passage < size; passage += 1) {
    const bodyStart = tokenStarts[passage]! + headTokens[passage]!;
    for (let at = tokenStarts[passage]!; at < tokenStarts[passage + 1]!; at += 1) {
      const term = ordinals[at]!;
      if (lastPassage[term] !== passage) {
        lastPassage[term] = passage;
        postings[next[term]!] = passage;
        next[term]! += 1;
      }
      const slot = next[term]! - 1;
      const count = counts[slot]!;
      if (at >= bodyStart) counts[slot] = (count & fullByte) < fullByte ? count + 1 : count;
      else counts[slot] = count >>> 8 < fullByte ? count + headStep : count;
    }
    if (passage % 64 === 0) await pacer.pause();
  }
  return { terms, postingStarts, postings, counts };
}

/** The distinct terms, ascending, and for each token the place of its term among them. */
async function numberTerms(
  tokens: Uint32Array,
  pacer: Pacer,
): Promise<{ terms: Uint32Array; ordinals: Uint32Array }> {
  let highest = 0;
  await eachStep(tokens.length, pacer, (from, to) => {
    for (let at = from; at < to; at += 1) highest = Math.max(highest, tokens[at]!);
  });
  // A table over the dictionary is quicker than a map, and worth its making for all but the smallest segments.
  const places = tokens.length * mapCost < highest ? new Map<number, number>() : new PlaceTable(highest + 1);
  const distinct: number[] = [];
  await eachStep(tokens.length, pacer, (from, to) => {
    for (let at = from; at < to; at += 1) {
      const token = tokens[at]!;
      if (places.has(token)) continue;
      places.set(token, 0);
      distinct.push(token);
    }
  });
  const terms = Uint32Array.from(distinct).sort();
  await pacer.pause();
  for (let place = 0; place < terms.length; place += 1) places.set(terms[place]!, place);
  const ordinals = new Uint32Array(tokens.length);
  await eachStep(tokens.length, pacer, (from, to) => {
    for (let at = from; at < to; at += 1) ordinals[at] = places.get(tokens[at]!)!;
  });
  return { terms, ordinals };
}

const mapCost = 16;
const step = 20_000;

async function eachStep(
  length: number,
  pacer: Pacer,
  work: (from: number, to: number) => void,
): Promise<void> {
  for (let from = 0; from < length; from += step) {
    work(from, Math.min(length, from + step));
    await pacer.pause();
  }
}

/** What a Map of small numbers does, as one array. */
class PlaceTable {
  readonly #places: Int32Array;

  constructor(size: number) {
    this.#places = new Int32Array(size).fill(-1);
  }

  has(key: number): boolean {
    return this.#places[key]! >= 0;
  }

  get(key: number): number {
    return this.#places[key]!;
  }

  set(key: number, place: number): void {
    this.#places[key] = place;
  }
}
