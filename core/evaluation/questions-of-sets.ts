import type { EvaluationQuestion, EvaluationRun } from "./evaluation-set.ts";

/** The questions of a set's runs, each text once. */
export function questionsOf(runs: readonly EvaluationRun[]): EvaluationQuestion[] {
  const byText = new Map(
    runs.flatMap((run) => run.questions.map((question) => [question.text, question] as const)),
  );
  return [...byText.values()];
}

/** At even distances: the same ones every time. */
export function sampleEvenly(all: readonly EvaluationQuestion[], count: number): EvaluationQuestion[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, index) => all[Math.floor(index * step)]!);
}
