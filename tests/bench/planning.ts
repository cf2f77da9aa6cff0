import { root } from "../frame/repository.ts";
import { measurePrompts } from "../planning/measure-prompts.ts";
import { readPlanningFigures } from "../planning/planning-figures.ts";
import { planningTable } from "../planning/planning-table.ts";
import type { BenchOptions, BenchOutcome } from "./bench.ts";
import { rounded } from "./percentiles.ts";

/**
 * GPUs for so many people: by the formula of docs/planning.md, and in its simulated busiest hour. Nothing of a real GPU is measured: its
 * figures are put in (`--figures`). No time is waited for.
 */
export async function benchPlanning(options: BenchOptions): Promise<BenchOutcome> {
  const figures = readPlanningFigures(options.figuresFile);
  options.say("the prompts of the demonstration company's questions");
  const prompts = await measurePrompts(root);
  const promptTokens = figures.promptTokens ?? prompts.tokens;
  const rows = planningTable(figures, promptTokens);
  const { firstTokenMs, tokensPerSecond } = figures.bounds;
  return {
    figures: {
      promptTokensMean: rounded(promptTokens.reduce((sum, each) => sum + each, 0) / promptTokens.length, 0),
      promptTokensMost: Math.max(...promptTokens),
      prefixHeldPercent: rounded(100 * prompts.heldShare),
      ...Object.fromEntries(
        rows.flatMap(({ people, plan, found, fewest }) => [
          [`${people} people, questionsPerSecond`, rounded(plan.questionsPerSecond, 3)] as const,
          [`${people} people, tokensPerSecond`, rounded(plan.tokensPerSecond, 1)],
          [`${people} people, gpus`, plan.gpus],
          ...(fewest === null ? [] : [[`${people} people, fewestGpusSimulated`, fewest] as const]),
          [`${people} people, firstTokenP95Ms`, rounded(found.firstTokenP95Ms, 0)],
          [`${people} people, tokensPerAnswerSecondP95`, rounded(found.tokensPerSecondP95, 0)],
        ]),
      ),
    },
    ratios: {},
    held: Object.fromEntries(
      rows.map(({ people, plan, held }) => [
        `${people} people, ${plan.gpus} GPUs: first token in ${firstTokenMs} ms, ${tokensPerSecond} tokens a second, of 95 in 100`,
        held,
      ]),
    ),
  };
}
