import { measureSearch } from "../../adapters/connect/measure-search.ts";
import type { EvaluationFigures } from "../../core/evaluation/evaluate.ts";
import { ExpertError } from "../../core/errors.ts";
import { evaluateApproved } from "./evaluate-approved.ts";
import { evaluateBudgets } from "./evaluate-budgets.ts";
import { progressNote } from "./progress-note.ts";
import { exitCodes } from "./run-command.ts";
import { renderTable } from "./table.ts";
import { printJson, type Terminal } from "./terminal.ts";

export interface EvaluateOptions {
  readonly data?: string;
  readonly set?: string;
  /** Measure error budgets instead. */
  readonly budget?: boolean;
  /** Ask approved answers' questions again instead; needs no sets. */
  readonly approved?: boolean;
  readonly tenant?: string;
}

/** Office handbooks are not about programming: the pair that shows whether off-topic questions are noticed. */
const outOfScopeSets = { "gitlab-handbook": ["stackfaq"] };
/** Of sets without unanswerable questions: sets whose subjects do not touch theirs. */
const unanswerableSets = {
  ...outOfScopeSets,
  cranfield: ["stackfaq", "gitlab-handbook"],
  stackfaq: ["gitlab-handbook", "squad2"],
  "xquad-th-en": ["stackfaq", "gitlab-handbook"],
};

/**
 * Measures search and abstention on evaluation sets and prints a row per run; or their error budgets, or what has become of
 * approved answers.
 */
export async function evaluate(terminal: Terminal, options: EvaluateOptions): Promise<0> {
  const { data, set, budget, approved } = options;
  if (approved === true) return evaluateApproved(terminal, options);
  if (data === undefined) {
    throw new ExpertError("invalid_input", "There is nothing to measure.", {
      remedy: "Give --data with a folder of evaluation sets, or --approved.",
    });
  }
  const one = set === undefined ? {} : { set };
  if (budget === true) return evaluateBudgets(terminal, { data, ...one, outOfScopeSets: unanswerableSets });
  const begun = performance.now();
  const runs: EvaluationFigures[] = [];
  const searched = { folder: data, outOfScopeSets, progress: progressNote(terminal) };
  for await (const figures of measureSearch({ ...searched, ...one })) {
    runs.push(figures);
    terminal.note(`${figures.set}: ${figures.run} measured, ${seconds(begun)} so far`);
  }
  if (runs.length === 0) {
    throw new ExpertError("not_found", `There is no evaluation set in ${data}.`, {
      remedy: "Give a folder of sets, each with corpus*.jsonl, queries*.jsonl and qrels*.tsv.",
    });
  }
  if (terminal.json) printJson(terminal, { runs, seconds: Number(seconds(begun).slice(0, -2)) });
  else terminal.out(`${renderFigures(runs)}\n\nMeasured in ${seconds(begun)}.\n`);
  return exitCodes.done;
}

const seconds = (begun: number): string => `${((performance.now() - begun) / 1000).toFixed(1)} s`;

const figure = (value: number): string => (Number.isNaN(value) ? "-" : value.toFixed(3));
const auroc = (value: number | null): string => (value === null ? "" : figure(value));

function renderFigures(runs: readonly EvaluationFigures[]): string {
  const search = renderTable(
    ["set", "questions / judgements / collection", "asked", "docs", "nDCG@10", "R@5", "R@100", "MRR@10"],
    runs.map((run) => [
      run.set,
      run.run,
      String(run.queries),
      String(run.documents),
      figure(run.ndcg10),
      figure(run.recall5),
      figure(run.recall100),
      figure(run.mrr10),
    ]),
  );
  const told = runs.filter((run) => run.abstention !== null || run.outOfScope !== null);
  if (told.length === 0) return search;
  const abstention = renderTable(
    [
      "set",
      "questions / judgements / collection",
      "unanswerable",
      "out of scope",
      "out of scope are questions of",
    ],
    told.map((run) => [
      run.set,
      run.run,
      auroc(run.abstention),
      auroc(run.outOfScope),
      run.outOfScope === null ? "" : strangers(run.set),
    ]),
  );
  return `${search}\n\nHow well the confidence tells answerable questions from others (AUROC; 0.5 is chance)\n\n${abstention}`;
}

const strangers = (set: string): string =>
  (outOfScopeSets as Readonly<Record<string, readonly string[]>>)[set]?.join(", ") ?? "all other sets";
