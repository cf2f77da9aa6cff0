import { ExpertError, isExpertError } from "../errors.ts";
import type { BudgetStanding, ExhaustedBudget } from "./budget.ts";
import { budgetWords } from "./budget-words.ts";

/** `budget_exhausted`, with the time in its remedy. `needed`: so many tokens, at least, were asked for. */
export function budgetExhausted(standing: BudgetStanding, now: Date, needed = 0): ExpertError {
  const { scope, metric, window, limit, resetsAt } = standing;
  const retryAfterMs = Math.max(0, resetsAt.getTime() - now.getTime());
  const tooSmall = metric === "tokens" && limit < needed;
  const facts = { scope, metric, window, limit, retryAfterMs, ...(tooSmall && { tooSmall }) };
  const words = budgetWords.en;
  return new ExpertError("budget_exhausted", words.usedUp(facts), { remedy: words.again(facts), facts });
}

/** The limit that an error tells of; null where it is another error. */
export const exhaustedBudgetOf = (error: unknown): ExhaustedBudget | null =>
  isExpertError(error, "budget_exhausted") ? exhaustedBudgetIn(error.facts) : null;

/** The limit that the facts of `budget_exhausted` tell of. */
export function exhaustedBudgetIn(facts: ExpertError["facts"]): ExhaustedBudget {
  const { scope, metric, window, limit, retryAfterMs, tooSmall } = facts;
  return {
    scope: scope === "department" || scope === "person" ? scope : "tenant",
    metric: metric === "tokens" ? "tokens" : "requests",
    window: window === "minute" ? "minute" : "day",
    limit: Number(limit ?? 0),
    retryAfterMs: Number(retryAfterMs ?? 0),
    ...(tooSmall === true && { tooSmall }),
  };
}
