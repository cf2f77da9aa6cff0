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
  const places = new Map<number, number>();
  const step = 20_000;
  for (let start = 0; start < tokens.length; start += step) {
    for (const token of tokens.subarray(start, start + step)) places.set(token, 0);
    await pacer.pause();
  }
  const terms = Uint32Array.from(places.keys()).sort();
  for (let place = 0; place < terms.length; place += 1) places.set(terms[place]!, place);
  await pacer.pause();
  const ordinals = new Uint32Array(tokens.length);
  for (let start = 0; start < tokens.length; start += step) {
    const end = Math.min(tokens.length, start + step);
    for (let at = start; at < end; at += 1) ordinals[at] = places.get(tokens[at]!)!;
    await pacer.pause();
  }
  return { terms, ordinals };
}
