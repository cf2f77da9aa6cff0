import { labelFolder } from "../../adapters/connect/label-sets.ts";
import {
  measureBudgets,
  type BudgetFigures,
  type HalvesFigures,
} from "../../core/evaluation/measure-budgets.ts";
import { ExpertError } from "../../core/errors.ts";
import { exitCodes } from "./run-command.ts";
import { progressNote } from "./progress-note.ts";
import { renderTable } from "./table.ts";
import { printJson, type Terminal } from "./terminal.ts";

export interface EvaluateBudgetsOptions {
  readonly data: string;
  readonly set?: string;
  /** By set without unanswerable questions, the sets whose questions stand for them. */
  readonly outOfScopeSets: Readonly<Record<string, readonly string[]>>;
}

interface MeasuredSet extends HalvesFigures {
  readonly set: string;
  /** Whose questions stand for the unanswerable ones. */
  readonly unanswerableOf: readonly string[];
  readonly questions: number;
}

const budgets = [0.02, 0.05, 0.1];
const confidenceLevel = 0.95;
const seed = 1;

/**
 * Finds the thresholds of error budgets on one half of each set's answers and shows on the other how often what is sent
 * is wrong.
 */
export async function evaluateBudgets(
  terminal: Terminal,
  { data, set, outOfScopeSets }: EvaluateBudgetsOptions,
): Promise<0> {
  const measured: MeasuredSet[] = [];
  const options = { folder: data, outOfScopeSets, progress: progressNote(terminal) };
  for await (const labelled of labelFolder(set === undefined ? options : { ...options, set })) {
    const { answers, unanswerableOf } = labelled;
    const figures = measureBudgets(answers, { budgets, confidenceLevel, seed });
    measured.push({ set: labelled.set, unanswerableOf, questions: answers.length, ...figures });
  }
  if (measured.length === 0) {
    throw new ExpertError("not_found", `There is no evaluation set in ${data}.`, {
      remedy: "Give a folder of sets, each with corpus*.jsonl, queries*.jsonl and qrels*.tsv.",
    });
  }
  if (terminal.json) printJson(terminal, { confidenceLevel, seed, sets: measured });
  else terminal.out(`${render(measured)}\n`);
  return exitCodes.done;
}

function render(measured: readonly MeasuredSet[]): string {
  const sets = renderTable(
    [
      "set",
      "asked",
      "unanswerable are of",
      "answers, 1st half",
      "2nd half",
      "right",
      "log loss, raw",
      "calibrated",
    ],
    measured.map((each) => [
      each.set,
      String(each.questions),
      each.unanswerableOf.join(", "),
      String(each.calibration),
      String(each.test),
      percent(each.right),
      each.rawLoss.toFixed(3),
      each.calibratedLoss.toFixed(3),
    ]),
  );
  const rows = measured.flatMap((each) => each.budgets.map((figures) => row(each, figures)));
  const thresholds = renderTable(
    [
      "set",
      "budget",
      "threshold",
      "1st half: wrong / labels",
      "bound",
      "2nd half: wrong / sent",
      "error",
      "sent",
      "",
    ],
    rows,
  );
  return `${sets}\n\nThresholds found on the 1st half with ${percent(confidenceLevel)} confidence, measured on the 2nd\n\n${thresholds}`;
}

const row = ({ set, test }: MeasuredSet, { budget, chosen, sent, wrong }: BudgetFigures): string[] => [
  set,
  percent(budget),
  chosen.threshold === null ? "none" : chosen.threshold.toFixed(2),
  chosen.labels === 0 ? "" : `${String(chosen.errors)} / ${String(chosen.labels)}`,
  chosen.labels === 0 ? "" : percent(chosen.upperBound),
  sent === 0 ? "" : `${String(wrong)} / ${String(sent)}`,
  sent === 0 ? "" : percent(wrong / sent),
  percent(test === 0 ? 0 : sent / test),
  verdict(chosen.missing, chosen.needed, chosen.given, sent === 0 || wrong / sent <= budget),
];

function verdict(
  missing: BudgetFigures["chosen"]["missing"],
  needed: number,
  given: number,
  within: boolean,
): string {
  if (missing === "labels")
    return `nothing is sent: ${String(needed)} labels needed, ${String(given)} are there`;
  if (missing === "accuracy")
    return `nothing is sent: no threshold is shown to hold this budget with ${String(given)} labels`;
  return within ? "within the budget" : "over the budget";
}

const percent = (share: number): string => (Number.isNaN(share) ? "-" : `${(100 * share).toFixed(1)} %`);
