import type { SearchHit, SearchQuery, SearchResult } from "../../core/knowledge/knowledge-index.ts";
import { readQuery } from "./query-terms.ts";
import type { Ranking } from "./ranking.ts";
import type { TenantPassages } from "./tenant-passages.ts";
import { pairBonus } from "./pair-bonus.ts";
import { similarity } from "./passage-vectors.ts";
import { fuse } from "./fuse.ts";
import { TopList, byRank, type Candidate } from "./top-list.ts";
import { nearest } from "./vector-search.ts";
import { WordScores } from "./word-scores.ts";

/** How many of the best by words, and by vector, are ranked in earnest; never fewer than the limit. */
const shortlist = 100;
const scores = new WordScores();

/** Ranks a tenant's passages for a question. Runs to its end without pause; what the scope hides is never a candidate. */
export function searchPassages(tenant: TenantPassages, query: SearchQuery, ranking: Ranking): SearchResult {
  const { dictionary, statistics, segments } = tenant;
  const words = readQuery(query.text, dictionary, statistics.passages, ranking);
  const scored = ranking.gramWeight > 0 ? [...words.terms, ...words.grams] : words.terms;
  const readableLabels = tenant.labels.readable(query.scope);
  const count = Math.max(query.limit, shortlist);
  const byWords = new TopList(count);
  const byVector = new TopList(count);
  const wordScores = new Map<string, number>();

  segments.forEach((segment, place) => {
    const readable = (passage: number): boolean =>
      segment.live[passage] === 1 && readableLabels[segment.labels[passage]!] === 1;
    scores.compute(segment, scored, statistics, ranking);
    const { touched, values } = scores;
    let threshold = byWords.threshold;
    for (let at = 0; at < touched.length; at += 1) {
      const passage = touched[at]!;
      const score = values[passage]!;
      if (score < threshold || !readable(passage)) continue;
      byWords.offer({ segment: place, passage, id: segment.ids[passage]!, score });
      threshold = byWords.threshold;
    }
    if (query.vector == null) return;
    for (const found of nearest(segment, query.vector, readable, count, tenant.graphs)) {
      const id = segment.ids[found.passage]!;
      byVector.offer({ segment: place, passage: found.passage, id, score: found.similarity });
      wordScores.set(id, scores.of(found.passage));
    }
  });

  const bonusOf = pairBonus(words, ranking);
  const ranked = byWords
    .sorted()
    .map((candidate) => {
      wordScores.set(candidate.id, candidate.score);
      const bonus = bonusOf(segments[candidate.segment]!, candidate.passage);
      return { ...candidate, score: candidate.score + bonus };
    })
    .sort(byRank);
  const neighbours = byVector.sorted();
  const order = neighbours.length === 0 ? ranked : fuse([ranked, neighbours]);
  return {
    hits: order
      .slice(0, query.limit)
      .map((candidate) => toHit(tenant, candidate, wordScores.get(candidate.id) ?? 0, query.vector ?? null)),
    terms: words.terms.map(({ term, idf, passages }) => ({ term, idf, passages })),
    collectionSize: statistics.passages,
  };
}

function toHit(
  tenant: TenantPassages,
  candidate: Candidate,
  wordScore: number,
  vector: Float32Array | null,
): SearchHit {
  const segment = tenant.segments[candidate.segment]!;
  const record = tenant.shown.read(segment, candidate.passage);
  const { vectors } = segment;
  const comparable =
    vector !== null && vectors?.dimensions === vector.length && vectors.present[candidate.passage] === 1;
  return {
    passage: { ...record, ...tenant.labels.all[segment.labels[candidate.passage]!]! },
    score: candidate.score,
    wordScore,
    similarity: comparable ? similarity(vectors, candidate.passage, vector) : null,
  };
}
