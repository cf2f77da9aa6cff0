import type { BudgetStore, Reservation } from "../../../core/budgets/budget-store.ts";
import type { Budget, BudgetLimits, BudgetScope, BudgetStanding } from "../../../core/budgets/budget.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { DepartmentId, UserId } from "../../../core/ids.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";
import { usageReports } from "./usage-reports.ts";

const list: Statement = {
  name: "budget_list",
  text: `
    select scope, department_id, user_id, requests_per_minute, requests_per_day, tokens_per_minute, tokens_per_day
    from budgets where tenant_id = app_tenant()
    order by array_position('{tenant,department,person}', scope), department_id, user_id nulls first`,
};

/** A department or person of another tenant is none: a foreign key alone would take it. */
const set: Statement = {
  name: "budget_set",
  text: `
    with written as (
      insert into budgets (tenant_id, scope, department_id, user_id,
        requests_per_minute, requests_per_day, tokens_per_minute, tokens_per_day)
      select app_tenant(), $1, d.id, u.id, $4, $5, $6, $7 from (values ($2::uuid, $3::uuid)) as wish (department, person)
        left join departments d on d.tenant_id = app_tenant() and d.id = wish.department
        left join users u on u.tenant_id = app_tenant() and u.id = wish.person
      where (wish.department is null or d.id is not null) and (wish.person is null or u.id is not null)
      on conflict (tenant_id, scope, department_id, user_id) do update set
        requests_per_minute = excluded.requests_per_minute, requests_per_day = excluded.requests_per_day,
        tokens_per_minute = excluded.tokens_per_minute, tokens_per_day = excluded.tokens_per_day, updated_at = now()
      returning scope
    ), audited as (${auditInsert(8, "written")})
    select from written`,
};

const remove: Statement = {
  name: "budget_remove",
  text: `
    with removed as (
      delete from budgets where tenant_id = app_tenant() and scope = $1
        and department_id is not distinct from $2::uuid and user_id is not distinct from $3::uuid
      returning scope
    ), audited as (${auditInsert(4, "removed")})
    select from removed`,
};

const standingColumns = "scope, metric, span, most, remaining, resets_at";

const reserve: Statement = {
  name: "budget_reserve",
  text: `select ${standingColumns} from reserve_budget($1, $2, $3, $4, $5)`,
};

const settle: Statement = { name: "budget_settle", text: "select add_to_windows($1, $2, 0, $3, $4)" };

const standings: Statement = {
  name: "budget_standings",
  text: `
    select ${standingColumns} from budget_standings($1, $2, $3)
    order by remaining::numeric / greatest(most, 1), resets_at desc, scope, metric`,
};

/** Bigints arrive as text. */
interface BudgetRow {
  scope: BudgetScope["kind"];
  department_id: DepartmentId | null;
  user_id: UserId | null;
  requests_per_minute: string | null;
  requests_per_day: string | null;
  tokens_per_minute: string | null;
  tokens_per_day: string | null;
}

interface StandingRow {
  scope: BudgetStanding["scope"];
  metric: BudgetStanding["metric"];
  span: BudgetStanding["window"];
  most: string;
  remaining: string;
  resets_at: Date;
}

const numberOf = (value: string | null): number | null => (value === null ? null : Number(value));

function presentBudget(row: BudgetRow): Budget {
  const limits: BudgetLimits = {
    requestsPerMinute: numberOf(row.requests_per_minute),
    requestsPerDay: numberOf(row.requests_per_day),
    tokensPerMinute: numberOf(row.tokens_per_minute),
    tokensPerDay: numberOf(row.tokens_per_day),
  };
  return { scope: presentScope(row), limits };
}

function presentScope({ scope, department_id: departmentId, user_id: userId }: BudgetRow): BudgetScope {
  if (scope === "person") return { kind: scope, userId };
  return departmentId === null ? { kind: "tenant" } : { kind: "department", departmentId };
}

const presentStanding = (row: StandingRow): BudgetStanding => ({
  scope: row.scope,
  metric: row.metric,
  window: row.span,
  limit: Number(row.most),
  remaining: Number(row.remaining),
  resetsAt: row.resets_at,
});

const keyOf = (scope: BudgetScope): unknown[] => [
  scope.kind,
  scope.kind === "department" ? scope.departmentId : null,
  scope.kind === "person" ? scope.userId : null,
];

const spenderOf = ({ spender }: Pick<Reservation, "spender">): unknown[] => [
  spender.departmentId,
  spender.userId,
];

/**
 * Counts in rows of the window, which whoever reserves holds to the commit. The commit does not wait for the disk: a crash
 * of the database itself may forget what was put aside in its last fraction of a second.
 */
export function budgetStore(run: TenantRunner): BudgetStore {
  return {
    async list() {
      return (await run<BudgetRow>(list, [])).map(presentBudget);
    },
    async set(scope, limits, audit) {
      const told = auditParameter([audit]);
      if (limits === null) {
        await run(remove, [...keyOf(scope), told]);
        return;
      }
      const { requestsPerMinute, requestsPerDay, tokensPerMinute, tokensPerDay } = limits;
      const most = [requestsPerMinute, requestsPerDay, tokensPerMinute, tokensPerDay];
      if ((await run(set, [...keyOf(scope), ...most, told])).length > 0) return;
      throw new ExpertError("not_found", `There is no such ${scope.kind}.`, {
        remedy: "Load the list again.",
      });
    },
    async reserve(reservation) {
      const { requests, tokens, at } = reservation;
      const values = [...spenderOf(reservation), requests, tokens, at];
      const [row] = await run<StandingRow>(reserve, values, "soon");
      return row ? presentStanding(row) : null;
    },
    async settle(reservation, tokens) {
      const more = tokens - reservation.tokens;
      if (more === 0) return;
      await run(settle, [...spenderOf(reservation), more, reservation.at], "soon");
    },
    async standings(spender, at) {
      return (await run<StandingRow>(standings, [...spenderOf({ spender }), at])).map(presentStanding);
    },
    ...usageReports(run),
  };
}
