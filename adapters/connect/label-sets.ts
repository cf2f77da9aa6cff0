import { systemClock } from "../../core/clock.ts";
import { labelSets, type LabelledSet, type LabelSetsOptions } from "../../core/evaluation/label-sets.ts";
import { silentLogger } from "../../core/logger.ts";
import { openEvaluationSets } from "../datasets/open-evaluation-sets.ts";
import { createSearchIndex } from "../search/create-search-index.ts";

export interface LabelFolderOptions extends Pick<LabelSetsOptions, "set" | "outOfScopeSets" | "progress"> {
  /** A folder of evaluation sets, or one set. */
  readonly folder: string;
}

/** Labels what the product answers to the questions of evaluation sets, in memory: no database is needed. */
export const labelFolder = ({ folder, ...options }: LabelFolderOptions): AsyncGenerator<LabelledSet> =>
  labelSets({
    ...options,
    sets: openEvaluationSets(folder),
    createIndex: () => Promise.resolve(createSearchIndex({ clock: systemClock, logger: silentLogger })),
  });
