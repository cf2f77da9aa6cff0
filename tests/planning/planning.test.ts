import { describe, expect, it } from "@jest/globals";
import { createVirtualTime } from "../gpu-server/simulated-time.ts";
import { type Demand, gpusNeeded } from "./gpus-needed.ts";
import { planningFigures } from "./planning-figures.ts";
import { simulatePeak } from "./simulate-peak.ts";

const { gpu, bounds } = planningFigures("{}");
const demand: Demand = {
  people: 10_000,
  questionsPerDay: 4,
  busiestHourShare: 0.2,
  promptTokens: 3_000,
  answerTokens: 250,
};

describe("GPUs by the formula", () => {
  it("are as many as the work takes, with room for chance", () => {
    const plan = gpusNeeded(demand, gpu, bounds);
    // 3,000 / 25,000 + 250 × (6.2 + 0.3 × 64) / 64 / 1,000 = 0.2192 s for a question, 2.22 questions a second.
    expect(1 / plan.questionsPerGpuSecond).toBeCloseTo(0.2192, 4);
    expect([plan.batch, plan.gpus]).toEqual([64, 1]);
    expect(gpusNeeded({ ...demand, people: 100_000 }, gpu, bounds).gpus).toBe(7);
  });

  it("take fewer answers at once where each has to be faster, or the memory is small", () => {
    const fast = gpusNeeded(demand, gpu, { ...bounds, tokensPerSecond: 30 });
    expect(fast.batch).toBeLessThan(64);
    expect(gpusNeeded(demand, { ...gpu, kvTokens: 33_000 }, bounds).batch).toBe(10);
    expect(() => gpusNeeded(demand, gpu, { ...bounds, tokensPerSecond: 500 })).toThrow(RangeError);
  });
});

describe("the simulated busiest hour", () => {
  const peak = {
    figures: gpu,
    gpus: 1,
    questionsPerSecond: 3,
    questions: 800,
    promptTokens: [2_000, 4_000],
    answerTokens: 250,
    seed: 5,
  };

  it("is the same for a seed, and another for another", () => {
    expect(simulatePeak(peak)).toEqual(simulatePeak(peak));
    expect(simulatePeak({ ...peak, seed: 6 })).not.toEqual(simulatePeak(peak));
  });

  it("gives about what is asked for where the GPUs suffice, and lets people wait where they do not", () => {
    const enough = simulatePeak(peak);
    // Chance, the least and the longest answer, and the last one's end move it a little.
    expect(Math.abs(enough.tokensPerSecond / (3 * 250) - 1)).toBeLessThan(0.2);
    const tooFew = simulatePeak({ ...peak, questionsPerSecond: 6 });
    expect(tooFew.firstTokenP95Ms).toBeGreaterThan(10 * enough.firstTokenP95Ms);
    const relieved = simulatePeak({ ...peak, questionsPerSecond: 6, gpus: 2 });
    expect(relieved.firstTokenP95Ms).toBeLessThan(2_000);
  });
});

describe("figures of one's own", () => {
  it("stand in for those that are there, and faults are named", () => {
    expect(planningFigures('{"gpu":{"stepMs":9},"answerTokens":100}')).toMatchObject({
      gpu: { stepMs: 9, perSequenceMs: 0.3 },
      demand: { answerTokens: 100, questionsPerDay: 4 },
    });
    expect(() => planningFigures('{"busiestHourShare":2,"gpu":{"stepms":9}}')).toThrow(
      /busiestHourShare: [\s\S]*gpu: /,
    );
  });
});

describe("a time that is only counted", () => {
  it("lets things happen in their order, and those of one moment in the order in which they were planned", () => {
    const time = createVirtualTime();
    const seen: [string, number][] = [];
    const note = (name: string) => () => void seen.push([name, time.now()]);
    time.after(30, note("late"));
    time.after(10, note("first"));
    time.after(10, note("second"));
    const takeBack = time.after(20, note("never"));
    time.after(5, () => {
      takeBack();
      time.after(20, note("planned on the way"));
    });
    time.run();
    expect(seen).toEqual([
      ["first", 10],
      ["second", 10],
      ["planned on the way", 25],
      ["late", 30],
    ]);
  });

  it("keeps many things in order", () => {
    const time = createVirtualTime();
    const at: number[] = [];
    for (let n = 0; n < 1_000; n += 1) time.after((n * 7_919) % 1_009, () => at.push(time.now()));
    time.run();
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at).toHaveLength(1_000);
  });
});
