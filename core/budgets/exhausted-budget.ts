import { ExpertError, isExpertError } from "../errors.ts";
import type { BudgetStanding, ExhaustedBudget } from "./budget.ts";
import { budgetWords } from "./budget-words.ts";

/** `budget_exhausted`, with the time in its remedy. */
export function budgetExhausted(standing: BudgetStanding, now: Date): ExpertError {
  const { scope, metric, window, limit, resetsAt } = standing;
  const retryAfterMs = Math.max(0, resetsAt.getTime() - now.getTime());
  const facts = { scope, metric, window, limit, retryAfterMs };
  const words = budgetWords.en;
  return new ExpertError("budget_exhausted", words.usedUp(facts), { remedy: words.again(facts), facts });
}

/** The limit that an error tells of; null where it is another error. */
export const exhaustedBudgetOf = (error: unknown): ExhaustedBudget | null =>
  isExpertError(error, "budget_exhausted") ? exhaustedBudgetIn(error.facts) : null;

/** The limit that the facts of `budget_exhausted` tell of. */
export function exhaustedBudgetIn(facts: ExpertError["facts"]): ExhaustedBudget {
  const { scope, metric, window, limit, retryAfterMs } = facts;
  return {
    scope: scope === "department" || scope === "person" ? scope : "tenant",
    metric: metric === "tokens" ? "tokens" : "requests",
    window: window === "minute" ? "minute" : "day",
    limit: Number(limit ?? 0),
    retryAfterMs: Number(retryAfterMs ?? 0),
  };
}
