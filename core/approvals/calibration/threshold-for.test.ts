import { describe, expect, it } from "@jest/globals";
import { upperErrorRate } from "./error-bound.ts";
import type { Label } from "./label.ts";
import { thresholdFor } from "./threshold-for.ts";

const error = { budget: 0.1, confidenceLevel: 0.95 };
const repeated = (count: number, confidence: number, approved: boolean): Label[] =>
  Array.from({ length: count }, () => ({ confidence, approved }));

/** The same numbers every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("thresholdFor", () => {
  it("says how many labels are missing", () => {
    expect(thresholdFor(repeated(23, 0.9, true), { budget: 0.02, confidenceLevel: 0.95 })).toEqual({
      threshold: null,
      missing: "labels",
      given: 23,
      needed: 149,
      labels: 0,
      errors: 0,
      upperBound: 1,
      coverage: 0,
    });
    expect(thresholdFor(repeated(28, 0.9, true), error)).toMatchObject({ threshold: null, needed: 29 });
  });

  it("goes down to the lowest confidence that was labelled, and no lower", () => {
    const found = thresholdFor([...repeated(20, 0.9, true), ...repeated(9, 0.804, true)], error);
    expect(found).toMatchObject({ threshold: 0.8, missing: null, labels: 29, errors: 0, coverage: 1 });
    expect(found.upperBound).toBeCloseTo(upperErrorRate(0, 29, 0.95), 12);
  });

  it("stops where errors outgrow the budget", () => {
    const labels = [
      ...repeated(100, 0.9, true),
      ...repeated(2, 0.8, false),
      ...repeated(60, 0.7, true),
      ...repeated(40, 0.6, false),
      ...repeated(500, 0.5, true),
    ];
    const found = thresholdFor(labels, error);
    expect(found).toMatchObject({ threshold: 0.7, labels: 162, errors: 2, given: 702, missing: null });
    expect(found.coverage).toBeCloseTo(162 / 702, 12);
  });

  it("finds none where the surest answers are too often wrong, and shows them", () => {
    const labels = [...repeated(60, 0.9, true), ...repeated(40, 0.9, false), ...repeated(300, 0.4, true)];
    const found = thresholdFor(labels, error);
    expect(found).toMatchObject({
      threshold: null,
      missing: "accuracy",
      errors: 40,
      labels: 100,
      coverage: 0,
    });
    expect(found.upperBound).toBeCloseTo(upperErrorRate(40, 100, 0.95), 12);
  });

  it("bears a slip among the surest where there are labels enough to tell", () => {
    const slip = [...repeated(1, 0.95, false), ...repeated(99, 0.9, true)];
    expect(thresholdFor([...slip, ...repeated(100, 0.85, true)], error).threshold).toBe(0.85);
    expect(thresholdFor([...slip.slice(0, 30), ...repeated(5, 0.85, true)], error).threshold).toBeNull();
  });

  it("counts a label on the threshold as above it", () => {
    for (let hundredth = 0; hundredth <= 100; hundredth += 1)
      expect(thresholdFor(repeated(40, hundredth / 100, true), error).threshold).toBe(hundredth / 100);
  });

  /** Errors become rarer as confidence rises, from 40 % to none; at or above t they are 20 % of (1 - t). */
  it.each([60, 200, 800])("breaks the budget as seldom as it says, with %i labels", (count) => {
    const random = seeded(count);
    const rounds = 600;
    let broken = 0;
    let found = 0;
    for (let round = 0; round < rounds; round += 1) {
      const labels = Array.from({ length: count }, () => {
        const confidence = random();
        return { confidence, approved: random() >= 0.4 * (1 - confidence) };
      });
      const { threshold } = thresholdFor(labels, error);
      if (threshold === null) continue;
      found += 1;
      if (0.2 * (1 - threshold) > error.budget) broken += 1;
    }
    expect(found).toBeGreaterThan(0);
    // 5 %, and three standard errors of a share of 600 rounds.
    expect(broken / rounds).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
  });
});
