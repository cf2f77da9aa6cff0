import { describe, expect, it } from "@jest/globals";
import type { LabelledAnswer } from "./label-answers.ts";
import { measureBudgets } from "./measure-budgets.ts";

/** Of every ten answers one is unsure and wrong; every other question is not answered. */
const answers = Array.from({ length: 1000 }, (_, at): LabelledAnswer => {
  const wrong = at % 20 === 0;
  return {
    question: `q${at}`,
    answered: at % 2 === 0,
    confidence: wrong ? 0.4 : 0.8 + (at % 100) / 1000,
    right: !wrong,
  };
});
const options = { budgets: [0.02, 0.5], confidenceLevel: 0.95, seed: 1 };

describe("measureBudgets", () => {
  it("finds thresholds on one half and counts on the other", () => {
    const { calibration, test, right, budgets } = measureBudgets(answers, options);
    expect(calibration + test).toBe(500);
    expect(Math.abs(calibration - test)).toBeLessThan(60);
    const [strict, loose] = budgets;
    expect(strict?.chosen).toMatchObject({ threshold: 0.8, errors: 0, given: calibration });
    expect(strict).toMatchObject({ sent: Math.round(right * test), wrong: 0 });
    expect(loose).toMatchObject({ sent: test, wrong: test - Math.round(right * test) });
  });

  it("sends nothing without a threshold", () => {
    const [few] = measureBudgets(answers.slice(0, 100), options).budgets;
    expect(few).toMatchObject({ chosen: { threshold: null, missing: "labels" }, sent: 0, wrong: 0 });
  });

  it("splits the same way each time, and another way by another seed", () => {
    expect(measureBudgets(answers.toReversed(), options).budgets).toEqual(
      measureBudgets(answers, options).budgets,
    );
    expect(measureBudgets(answers, { ...options, seed: 2 }).budgets).not.toEqual(
      measureBudgets(answers, options).budgets,
    );
  });

  it("weighs what was believed of what came true", () => {
    const { rawLoss, calibratedLoss } = measureBudgets(answers, options);
    expect(rawLoss).toBeGreaterThan(0.15);
    expect(calibratedLoss).toBeLessThan(0.05);
  });
});
