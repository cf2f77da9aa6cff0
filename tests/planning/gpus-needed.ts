import type { GpuFigures } from "../gpu-server/gpu-figures.ts";

/** How people ask. Every figure is put in: assumed until it is counted in a company. */
export interface Demand {
  readonly people: number;
  /** Questions of one person in a working day, on average over all people. */
  readonly questionsPerDay: number;
  /** The share of a day's questions that falls into its busiest hour, 0 to 1. */
  readonly busiestHourShare: number;
  /** Of a prompt, in tokens, on average. */
  readonly promptTokens: number;
  /** Of an answer, in tokens, on average. */
  readonly answerTokens: number;
}

/** What people may expect of 95 of 100 answers in the busiest hour. */
export interface Bounds {
  /** At most, from the question at the model's door, in milliseconds. */
  readonly firstTokenMs: number;
  /** At least, in each answer once it has begun. */
  readonly tokensPerSecond: number;
}

export interface Plan {
  /** In the busiest hour. */
  readonly questionsPerSecond: number;
  /** Given in a second then, by all GPUs together. */
  readonly tokensPerSecond: number;
  /** Answers at once on a GPU, so that each still has its speed. */
  readonly batch: number;
  /** What one GPU answers in a second with so many at once. */
  readonly questionsPerGpuSecond: number;
  /** Without a spare. */
  readonly gpus: number;
}

/** How much of a GPU is planned with: the rest is for chance, so that nobody stands in line for long. Assumed; the simulation tries it. */
export const plannedUse = 0.7;

/**
 * GPUs for the busiest hour.
 *
 *   T(b) = P / p + A × (s + c × b) / b      a GPU's time for one question with b answers at once, in seconds
 *   b    = the largest with A / (b × T(b)) ≥ the speed that each answer must have (Little's law: it stays b × T(b) seconds)
 *   GPUs = ⌈λ × T(b) / 0.7⌉                  λ = people × questions a day × share of the busiest hour / 3,600 s
 *
 * with P and A a prompt's and an answer's tokens, p tokens of prompts read in a second, s a step's time and c what a sequence adds to it.
 * Throws RangeError where no GPU of these figures has the speed, even for one answer at once.
 */
export function gpusNeeded(demand: Demand, figures: GpuFigures, { tokensPerSecond }: Bounds): Plan {
  const { people, questionsPerDay, busiestHourShare, promptTokens, answerTokens } = demand;
  const secondsFor = (batch: number): number =>
    promptTokens / figures.prefillPerSecond +
    (answerTokens * (figures.stepMs + figures.perSequenceMs * batch)) / batch / 1_000;
  const most = Math.min(figures.batch, Math.floor(figures.kvTokens / (promptTokens + answerTokens)));
  let batch = most;
  while (batch > 0 && answerTokens / (batch * secondsFor(batch)) < tokensPerSecond) batch -= 1;
  if (batch < 1) throw new RangeError(`no answer has ${tokensPerSecond} tokens a second on such a GPU`);
  const questionsPerSecond = (people * questionsPerDay * busiestHourShare) / 3_600;
  return {
    questionsPerSecond,
    tokensPerSecond: questionsPerSecond * answerTokens,
    batch,
    questionsPerGpuSecond: 1 / secondsFor(batch),
    gpus: Math.max(1, Math.ceil((questionsPerSecond * secondsFor(batch)) / plannedUse)),
  };
}
