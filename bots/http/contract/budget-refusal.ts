import { budgetWords } from "../../../core/budgets/budget-words.ts";
import { exhaustedBudgetIn } from "../../../core/budgets/exhausted-budget.ts";
import type { Language } from "../../../core/text/language.ts";
import type { ApiError } from "./error.ts";

/** What the facts of `budget_exhausted` say in a person's language: whose budget is used up, and until when. */
export function budgetRefusalIn(
  language: Language,
  facts: ApiError["facts"],
): { readonly message: string; readonly remedy: string } {
  const budget = exhaustedBudgetIn(facts);
  const words = budgetWords[language];
  return { message: words.usedUp(budget), remedy: words.again(budget) };
}
