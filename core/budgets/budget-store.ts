import type { AuditEvent } from "../audit/audit-event.ts";
import type { Budget, BudgetScope, BudgetLimits, BudgetStanding, Spender } from "./budget.ts";
import type { UsageRecord, UsageReport, UsageReportRequest } from "./usage.ts";

/** Tokens that are put aside before a call, to be settled once it is known what it cost. */
export interface Reservation {
  readonly spender: Spender;
  /** Expected; 0 where only the request counts. */
  readonly tokens: number;
  /** Which windows it counts in. */
  readonly at: Date;
}

export interface BudgetStore {
  list(): Promise<readonly Budget[]>;
  /** Null removes it. */
  set(scope: BudgetScope, limits: BudgetLimits | null, audit: AuditEvent): Promise<void>;
  /**
   * Puts one request and its tokens aside in every limit that holds for the spender, or in none: then the limit that is
   * exhausted the longest is returned. One statement: however many ask at once, no limit is exceeded.
   */
  reserve(reservation: Reservation): Promise<BudgetStanding | null>;
  /** Charges what it has cost in place of what was put aside. */
  settle(reservation: Reservation, tokens: number): Promise<void>;
  /** Every limit that holds for the spender, the one with the least left, by its share, first. */
  standings(spender: Spender, at: Date): Promise<readonly BudgetStanding[]>;
  /** Adds up calls that are over. */
  record(usage: readonly UsageRecord[]): Promise<void>;
  report(request: UsageReportRequest): Promise<UsageReport>;
}
