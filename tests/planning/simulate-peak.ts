import { percentile } from "../bench/percentiles.ts";
import { createBatchModel, type Sequence } from "../gpu-server/batch-model.ts";
import type { GpuFigures } from "../gpu-server/gpu-figures.ts";
import { seededRandom } from "../gpu-server/seeded-random.ts";
import { createVirtualTime } from "../gpu-server/simulated-time.ts";
import type { Bounds } from "./gpus-needed.ts";

export interface Peak {
  readonly figures: GpuFigures;
  readonly gpus: number;
  readonly questionsPerSecond: number;
  /** How many are asked in all; the first tenth is not counted, for the GPUs were idle then. */
  readonly questions: number;
  /** Each question has the prompt of one of these, in tokens. */
  readonly promptTokens: readonly number[];
  /** Answers have as many on average, spread exponentially, 20 at least and 900 at most (the product's own limit). */
  readonly answerTokens: number;
  readonly seed: number;
}

export interface PeakFigures {
  /** From the arrival to the first token. */
  readonly firstTokenP50Ms: number;
  readonly firstTokenP95Ms: number;
  /** Of an answer, from its first to its last token: 95 of 100 have at least so many. */
  readonly tokensPerSecondP95: number;
  /** Of all GPUs together, over the whole time. */
  readonly tokensPerSecond: number;
}

const answerBounds = { least: 20, most: 900 };

/**
 * The busiest hour, in a time that is only counted: questions arrive independently of each other (Poisson), each goes to the GPU that has
 * the least to do, as the product's router sends it, and waits there in the order of arrival.
 */
export function simulatePeak(peak: Peak): PeakFigures {
  const { figures, gpus, questionsPerSecond, questions, promptTokens, answerTokens, seed } = peak;
  const time = createVirtualTime();
  const random = seededRandom(seed);
  const models = Array.from({ length: gpus }, () => createBatchModel(figures, time));
  const exponential = (mean: number): number => -Math.log(1 - random()) * mean;
  const firstTokenMs: number[] = [];
  const speeds: number[] = [];
  let asked = 0;
  let endedAt = 0;

  const load = ({ running, waiting }: { running: number; waiting: number }): number => running + waiting;
  const ask = (): void => {
    const counted = asked >= questions / 10;
    asked += 1;
    const begun = time.now();
    const outputTokens = Math.round(
      Math.min(answerBounds.most, Math.max(answerBounds.least, exponential(answerTokens))),
    );
    let firstAt = -1;
    const sequence: Sequence = {
      promptTokens: promptTokens[Math.floor(random() * promptTokens.length)] ?? 1,
      outputTokens,
      token(last) {
        const now = time.now();
        if (firstAt < 0) firstAt = now;
        if (!last) return;
        endedAt = now;
        if (!counted) return;
        firstTokenMs.push(firstAt - begun);
        speeds.push((1_000 * (outputTokens - 1)) / (now - firstAt));
      },
      fail: () => undefined,
    };
    const [first, ...others] = models;
    if (!first) throw new RangeError("no GPU");
    const idlest = others.reduce((least, each) => (load(each) < load(least) ? each : least), first);
    if (!idlest.add(sequence)) throw new RangeError("a question does not fit into the GPU's memory");
    if (asked < questions) time.after(exponential(1_000 / questionsPerSecond), ask);
  };
  time.after(0, ask);
  time.run();

  return {
    firstTokenP50Ms: percentile(firstTokenMs, 50),
    firstTokenP95Ms: percentile(firstTokenMs, 95),
    tokensPerSecondP95: percentile(speeds, 5),
    tokensPerSecond: (1_000 * models.reduce((sum, { tokens }) => sum + tokens, 0)) / endedAt,
  };
}

export const holds = (found: PeakFigures, bounds: Bounds): boolean =>
  found.firstTokenP95Ms <= bounds.firstTokenMs && found.tokensPerSecondP95 >= bounds.tokensPerSecond;
