import type { DocumentId, PassageId } from "../../core/ids.ts";
import type { PassageVectors } from "./passage-vectors.ts";

/**
 * A batch of passages, written once; only `live` changes. `tokens` is what the passages say, in order, as term
 * numbers (title and headings first); the postings are derived from it and rank, the tokens themselves tell how
 * near words stand.
 */
export interface Segment {
  readonly size: number;
  readonly ids: readonly PassageId[];
  readonly documents: readonly DocumentId[];
  /** The first passage of each document; the others follow it directly. */
  readonly documentStarts: ReadonlyMap<DocumentId, number>;
  /** Number of each passage's label. */
  readonly labels: Uint32Array;
  /** 1 until the passage is removed or replaced. */
  readonly live: Uint8Array;
  liveCount: number;
  /** The passages as JSON in UTF-8, decoded only when shown. */
  readonly records: Buffer;
  readonly recordStarts: Uint32Array;
  readonly tokens: Uint32Array;
  readonly tokenStarts: Uint32Array;
  /** How many of a passage's tokens are of its title and headings. */
  readonly headTokens: Uint32Array;
  /** Words of a passage's title and headings, and of its text; tokens that are other forms of a word are not counted. */
  readonly headLengths: Uint32Array;
  readonly bodyLengths: Uint32Array;
  /** The segment's distinct terms, ascending. */
  readonly terms: Uint32Array;
  readonly postingStarts: Uint32Array;
  /** Per term the passages that it stands in, ascending. */
  readonly postings: Uint32Array;
  /** Occurrences: in the text in the low byte, in title and headings in the high one; each at most 255. */
  readonly counts: Uint16Array;
  readonly vectors: PassageVectors | null;
  /** Length norms, computed for the statistics of that version. */
  norms: LengthNorms | null;
}

export interface LengthNorms {
  readonly statisticsVersion: number;
  readonly body: Float32Array;
  readonly head: Float32Array;
}

/** Where the term stands among the segment's terms, or -1. */
export function findTerm(segment: Segment, term: number): number {
  const { terms } = segment;
  let low = 0;
  let high = terms.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const value = terms[middle]!;
    if (value === term) return middle;
    if (value < term) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

export const tokensOf = (segment: Segment, passage: number): Uint32Array =>
  segment.tokens.subarray(segment.tokenStarts[passage], segment.tokenStarts[passage + 1]);
