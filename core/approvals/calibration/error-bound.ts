import jStat from "jstat";
import { ExpertError } from "../../errors.ts";

/**
 * The highest error rate, from 0 to 1, that `errors` wrong ones of `labels` still fit at the confidence level: the exact
 * upper bound of Clopper and Pearson, "The use of confidence or fiducial limits" (Biometrika 26, 1934), one-sided, by the
 * quantile of the beta distribution. 1 without labels.
 */
export function upperErrorRate(errors: number, labels: number, level: number): number {
  return errors >= labels ? 1 : jStat.beta.inv(level, errors + 1, labels - errors);
}

/**
 * The fewest labels that can show an error rate of at most `budget` at the confidence level, where `errors` of them are
 * wrong (default none). Without errors the bound is `budget` at (1 - budget)^n = 1 - level, so n is
 * ln(1 - level) / ln(1 - budget), rounded up. Throws `invalid_input` unless both lie between 0 and 1.
 */
export function labelsNeeded(budget: number, level: number, errors = 0): number {
  if (!isShare(budget) || !isShare(level))
    throw new ExpertError("invalid_input", "An error budget and its confidence level lie between 0 and 1.", {
      facts: { budget, level },
    });
  // The hair guards against a quotient that rounding lifts over a whole number.
  let most = Math.ceil(Math.log1p(-level) / Math.log1p(-budget) - 1e-9);
  if (errors === 0) return most;
  let least = most;
  while (upperErrorRate(errors, most, level) > budget) {
    least = most;
    most *= 2;
  }
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (upperErrorRate(errors, middle, level) > budget) least = middle;
    else most = middle;
  }
  return most;
}

const isShare = (value: number): boolean => value > 0 && value < 1;
