import { createHash } from "node:crypto";
import { fitIsotonic, probabilityOf } from "../approvals/calibration/fit-isotonic.ts";
import type { Label } from "../approvals/calibration/label.ts";
import { thresholdFor, type BudgetThreshold } from "../approvals/calibration/threshold-for.ts";
import type { LabelledAnswer } from "./label-answers.ts";

export interface BudgetFigures {
  readonly budget: number;
  /** Found on the calibration half. */
  readonly chosen: BudgetThreshold;
  /** Answers of the test half at or above the threshold, and how many of these are wrong. */
  readonly sent: number;
  readonly wrong: number;
}

export interface HalvesFigures {
  /** Answers, so labels, in each half. */
  readonly calibration: number;
  readonly test: number;
  /** Share of the test half's answers that are right. */
  readonly right: number;
  /** Mean negative log of the probability given to what came true on the test half: as raw confidence, as calibrated. */
  readonly rawLoss: number;
  readonly calibratedLoss: number;
  readonly budgets: readonly BudgetFigures[];
}

export interface MeasureBudgetsOptions {
  readonly budgets: readonly number[];
  readonly confidenceLevel: number;
  /** Another seed, another split. */
  readonly seed: number;
}

/**
 * Splits the answers into two halves, finds each budget's threshold and the calibration on the first and measures both
 * on the second. Questions to which nothing was answered are left out: there is nothing to send or to decide.
 */
export function measureBudgets(
  answers: readonly LabelledAnswer[],
  { budgets, confidenceLevel, seed }: MeasureBudgetsOptions,
): HalvesFigures {
  const given = answers.filter(({ answered }) => answered);
  const calibrating = (answer: LabelledAnswer): boolean => half(answer.question, seed) === 0;
  const calibration = given.filter(calibrating).map(labelOf);
  const test = given.filter((answer) => !calibrating(answer)).map(labelOf);
  const calibrated = fitIsotonic(calibration);
  return {
    calibration: calibration.length,
    test: test.length,
    right: test.filter(({ approved }) => approved).length / test.length,
    rawLoss: logLoss(test, (confidence) => confidence),
    calibratedLoss: logLoss(test, (confidence) => probabilityOf(calibrated, confidence) ?? 0.5),
    budgets: budgets.map((budget) => {
      const chosen = thresholdFor(calibration, { budget, confidenceLevel });
      const sent = test.filter(({ confidence }) => confidence >= (chosen.threshold ?? Infinity));
      return { budget, chosen, sent: sent.length, wrong: sent.filter(({ approved }) => !approved).length };
    }),
  };
}

const labelOf = ({ confidence, right }: LabelledAnswer): Label => ({ confidence, approved: right });

/** 0 or 1, the same for a question every time. */
const half = (question: string, seed: number): number =>
  (createHash("sha256").update(`${seed}:${question}`).digest()[0] ?? 0) % 2;

/** Probabilities of 0 and 1 are taken as a thousandth off: one miss would else be infinitely bad. */
function logLoss(labels: readonly Label[], probability: (confidence: number) => number): number {
  const losses = labels.map(({ confidence, approved }) => {
    const given = Math.min(0.999, Math.max(0.001, probability(confidence)));
    return -Math.log(approved ? given : 1 - given);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
