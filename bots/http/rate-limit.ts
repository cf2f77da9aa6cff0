import type { Response } from "express";
import { type QuestionAllowance, questionAllowance } from "../../core/budgets/question-allowance.ts";
import type { BudgetGuard } from "../../core/budgets/budget-guard.ts";
import type { Spender } from "../../core/budgets/budget.ts";
import type { Clock } from "../../core/clock.ts";

export interface RateLimitPorts {
  /** Null or absent where no model is configured. */
  readonly budgets?: Pick<BudgetGuard, "standings"> | null;
  readonly clock: Clock;
}

/**
 * Says in the response's headers how the tightest budget stands. Throws `budget_exhausted` where no request is left, unless
 * the question was taken in before.
 */
export async function allowQuestion(
  { budgets, clock }: RateLimitPorts,
  spender: Spender,
  response: Response,
  wasTakenIn: () => Promise<boolean>,
): Promise<void> {
  const allowance = budgets ? await questionAllowance({ budgets, clock }, spender) : null;
  if (!allowance) return;
  response.set(headersOf(allowance));
  if (allowance.refusal && !(await wasTakenIn())) throw allowance.refusal;
}

/** As docs/budgets.md defines them. */
function headersOf({ tightest, resetsInMs }: QuestionAllowance): Record<string, string> {
  const { metric, window, limit, remaining } = tightest;
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Math.ceil(resetsInMs / 1_000)),
    "x-ratelimit-resource": `${metric}-per-${window}`,
  };
}
