import { systemClock } from "../../core/clock.ts";
import { retrievalConfidence } from "../../core/answering/assess-confidence.ts";
import type { EvaluationFigures } from "../../core/evaluation/evaluate.ts";
import type { EvaluateSetsOptions } from "../../core/evaluation/evaluate-sets.ts";
import { silentLogger } from "../../core/logger.ts";
import { evaluateFolder } from "../datasets/evaluate-folder.ts";
import { createSearchIndex } from "../search/create-search-index.ts";

export interface MeasureSearchOptions extends Pick<
  EvaluateSetsOptions,
  "set" | "outOfScopeSets" | "progress"
> {
  /** A folder of evaluation sets, or one set. */
  readonly folder: string;
}

/** Measures the product's own search and its confidence on evaluation sets, in memory: no database is needed. */
export const measureSearch = (options: MeasureSearchOptions): AsyncGenerator<EvaluationFigures> =>
  evaluateFolder({
    ...options,
    createIndex: () => Promise.resolve(createSearchIndex({ clock: systemClock, logger: silentLogger })),
    confidence: retrievalConfidence,
  });
