import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { measureSearch } from "../../adapters/connect/measure-search.ts";
import type { EvaluationFigures } from "../../core/evaluation/evaluate.ts";

const folder = join(resolve(process.env["EXPERT_CORPORA"] ?? "../shared/corpora"), "eval");
const present = existsSync(folder);
if (!present) console.log(`skipped: the evaluation sets are not in ${folder}`);

/** Plain BM25's better figure of two settings, as the sets' own description gives it: nDCG@10, R@5, R@100, MRR@10. */
const floors: readonly (readonly [set: string, run: string, number, number, number, number])[] = [
  ["squad2", "queries / qrels / corpus", 0.859, 0.915, 0.994, 0.828],
  ["xquad-th-en", "queries / qrels / corpus", 0.596, 0.506, 0.567, 0.934],
  ["xquad-th-en", "queries_th / qrels_same_language / corpus_th", 0.962, 0.989, 1, 0.951],
  ["xquad-th-en", "queries_en / qrels_same_language / corpus_en", 0.95, 0.975, 0.993, 0.939],
  ["xquad-th-en", "queries_th / qrels_cross_language / corpus_en", 0.147, 0.166, 0.177, 0.138],
  ["xquad-th-en", "queries_en / qrels_cross_language / corpus_th", 0.185, 0.214, 0.225, 0.174],
  ["stackfaq", "queries / qrels / corpus", 0.708, 0.557, 0.959, 0.796],
  ["gitlab-handbook", "queries / qrels / corpus", 0.64, 0.673, 0.887, 0.669],
  ["gitlab-handbook", "queries_with_history / qrels / corpus", 0.697, 0.732, 0.956, 0.723],
  ["gitlab-handbook", "queries / qrels_pages / pages", 0.746, 0.783, 1, 0.738],
  ["mtrag-un", "queries / qrels / corpus", 0.732, 0.729, 0.931, 0.741],
  ["mtrag-un", "queries_alluserturns / qrels / corpus", 0.739, 0.738, 0.957, 0.762],
  ["cranfield", "queries / qrels / corpus", 0.329, 0.258, 0.721, 0.475],
  ["cranfield", "queries / qrels_source_relevant / corpus", 0.503, 0.316, 0.743, 0.797],
];

/** AUROC of the best BM25 score alone. */
const abstentionFloors = { squad2: 0.55, "mtrag-un": 0.7 } as const;

/** To the three places that the floors are given in. */
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

(present ? describe : describe.skip)("the search and its confidence", () => {
  const figures = new Map<string, EvaluationFigures>();

  beforeAll(async () => {
    for await (const each of measureSearch({ folder })) figures.set(`${each.set}: ${each.run}`, each);
  }, 240_000);

  it.each(floors)("reach plain BM25 on %s, %s", (set, run, ndcg10, recall5, recall100, mrr10) => {
    const found = figures.get(`${set}: ${run}`);
    expect(found && rounded(found.ndcg10)).toBeGreaterThanOrEqual(ndcg10);
    expect(found && rounded(found.recall5)).toBeGreaterThanOrEqual(recall5);
    expect(found && rounded(found.recall100)).toBeGreaterThanOrEqual(recall100);
    expect(found && rounded(found.mrr10)).toBeGreaterThanOrEqual(mrr10);
  });

  it.each(Object.entries(abstentionFloors))(
    "tell %s's unanswerable questions apart better than its score",
    (set, floor) => {
      expect(figures.get(`${set}: queries / qrels / corpus`)?.abstention).toBeGreaterThan(floor);
    },
  );

  it("tell questions of another subject apart", () => {
    expect(figures.get("gitlab-handbook: queries / qrels / corpus")?.outOfScope).toBeGreaterThan(0.88);
  });
});
