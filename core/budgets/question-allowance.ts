import type { Clock } from "../clock.ts";
import type { ExpertError } from "../errors.ts";
import type { BudgetStanding, Spender } from "./budget.ts";
import type { BudgetGuard } from "./budget-guard.ts";
import { budgetExhausted } from "./exhausted-budget.ts";

export interface QuestionAllowance {
  /** The limit that decides: the one that is exhausted the longest, else the one with the least left, by its share. */
  readonly tightest: BudgetStanding;
  /** Until it is whole again, in milliseconds; the same as the refusal tells. */
  readonly resetsInMs: number;
  /** `budget_exhausted` where no request is left. */
  readonly refusal: ExpertError | null;
}

/** Whether somebody may ask, before the question is taken in; null where nothing limits them. Nothing is put aside. */
export async function questionAllowance(
  { budgets, clock }: { readonly budgets: Pick<BudgetGuard, "standings">; readonly clock: Clock },
  spender: Spender,
): Promise<QuestionAllowance | null> {
  const standings = await budgets.standings(spender);
  const [exhausted] = standings
    .filter(({ metric, remaining }) => metric === "requests" && remaining === 0)
    .toSorted((one, other) => other.resetsAt.getTime() - one.resetsAt.getTime());
  const tightest = exhausted ?? standings[0];
  if (!tightest) return null;
  const now = clock.now();
  const resetsInMs = Math.max(0, tightest.resetsAt.getTime() - now.getTime());
  return { tightest, resetsInMs, refusal: exhausted ? budgetExhausted(exhausted, now) : null };
}
