import type { DepartmentId, TenantId, UserId } from "../ids.ts";

/** Whose budget it is. `person` without `userId`: each person's who has none of their own. */
export type BudgetScope =
  | { readonly kind: "tenant" }
  | { readonly kind: "department"; readonly departmentId: DepartmentId }
  | { readonly kind: "person"; readonly userId: UserId | null };

/** Chats with a model, and tokens of prompts, answers and embedded questions, at most; null: without limit. */
export interface BudgetLimits {
  readonly requestsPerMinute: number | null;
  readonly requestsPerDay: number | null;
  readonly tokensPerMinute: number | null;
  readonly tokensPerDay: number | null;
}

export interface Budget {
  readonly scope: BudgetScope;
  readonly limits: BudgetLimits;
}

export type BudgetMetric = "requests" | "tokens";
export type BudgetWindow = "minute" | "day";

/** How one limit stands. */
export interface BudgetStanding {
  readonly scope: BudgetScope["kind"];
  readonly metric: BudgetMetric;
  readonly window: BudgetWindow;
  readonly limit: number;
  /** Not below 0. */
  readonly remaining: number;
  /** When the window ends and the limit is whole again: the next minute, or the company's midnight. */
  readonly resetsAt: Date;
}

/** A limit that stood in the way of a call, as the facts of `budget_exhausted` tell it. */
export interface ExhaustedBudget {
  readonly scope: BudgetScope["kind"];
  readonly metric: BudgetMetric;
  readonly window: BudgetWindow;
  readonly limit: number;
  /** Until the window ends, in milliseconds. */
  readonly retryAfterMs: number;
  /** The whole limit is less than this call needs: waiting does not help. */
  readonly tooSmall?: true;
}

/** Who spends: a department's and a person's budget count where they are named. */
export interface Spender {
  readonly tenantId: TenantId;
  readonly departmentId: DepartmentId | null;
  readonly userId: UserId | null;
}
