/** Grades of the documents judged for one question; those not named, or at 0 or below, are irrelevant. */
export type Judgements = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain of the first `depth` documents (Järvelin and Kekäläinen 2002, with the linear
 * gain of trec_eval): the sum of grade / log2(rank + 1) over the same sum of the best possible order.
 */
export function ndcg(ranked: readonly string[], judgements: Judgements, depth: number): number {
  const gain = (grades: readonly number[]): number =>
    grades.slice(0, depth).reduce((sum, grade, index) => sum + Math.max(0, grade) / Math.log2(index + 2), 0);
  const ideal = gain([...judgements.values()].sort((a, b) => b - a));
  return ideal === 0 ? 0 : gain(ranked.map((document) => judgements.get(document) ?? 0)) / ideal;
}

/** Share of the relevant documents that stand among the first `depth`. */
export function recall(ranked: readonly string[], judgements: Judgements, depth: number): number {
  const relevant = relevantOf(judgements);
  if (relevant.length === 0) return 0;
  const found = new Set(ranked.slice(0, depth));
  return relevant.filter((document) => found.has(document)).length / relevant.length;
}

/** 1 / rank of the first relevant document among the first `depth`, else 0 (Voorhees 1999, TREC-8 question answering). */
export function reciprocalRank(ranked: readonly string[], judgements: Judgements, depth: number): number {
  const index = ranked.slice(0, depth).findIndex((document) => (judgements.get(document) ?? 0) > 0);
  return index < 0 ? 0 : 1 / (index + 1);
}

/**
 * Area under the ROC curve: the chance that a positive scores above a negative, ties counting half (Mann-Whitney U,
 * Hanley and McNeil 1982). 0.5 tells nothing apart. NaN where either side is empty.
 */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const scored = [
    ...positives.map((score) => ({ score, positive: true })),
    ...negatives.map((score) => ({ score, positive: false })),
  ].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let start = 0; start < scored.length;) {
    let end = start;
    while (end < scored.length && scored[end]!.score === scored[start]!.score) end += 1;
    const meanRank = (start + 1 + end) / 2;
    for (let at = start; at < end; at += 1) if (scored[at]!.positive) rankSum += meanRank;
    start = end;
  }
  const wins = rankSum - (positives.length * (positives.length + 1)) / 2;
  return wins / (positives.length * negatives.length);
}

export const isJudged = (judgements: Judgements): boolean => relevantOf(judgements).length > 0;

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

const relevantOf = (judgements: Judgements): string[] =>
  [...judgements].filter(([, grade]) => grade > 0).map(([document]) => document);
