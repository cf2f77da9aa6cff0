import type { WeightedTerm } from "./query-terms.ts";
import type { Ranking } from "./ranking.ts";
import { findTerm, type LengthNorms, type Segment } from "./segment.ts";

/** What BM25 needs to know of all live passages of a tenant. */
export interface Statistics {
  /** Counts up with every change. */
  readonly version: number;
  readonly passages: number;
  readonly bodyWords: number;
  readonly headWords: number;
}

/** Word scores of one segment, reused from search to search. */
export class WordScores {
  #scores = new Float64Array(1024);
  #touched = new Uint32Array(1024);
  #count = 0;

  /** Passages that at least one word of the question stands in. */
  get touched(): Uint32Array {
    return this.#touched.subarray(0, this.#count);
  }

  /** Scores by passage; 0 where no word stands. */
  get values(): Float64Array {
    return this.#scores;
  }

  of(passage: number): number {
    return this.#scores[passage] ?? 0;
  }

  /**
   * BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", section 3.6: BM25F) over two fields,
   * the text and its title with headings: per term idf · f / (k1 + f), where f is the weighted sum of the field's
   * occurrences, each divided by its length norm.
   */
  compute(segment: Segment, terms: readonly WeightedTerm[], statistics: Statistics, ranking: Ranking): void {
    this.#clear(segment.size);
    const { body, head } = lengthNorms(segment, statistics, ranking);
    const { postings, counts, postingStarts } = segment;
    const { k1, headWeight } = ranking;
    const scores = this.#scores;
    const touched = this.#touched;
    let count = 0;
    for (const term of terms) {
      const place = term.number < 0 ? -1 : findTerm(segment, term.number);
      if (place < 0) continue;
      const weight = term.idf * term.factor;
      const end = postingStarts[place + 1]!;
      for (let at = postingStarts[place]!; at < end; at += 1) {
        const passage = postings[at]!;
        const packed = counts[at]!;
        const inHead = packed >>> 8;
        let frequency = (packed & 255) * body[passage]!;
        if (inHead > 0) frequency += headWeight * inHead * head[passage]!;
        const score = scores[passage]!;
        if (score === 0) {
          touched[count] = passage;
          count += 1;
        }
        scores[passage] = score + (weight * frequency) / (k1 + frequency);
      }
    }
    this.#count = count;
  }

  #clear(size: number): void {
    for (let at = 0; at < this.#count; at += 1) this.#scores[this.#touched[at]!] = 0;
    this.#count = 0;
    if (size <= this.#scores.length) return;
    this.#scores = new Float64Array(size);
    this.#touched = new Uint32Array(size);
  }
}

/** 1 / (1 - b + b · length / mean length) of each passage, kept until the mean changes. */
function lengthNorms(segment: Segment, statistics: Statistics, ranking: Ranking): LengthNorms {
  if (segment.norms?.statisticsVersion === statistics.version) return segment.norms;
  const { size, bodyLengths, headLengths } = segment;
  const body = segment.norms?.body ?? new Float32Array(size);
  const head = segment.norms?.head ?? new Float32Array(size);
  const { bodyB, headB } = ranking;
  const bodyShare = bodyB / Math.max(1, statistics.bodyWords / Math.max(1, statistics.passages));
  const headShare = headB / Math.max(1, statistics.headWords / Math.max(1, statistics.passages));
  for (let passage = 0; passage < size; passage += 1) {
    body[passage] = 1 / (1 - bodyB + bodyShare * bodyLengths[passage]!);
    head[passage] = 1 / (1 - headB + headShare * headLengths[passage]!);
  }
  segment.norms = { statisticsVersion: statistics.version, body, head };
  return segment.norms;
}
