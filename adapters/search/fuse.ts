import { byRank, type Candidate } from "./top-list.ts";

/** Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet", their k. */
const k = 60;

/**
 * Joins ranked lists by the sum of 1 / (60 + rank). Ranks and not scores, because any embedding model may be
 * configured and the ranges of their similarities differ: a weighted sum would need a calibration for each.
 */
export function fuse(lists: readonly (readonly Candidate[])[]): Candidate[] {
  const fused = new Map<string, Candidate>();
  for (const list of lists)
    list.forEach((candidate, index) => {
      const sum = fused.get(candidate.id)?.score ?? 0;
      fused.set(candidate.id, { ...candidate, score: sum + 1 / (k + index + 1) });
    });
  return [...fused.values()].sort(byRank);
}
