import type { BudgetLimits } from "./budget.ts";

/**
 * Tokens that one question may need at once: the prompt with eight passages of 512 tokens each in Thai, counted as
 * `mostTokens` does, the department's usual instructions, and an answer. English needs about half.
 */
export const tokensForQuestion = 12_000;

/** What a question has cost on average, where that is known. */
interface KnownCost {
  readonly tokens: number;
}

interface ScantLimit {
  readonly field: "tokensPerMinute" | "tokensPerDay";
  /** So many tokens may be needed at once. */
  readonly needed: number;
}

/** Limits of tokens that a single question may need more than: it is then answered without a model. */
export function scantLimits(
  limits: Pick<BudgetLimits, ScantLimit["field"]> | null,
  cost: KnownCost | null,
): readonly ScantLimit[] {
  if (limits === null) return [];
  const needed = Math.max(tokensForQuestion, cost?.tokens ?? 0);
  return (["tokensPerMinute", "tokensPerDay"] as const).flatMap((field) => {
    const limit = limits[field];
    return limit !== null && limit < needed ? [{ field, needed }] : [];
  });
}
