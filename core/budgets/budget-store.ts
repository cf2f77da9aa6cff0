import type { AuditEvent } from "../audit/audit-event.ts";
import type { Budget, BudgetScope, BudgetLimits, BudgetStanding, Spender } from "./budget.ts";
import type { UsageRecord, UsageReport, UsageReportRequest } from "./usage.ts";

/** What is put aside before a call, to be settled once it is known what it cost. */
export interface Reservation {
  readonly spender: Spender;
  /** 0 where tokens alone count, as of a question's embedding. */
  readonly requests: 0 | 1;
  /** Expected; 0 where only the request counts. */
  readonly tokens: number;
  /** Which windows it counts in. */
  readonly at: Date;
}

export interface BudgetStore {
  list(): Promise<readonly Budget[]>;
  /** Null removes it. Throws `not_found` where the company has no such department or person. */
  set(scope: BudgetScope, limits: BudgetLimits | null, audit: AuditEvent): Promise<void>;
  /**
   * Puts the request and its tokens aside in every limit that holds for the spender, or in none: then the limit that is
   * exhausted the longest is returned. One statement: however many ask at once, no limit is exceeded.
   */
  reserve(reservation: Reservation): Promise<BudgetStanding | null>;
  /** Charges the tokens that it has cost in place of those that were put aside, in the windows of the reservation. */
  settle(reservation: Reservation, tokens: number): Promise<void>;
  /** Every limit that holds for the spender, the one with the least left, by its share, first. */
  standings(spender: Spender, at: Date): Promise<readonly BudgetStanding[]>;
  /** Adds up calls that are over, by the company's days, each of an id once. */
  record(usage: readonly UsageRecord[]): Promise<void>;
  report(request: UsageReportRequest): Promise<UsageReport>;
}
