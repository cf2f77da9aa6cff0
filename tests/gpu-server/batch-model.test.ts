import { describe, expect, it } from "@jest/globals";
import { type BatchModel, createBatchModel } from "./batch-model.ts";
import { type GpuFigures, smallGpu } from "./gpu-figures.ts";
import { createVirtualTime } from "./simulated-time.ts";

const figures: GpuFigures = {
  ...smallGpu,
  stepMs: 10,
  perSequenceMs: 1,
  prefillPerSecond: 1_000,
  prefillPerStep: 100,
  batch: 2,
  kvTokens: 1_000,
  waiting: 2,
};

/** When each sequence's first and last token came, in milliseconds. */
function timed(model: BatchModel, time: { now(): number }, promptTokens: number, outputTokens: number) {
  const times = { first: -1, last: -1, failed: -1 };
  const sequence = {
    promptTokens,
    outputTokens,
    token(last: boolean) {
      if (times.first < 0) times.first = time.now();
      if (last) times.last = time.now();
    },
    fail() {
      times.failed = time.now();
    },
  };
  return { times, sequence, added: model.add(sequence) };
}

describe("the simulated GPU, in a time that is only counted", () => {
  it("takes a step's time and each sequence's share for a token, and reads prompts first", () => {
    const time = createVirtualTime();
    const model = createBatchModel(figures, time);
    const alone = timed(model, time, 50, 3);
    time.run();
    // 10 + 1 for the step, 50 for the prompt; then 11 for each further token.
    expect(alone.times).toEqual({ first: 61, last: 83, failed: -1 });
    expect(model.tokens).toBe(3);
  });

  it("reads a long prompt over several steps, while others go on", () => {
    const time = createVirtualTime();
    const model = createBatchModel(figures, time);
    const short = timed(model, time, 10, 3);
    const long = timed(model, time, 190, 1);
    time.run();
    // 11 + 10 for the short one alone; then 12 for the step and 100 tokens of the long one; then 12 and its last 90.
    expect(short.times).toEqual({ first: 21, last: 235, failed: -1 });
    expect(long.times).toEqual({ first: 235, last: 235, failed: -1 });
  });

  it("keeps those waiting for whom there is no place in the batch or in the memory, and refuses more than may wait", () => {
    const time = createVirtualTime();
    const model = createBatchModel(figures, time);
    const large = timed(model, time, 700, 10);
    const next = timed(model, time, 400, 10);
    const third = timed(model, time, 10, 1);
    expect([large.added, next.added, third.added]).toEqual([true, true, true]);
    expect([model.running, model.waiting]).toEqual([1, 2]);
    expect(timed(model, time, 10, 1).added).toBe(false);
    expect(timed(createBatchModel(figures, time), time, 1_000, 1).added).toBe(false);
    time.run();
    expect(next.times.first).toBeGreaterThan(large.times.last);
    expect([model.running, model.waiting]).toEqual([0, 0]);
  });

  it("gives the place of one that is taken out to the next", () => {
    const time = createVirtualTime();
    const model = createBatchModel(figures, time);
    const [first, , third] = [1, 2, 3].map(() => timed(model, time, 10, 5));
    time.after(15, () => {
      if (first) model.remove(first.sequence);
    });
    time.run();
    expect(first?.times.last).toBe(-1);
    expect(third?.times.last).toBeGreaterThan(0);
  });

  it("gives more tokens in all and fewer to each, the fuller the batch", () => {
    const speed = (sequences: number): number => {
      const time = createVirtualTime();
      const model = createBatchModel({ ...figures, batch: 64, kvTokens: 1e6, waiting: 64 }, time);
      for (let n = 0; n < sequences; n += 1) timed(model, time, 1, 100);
      time.run();
      return (1_000 * model.tokens) / time.now();
    };
    expect(speed(8)).toBeGreaterThan(4 * speed(1));
    expect(speed(8) / 8).toBeLessThan(speed(1));
  });

  it("reads nothing that it holds, but the last token", () => {
    const time = createVirtualTime();
    const model = createBatchModel(figures, time);
    let first = -1;
    model.add({
      promptTokens: 50,
      cachedTokens: 49,
      outputTokens: 1,
      token: () => (first = time.now()),
      fail: () => undefined,
    });
    time.run();
    expect(first).toBe(12);
  });
});
