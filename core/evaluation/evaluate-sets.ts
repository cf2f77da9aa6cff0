import { evaluateRetrieval, type EvaluateOptions, type EvaluationFigures } from "./evaluate.ts";
import type { EvaluationQuestion, EvaluationRun, EvaluationSets } from "./evaluation-set.ts";

export interface EvaluateSetsOptions extends Omit<EvaluateOptions, "outOfScope"> {
  readonly sets: EvaluationSets;
  /** Only this one; default all. */
  readonly set?: string;
  /** By set, the sets whose questions are out of its scope; for a set that is not named, all others. */
  readonly outOfScopeSets?: Readonly<Record<string, readonly string[]>>;
}

const questionsPerOtherSet = 100;

/**
 * Measures every run of the sets, one after the other, and yields each as it is done. Where several sets are measured
 * the questions of the others serve as out of scope.
 */
export async function* evaluateSets(options: EvaluateSetsOptions): AsyncGenerator<EvaluationFigures> {
  const { sets, set, outOfScopeSets = {}, ...rest } = options;
  const names = set === undefined ? await sets.list() : [set];
  const samples = new Map<string, readonly EvaluationQuestion[]>();
  if (names.length > 1)
    for (const name of names) samples.set(name, sample(await sets.read(name), questionsPerOtherSet));
  for (const name of names) {
    const others = outOfScopeSets[name] ?? names.filter((other) => other !== name);
    const outOfScope = others.flatMap((other) => samples.get(other) ?? []);
    for (const run of await sets.read(name)) yield await evaluateRetrieval(run, { ...rest, outOfScope });
  }
}

/** Questions at even distances, each text once: the same ones every time. */
function sample(runs: readonly EvaluationRun[], count: number): EvaluationQuestion[] {
  const byText = new Map(
    runs.flatMap((run) => run.questions.map((question) => [question.text, question] as const)),
  );
  const all = [...byText.values()];
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, index) => all[Math.floor(index * step)]!);
}
