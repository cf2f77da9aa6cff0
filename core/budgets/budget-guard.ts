import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import { isExpertError } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import type { ModelCall } from "../inference/model-call.ts";
import type { Logger } from "../logger.ts";
import type { Budget, BudgetStanding, Spender } from "./budget.ts";
import type { Reservation } from "./budget-store.ts";
import { budgetExhausted } from "./exhausted-budget.ts";

/** What was put aside for a call. */
export interface BudgetHold {
  /** Charges what it has cost instead, beside the answer's way. Told once; what is never told stays charged. */
  settle(tokens: number): void;
}

export interface BudgetGuard {
  /** How the limits stand that hold for somebody, the tightest first; none, and no round trip, where there is none. */
  standings(spender: Spender): Promise<readonly BudgetStanding[]>;
  /**
   * Puts a call's request (1, or 0 where tokens alone count) and tokens aside; null where nothing limits it. Throws
   * `budget_exhausted`, and `database_unavailable` where nobody can say: a question waits for the database anyway.
   */
  reserve(call: ModelCall, requests: Reservation["requests"], tokens: number): Promise<BudgetHold | null>;
  /** Resolves once everything that was settled is written. */
  close(): Promise<void>;
}

export interface BudgetGuardPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** So long a process may not know of a change that another has made. */
const settingsKeptMs = 10_000;
const tenantsKept = 1_000;

interface Settings {
  readonly readAt: number;
  readonly budgets: Promise<readonly Budget[]>;
}

export function createBudgetGuard({ database, clock, logger }: BudgetGuardPorts): BudgetGuard {
  const known = new Map<TenantId, Settings>();
  const settling = new Set<Promise<void>>();

  function settingsOf(tenant: TenantId): Promise<readonly Budget[]> {
    const now = clock.now().getTime();
    const before = known.get(tenant);
    if (before && now - before.readAt < settingsKeptMs) return before.budgets;
    const read = database.withTenant(tenant, ({ budgets }) => budgets.list());
    // What was known holds on while the database is away.
    const budgets = read.catch((error: unknown) => {
      known.delete(tenant);
      if (before && isExpertError(error, "database_unavailable")) return before.budgets;
      throw error;
    });
    if (known.size >= tenantsKept) known.clear();
    known.set(tenant, { readAt: now, budgets });
    return budgets;
  }

  async function settle(reservation: Reservation, tokens: number): Promise<void> {
    const { tenantId } = reservation.spender;
    try {
      await database.withTenant(tenantId, ({ budgets }) => budgets.settle(reservation, tokens));
    } catch (error) {
      const putAside = reservation.tokens;
      logger.warn("a budget stays charged with what was put aside", {
        tenant: tenantId,
        putAside,
        tokens,
        error,
      });
    }
  }

  const limitsOn = async (spender: Spender): Promise<boolean> =>
    (await settingsOf(spender.tenantId)).some((budget) => concerns(budget, spender));

  return {
    async standings(spender) {
      if (!(await limitsOn(spender))) return [];
      return await database.withTenant(spender.tenantId, ({ budgets }) =>
        budgets.standings(spender, clock.now()),
      );
    },
    async reserve({ tenantId, departmentId, userId }, requests, tokens) {
      const spender = { tenantId, departmentId, userId };
      if (!(await limitsOn(spender))) return null;
      const reservation: Reservation = { spender, requests, tokens, at: clock.now() };
      const inTheWay = await database.withTenant(tenantId, ({ budgets }) => budgets.reserve(reservation));
      if (inTheWay) throw budgetExhausted(inTheWay, clock.now());
      let settled = false;
      return {
        settle(cost) {
          if (settled) return;
          settled = true;
          const writing = settle(reservation, cost).finally(() => settling.delete(writing));
          settling.add(writing);
        },
      };
    },
    async close() {
      await Promise.all(settling);
    },
  };
}

function concerns({ scope, limits }: Budget, { departmentId, userId }: Spender): boolean {
  if (Object.values(limits).every((limit) => limit === null)) return false;
  if (scope.kind === "tenant") return true;
  if (scope.kind === "department") return scope.departmentId === departmentId;
  return userId !== null && (scope.userId === null || scope.userId === userId);
}
