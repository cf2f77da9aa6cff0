import type { EvaluationFigures } from "../../core/evaluation/evaluate.ts";
import { evaluateSets, type EvaluateSetsOptions } from "../../core/evaluation/evaluate-sets.ts";
import { openEvaluationSets } from "./open-evaluation-sets.ts";

export interface EvaluateFolderOptions extends Omit<EvaluateSetsOptions, "sets"> {
  /** A folder of evaluation sets, or one set. */
  readonly folder: string;
}

/** Measures every run of the sets in a folder and yields each as it is done. */
export const evaluateFolder = ({
  folder,
  ...options
}: EvaluateFolderOptions): AsyncGenerator<EvaluationFigures> =>
  evaluateSets({ ...options, sets: openEvaluationSets(folder) });
