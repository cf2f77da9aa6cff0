/** The one set of ranking parameters, for every tenant and language. */
export interface Ranking {
  /** BM25 term frequency saturation. */
  readonly k1: number;
  /** BM25 length normalisation of the text. */
  readonly bodyB: number;
  /** The same of title and headings. */
  readonly headB: number;
  /** Occurrences in title and headings count this many times as much as those in the text. */
  readonly headWeight: number;
  /** Share of a pair's weight that is added where two neighbouring words of the question stand together. */
  readonly pairWeight: number;
  /** Together means: at most this many words on. */
  readonly pairWindow: number;
  /** Weight of character pieces of scripts without spaces, beside their words. */
  readonly gramWeight: number;
  /** Weight of question words beside the others. */
  readonly questionWordWeight: number;
}

export const ranking: Ranking = {
  k1: 1.8,
  bodyB: 0.85,
  headB: 0.75,
  headWeight: 2,
  pairWeight: 0.4,
  pairWindow: 5,
  gramWeight: 0.15,
  questionWordWeight: 0.4,
};
