import { describe, expect, it } from "@jest/globals";
import { calibrationSchema, fitIsotonic, probabilityOf } from "./fit-isotonic.ts";
import type { Label } from "./label.ts";

const labelled = (...pairs: readonly (readonly [confidence: number, approved: 0 | 1])[]): Label[] =>
  pairs.map(([confidence, approved]) => ({ confidence, approved: approved === 1 }));

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

describe("fitIsotonic", () => {
  it("pools what falls, keeps what rises and shrinks each step by two labels", () => {
    const calibration = fitIsotonic(
      labelled([0.2, 0], [0.3, 1], [0.4, 0], [0.5, 0], [0.6, 1], [0.7, 1], [0.8, 1]),
    );
    expect(calibration).toEqual({
      points: [
        { confidence: 0.2, probability: 1 / 3 },
        { confidence: 0.3, probability: 2 / 5 },
        { confidence: 0.5, probability: 2 / 5 },
        { confidence: 0.6, probability: 4 / 5 },
        { confidence: 0.8, probability: 4 / 5 },
      ],
      labels: 7,
    });
  });

  it("takes labels of the same confidence as one, in any order", () => {
    const one = fitIsotonic(labelled([0.4, 1], [0.4, 0], [0.4, 1], [0.9, 1]));
    const other = fitIsotonic(labelled([0.9, 1], [0.4, 0], [0.4, 1], [0.4, 1]));
    expect(one).toEqual(other);
    expect(one.points[0]).toEqual({ confidence: 0.4, probability: 3 / 5 });
  });

  it("rises on any labels, shrinking included, and is close to the truth with many", () => {
    const random = seeded(5);
    const draw = (count: number): Label[] =>
      Array.from({ length: count }, () => {
        const confidence = Math.round(1000 * random()) / 1000;
        return { confidence, approved: random() < confidence ** 2 };
      });
    for (let round = 0; round < 50; round += 1)
      expect(calibrationSchema.safeParse(fitIsotonic(draw(1 + round))).error).toBeUndefined();
    const many = fitIsotonic(draw(5000));
    const misses = Array.from({ length: 101 }, (_, step) =>
      Math.abs((probabilityOf(many, step / 100) ?? 0) - (step / 100) ** 2),
    );
    expect(misses.reduce((sum, miss) => sum + miss) / misses.length).toBeLessThan(0.03);
  });

  it("says less than certain of one label, and nothing without", () => {
    expect(probabilityOf(fitIsotonic(labelled([0.9, 1])), 0.1)).toBeCloseTo(2 / 3);
    expect(fitIsotonic([])).toEqual({ points: [], labels: 0 });
    expect(probabilityOf(fitIsotonic([]), 0.5)).toBeNull();
  });
});

describe("probabilityOf", () => {
  const calibration = {
    points: [
      { confidence: 0.2, probability: 0.1 },
      { confidence: 0.4, probability: 0.1 },
      { confidence: 0.6, probability: 0.5 },
    ],
    labels: 12,
  };

  it.each([
    [0, 0.1],
    [0.2, 0.1],
    [0.3, 0.1],
    [0.4, 0.1],
    [0.5, 0.3],
    [0.6, 0.5],
    [1, 0.5],
  ])("of %d is %d", (confidence, probability) => {
    expect(probabilityOf(calibration, confidence)).toBeCloseTo(probability, 12);
  });
});

describe("calibrationSchema", () => {
  const good = fitIsotonic(labelled([0.2, 0], [0.6, 1]));

  it("takes back what was kept", () => {
    expect(calibrationSchema.parse(JSON.parse(JSON.stringify(good)))).toEqual(good);
  });

  it.each([
    ["falling", { ...good, points: good.points.toReversed() }],
    ["no points of some labels", { ...good, points: [] }],
    ["a probability above 1", { ...good, points: [{ confidence: 0.2, probability: 1.2 }] }],
    ["half a label", { ...good, labels: 1.5 }],
  ])("refuses %s", (_, kept) => {
    expect(calibrationSchema.safeParse(kept).success).toBe(false);
  });
});
