import { gpusNeeded, type Plan } from "./gpus-needed.ts";
import type { PlanningFigures } from "./planning-figures.ts";
import { holds, type PeakFigures, simulatePeak } from "./simulate-peak.ts";

const questions = 3_000;
const seed = 1;

export interface PlanningRow {
  readonly people: number;
  /** By the formula. */
  readonly plan: Plan;
  /** What the simulation finds with as many GPUs. */
  readonly found: PeakFigures;
  /** Whether the bounds hold with them. */
  readonly held: boolean;
  /** The fewest GPUs that hold the bounds in the simulation; null where twice as many as planned do not. */
  readonly fewest: number | null;
}

/**
 * One row for each number of people: the formula, and the same busiest hour simulated with prompts of these lengths. Always the same for
 * the same figures.
 */
export function planningTable(
  { people: all, demand, bounds, gpu }: PlanningFigures,
  promptTokens: readonly number[],
): readonly PlanningRow[] {
  const mean = promptTokens.reduce((sum, each) => sum + each, 0) / promptTokens.length;
  return all.map((people) => {
    const plan = gpusNeeded({ ...demand, people, promptTokens: mean }, gpu, bounds);
    const simulate = (gpus: number): PeakFigures =>
      simulatePeak({
        figures: gpu,
        gpus,
        questionsPerSecond: plan.questionsPerSecond,
        questions,
        promptTokens,
        answerTokens: demand.answerTokens,
        seed,
      });
    const found = simulate(plan.gpus);
    const fewest = fewestOf(2 * plan.gpus, (gpus) =>
      holds(gpus === plan.gpus ? found : simulate(gpus), bounds),
    );
    return { people, plan, found, held: holds(found, bounds), fewest };
  });
}

/** The least number up to `most` for which it is true, given that it is true for all above one for which it is. */
function fewestOf(most: number, isEnough: (gpus: number) => boolean): number | null {
  let [tooFew, enough] = [0, most + 1];
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >> 1;
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough > most ? null : enough;
}
