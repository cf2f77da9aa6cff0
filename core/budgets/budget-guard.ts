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
  /** So many tokens were put aside. */
  readonly tokens: number;
  /** Charges what it has cost instead, beside the answer's way. Told once; what is never told stays charged. */
  settle(tokens: number): void;
}

export interface WantedBudget extends Pick<Reservation, "requests" | "tokens"> {
  /** As many as `tokens` unless told. */
  readonly least?: number;
}

export interface BudgetGuard {
  /** How the limits stand that hold for somebody, the tightest first; none, and no round trip, where there is none. */
  standings(spender: Spender): Promise<readonly BudgetStanding[]>;
  /**
   * Puts a call's request (1, or 0 where tokens alone count) and tokens aside; null where nothing limits it. Where fewer
   * tokens are left, so many are, but not fewer than `least`. Throws `budget_exhausted`, and `database_unavailable` where
   * nobody can say: a question waits for the database anyway.
   */
  reserve(call: ModelCall, wanted: WantedBudget): Promise<BudgetHold | null>;
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
/** How often tokens are asked for, each time fewer; a call counts in six limits of tokens at most. */
const mostAttempts = 4;

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
      if (before && isExpertError(error, "database_unavailable")) {
        // It is read again by whoever asks next.
        known.set(tenant, before);
        return before.budgets;
      }
      known.delete(tenant);
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

  /** What is left may shrink before it is asked for, as others ask too. */
  async function putAside(wanted: Reservation, least: number): Promise<Reservation> {
    let reservation = wanted;
    for (let attempt = 1; ; attempt += 1) {
      const asked = reservation;
      const inTheWay = await database.withTenant(asked.spender.tenantId, ({ budgets }) =>
        budgets.reserve(asked),
      );
      if (!inTheWay) return asked;
      const { metric, remaining } = inTheWay;
      if (metric === "requests" || remaining < least || attempt === mostAttempts)
        throw budgetExhausted(inTheWay, clock.now(), least);
      reservation = { ...asked, tokens: remaining };
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
    async reserve({ tenantId, departmentId, userId }, { requests, tokens, least = tokens }) {
      const spender = { tenantId, departmentId, userId };
      if (!(await limitsOn(spender))) return null;
      const reservation = await putAside({ spender, requests, tokens, at: clock.now() }, least);
      let settled = false;
      return {
        tokens: reservation.tokens,
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
