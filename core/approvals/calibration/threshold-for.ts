import type { Label } from "./label.ts";
import { labelsNeeded, upperErrorRate } from "./error-bound.ts";

export interface ErrorBudget {
  /** The highest error rate allowed among the answers sent without a human, between 0 and 1. */
  readonly budget: number;
  /** How sure it must be that the threshold keeps the budget, between 0 and 1, such as 0.95. */
  readonly confidenceLevel: number;
}

export interface BudgetThreshold {
  /** Answers at or above it may be sent; null where no threshold is shown to keep the budget: then none may. */
  readonly threshold: number | null;
  /** Why there is no threshold; null where there is one. */
  readonly missing: "labels" | "accuracy" | null;
  /** All labels given, and how many the budget needs at least. */
  readonly given: number;
  readonly needed: number;
  /** Labels at or above the threshold; where accuracy is missing, those of the surest answers, which failed; else 0. */
  readonly labels: number;
  /** Wrong ones of `labels`, and the highest error rate that fits them at the confidence level. */
  readonly errors: number;
  readonly upperBound: number;
  /** Share of all labels that lie at or above the threshold: about the share of answers sent. 0 without a threshold. */
  readonly coverage: number;
}

/** Thresholds that are tried: hundredths, the same whatever the labels say. */
const steps = 100;
/** So many errors the first threshold bears where the labels suffice: one slip among the surest decides nothing then. */
const mostBorne = 3;

/**
 * The lowest threshold such that, of the answers at or above it, at most `budget` are wrong, at the confidence level.
 *
 * Fixed-sequence testing of "Learn then Test: Calibrating Predictive Algorithms to Achieve Risk Control" (Angelopoulos,
 * Bates, Candès, Jordan and Lei, 2021, arXiv 2110.01052): the hypothesis "more than the budget are wrong at or above t"
 * is tested from the highest t downwards, each at the full level by the exact binomial bound, and the first that cannot
 * be rejected ends it. Which thresholds are tried, and where it starts, depends on the number of labels and on their
 * confidences, never on what was decided. So the chance that the threshold found breaks the budget is at most
 * 1 - confidenceLevel, given that the labels are drawn like the answers to come and that errors do not grow rarer as
 * the confidence falls.
 *
 * It starts where the labels bear up to three errors, as long as that takes half of them at most; else where they bear
 * fewer. No threshold lies below the confidences that were labelled. Throws `invalid_input` for a budget or a level that
 * does not lie between 0 and 1.
 */
export function thresholdFor(labels: readonly Label[], error: ErrorBudget): BudgetThreshold {
  const { budget, confidenceLevel } = error;
  const given = labels.length;
  const needed = labelsNeeded(budget, confidenceLevel);
  const none = { threshold: null, given, needed, labels: 0, errors: 0, upperBound: 1, coverage: 0 };
  if (given < needed) return { ...none, missing: "labels" };
  const enough = startingLabels(given, error);
  let found: BudgetThreshold = { ...none, missing: "accuracy" };
  let tested = 0;
  for (const { threshold, count, errors } of fromTheTop(labels)) {
    // A threshold without labels of its own says nothing new.
    if (count < enough || count === tested) continue;
    tested = count;
    const upperBound = upperErrorRate(errors, count, confidenceLevel);
    const seen = { given, needed, labels: count, errors, upperBound };
    if (upperBound > budget)
      return found.threshold === null
        ? { ...seen, threshold: null, missing: "accuracy", coverage: 0 }
        : found;
    found = { ...seen, threshold, missing: null, coverage: count / given };
  }
  return found;
}

/** With how many labels at or above the first threshold the tests begin. */
function startingLabels(given: number, { budget, confidenceLevel }: ErrorBudget): number {
  for (let errors = mostBorne; errors > 0; errors -= 1) {
    const labels = labelsNeeded(budget, confidenceLevel, errors);
    if (2 * labels <= given) return labels;
  }
  return labelsNeeded(budget, confidenceLevel);
}

/** Labels and errors at or above each threshold, from 1 down to 0. */
function* fromTheTop(
  labels: readonly Label[],
): Generator<{ readonly threshold: number; readonly count: number; readonly errors: number }> {
  const surest = labels.toSorted((a, b) => b.confidence - a.confidence);
  let count = 0;
  let errors = 0;
  for (let step = steps; step >= 0; step -= 1) {
    const threshold = step / steps;
    for (let next = surest[count]; next !== undefined && next.confidence >= threshold; next = surest[count]) {
      count += 1;
      if (!next.approved) errors += 1;
    }
    yield { threshold, count, errors };
  }
}
