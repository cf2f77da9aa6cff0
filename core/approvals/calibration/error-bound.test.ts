import { describe, expect, it } from "@jest/globals";
import { labelsNeeded, upperErrorRate } from "./error-bound.ts";

/** P(at most `errors` of `labels`) at the rate, summed term by term. */
function binomialCdf(errors: number, labels: number, rate: number): number {
  let term = (1 - rate) ** labels;
  let sum = term;
  for (let wrong = 1; wrong <= errors; wrong += 1) {
    term *= ((labels - wrong + 1) / wrong) * (rate / (1 - rate));
    sum += term;
  }
  return sum;
}

describe("upperErrorRate", () => {
  it.each([
    [0, 149, 0.95],
    [1, 200, 0.95],
    [3, 400, 0.9],
    [40, 900, 0.99],
    [28, 29, 0.95],
  ])("is the rate at which %i errors of %i are as rare as the level leaves (%d)", (errors, labels, level) => {
    const bound = upperErrorRate(errors, labels, level);
    expect(bound).toBeGreaterThan(errors / labels);
    expect(binomialCdf(errors, labels, bound)).toBeCloseTo(1 - level, 8);
  });

  it("bounds nothing without labels or where all are wrong", () => {
    expect(upperErrorRate(0, 0, 0.95)).toBe(1);
    expect(upperErrorRate(4, 4, 0.95)).toBe(1);
  });
});

describe("labelsNeeded", () => {
  it.each([
    [0.1, 0.95, 29],
    [0.05, 0.95, 59],
    [0.03, 0.95, 99],
    [0.02, 0.95, 149],
    [0.02, 0.99, 228],
    [0.5, 0.75, 2],
  ])("for %d at %d is %i", (budget, level, labels) => {
    expect(labelsNeeded(budget, level)).toBe(labels);
  });

  it.each([
    [0.02, 1],
    [0.05, 2],
    [0.1, 3],
  ])("is the first number that bears the errors: %d with %i", (budget, errors) => {
    const labels = labelsNeeded(budget, 0.95, errors);
    expect(upperErrorRate(errors, labels, 0.95)).toBeLessThanOrEqual(budget);
    expect(upperErrorRate(errors, labels - 1, 0.95)).toBeGreaterThan(budget);
  });

  it.each([
    [0, 0.95],
    [1, 0.95],
    [0.02, 1],
    [Number.NaN, 0.95],
  ])("refuses a budget of %d at %d", (budget, level) => {
    expect(() => labelsNeeded(budget, level)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });
});
