import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  budgetListSchema,
  type BudgetLimitsView,
  budgetPeopleSchema,
  budgetSchema,
  type BudgetView,
  type ChangeBudget,
} from "../../../bots/http/contract/budget.ts";
import { call } from "../api/http-client.ts";

const budgetsKey = ["budgets"] as const;
/** What is left changes with every question; in milliseconds. */
const readEveryMs = 10_000;

/** Budgets that this person may see, and how they stand. */
export function useBudgets() {
  return useQuery({
    queryKey: budgetsKey,
    queryFn: ({ signal }) => call(budgetListSchema, "/v1/budgets", { signal }),
    refetchInterval: readEveryMs,
  });
}

export function useSetBudget() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ scope, limits }: Pick<BudgetView, "scope" | "limits">) =>
      call(budgetSchema, "/v1/budgets", {
        method: "PUT",
        body: { scope: wanted(scope), limits: limits && { ...limits } } satisfies ChangeBudget,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: budgetsKey }),
  });
}

function wanted(scope: BudgetView["scope"]): ChangeBudget["scope"] {
  if (scope.kind === "tenant") return scope;
  return scope.kind === "department"
    ? { kind: "department", slug: scope.department.slug }
    : { kind: "person", id: scope.person?.id ?? null };
}

/** People whose name or address holds the words; nobody while there are none. */
export function useBudgetPeople(words: string) {
  return useQuery({
    queryKey: [...budgetsKey, "people", words],
    queryFn: ({ signal }) =>
      call(budgetPeopleSchema, `/v1/budgets/people?${new URLSearchParams({ query: words }).toString()}`, {
        signal,
      }),
    enabled: words !== "",
  });
}

export const limitNames = [
  "requestsPerMinute",
  "requestsPerDay",
  "tokensPerMinute",
  "tokensPerDay",
] as const satisfies readonly (keyof BudgetLimitsView)[];

export const noLimits: BudgetLimitsView = {
  requestsPerMinute: null,
  requestsPerDay: null,
  tokensPerMinute: null,
  tokensPerDay: null,
};

export const isUnlimited = (limits: BudgetLimitsView): boolean =>
  limitNames.every((name) => limits[name] === null);

/** Names the budget among the others. */
export function keyOf(scope: BudgetView["scope"]): string {
  if (scope.kind === "tenant") return "tenant";
  return scope.kind === "department"
    ? `department ${scope.department.slug}`
    : `person ${scope.person?.id ?? ""}`;
}
