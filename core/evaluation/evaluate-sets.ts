import { evaluateRetrieval, type EvaluateOptions, type EvaluationFigures } from "./evaluate.ts";
import type { EvaluationQuestion, EvaluationRun, EvaluationSets } from "./evaluation-set.ts";

export interface EvaluateSetsOptions extends Omit<EvaluateOptions, "outOfScope"> {
  readonly sets: EvaluationSets;
  /** Only this one; default all. */
  readonly set?: string;
  /** By set, the sets whose questions are out of its scope; for a set that is not named, all others. */
  readonly outOfScopeSets?: Readonly<Record<string, readonly string[]>>;
}

/** Enough for a figure; more would only take longer. */
const outOfScopeQuestions = 120;

/**
 * Measures every run of the sets, one after the other, and yields each as it is done. Where several sets are measured
 * questions of the others, as many of each, serve as out of scope.
 */
export async function* evaluateSets(options: EvaluateSetsOptions): AsyncGenerator<EvaluationFigures> {
  const { sets, set, outOfScopeSets = {}, ...rest } = options;
  const names = set === undefined ? await sets.list() : [set];
  const questions = new Map<string, readonly EvaluationQuestion[]>();
  if (names.length > 1) for (const name of names) questions.set(name, questionsOf(await sets.read(name)));
  for (const name of names) {
    const others = outOfScopeSets[name] ?? names.filter((other) => other !== name);
    const share = Math.ceil(outOfScopeQuestions / Math.max(1, others.length));
    const outOfScope = others.flatMap((other) => sample(questions.get(other) ?? [], share));
    for (const run of await sets.read(name)) yield await evaluateRetrieval(run, { ...rest, outOfScope });
  }
}

/** The questions of a set's runs, each text once. */
function questionsOf(runs: readonly EvaluationRun[]): EvaluationQuestion[] {
  const byText = new Map(
    runs.flatMap((run) => run.questions.map((question) => [question.text, question] as const)),
  );
  return [...byText.values()];
}

/** At even distances: the same ones every time. */
function sample(all: readonly EvaluationQuestion[], count: number): EvaluationQuestion[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, index) => all[Math.floor(index * step)]!);
}
