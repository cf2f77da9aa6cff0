import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { NamedPerson } from "../identity/member-store.ts";
import type { Department } from "../identity/member.ts";
import type { TenantId, UserId } from "../ids.ts";
import type { Budget, BudgetScope, Spender } from "./budget.ts";

/** A company with what its budgets are for. */
export interface BudgetCompany {
  readonly tenantId: TenantId;
  readonly departments: readonly Department[];
}

/** Whose budget it is, by name. `person` null: each person's who has none of their own. */
export type BudgetOwner =
  | { readonly kind: "tenant" }
  | { readonly kind: "department"; readonly department: Department }
  | { readonly kind: "person"; readonly person: NamedPerson | null };

/** Whose budget is wanted: a department's by its slug. */
export type WantedScope =
  | { readonly kind: "tenant" }
  | { readonly kind: "department"; readonly slug: string }
  | { readonly kind: "person"; readonly userId: UserId | null };

type OwnerPorts = Pick<Database, "withTenant">;

/** The company, its departments, each person, and those whose own budget is kept. */
export async function allOwners(
  database: OwnerPorts,
  { tenantId, departments }: BudgetCompany,
  kept: readonly Budget[],
): Promise<readonly BudgetOwner[]> {
  const ids = kept.flatMap(({ scope }) =>
    scope.kind === "person" && scope.userId !== null ? [scope.userId] : [],
  );
  const people =
    ids.length === 0
      ? []
      : await database.withTenant(tenantId, ({ members }) => members.people({ ids }, ids.length));
  return [
    { kind: "tenant" },
    ...departments.map((department) => ({ kind: "department", department }) as const),
    { kind: "person", person: null },
    ...people.map((person) => ({ kind: "person", person }) as const),
  ];
}

/** Throws `department_unknown`, and `not_found` for an unknown person. */
export async function findOwner(
  database: OwnerPorts,
  { tenantId, departments }: BudgetCompany,
  wanted: WantedScope,
): Promise<BudgetOwner> {
  if (wanted.kind === "tenant") return wanted;
  if (wanted.kind === "department") {
    const department = departments.find(({ slug }) => slug === wanted.slug);
    if (department) return { kind: "department", department };
    throw new ExpertError("department_unknown", "There is no such department.", {
      remedy: `Name one of: ${departments.map(({ slug }) => slug).join(", ")}.`,
    });
  }
  const { userId } = wanted;
  if (userId === null) return { kind: "person", person: null };
  const [person] = await database.withTenant(tenantId, ({ members }) => members.people({ ids: [userId] }, 1));
  if (person) return { kind: "person", person };
  throw new ExpertError("not_found", "There is no such person.", { remedy: "Look for them by name." });
}

export function scopeOf(owner: BudgetOwner): BudgetScope {
  if (owner.kind === "tenant") return owner;
  return owner.kind === "department"
    ? { kind: "department", departmentId: owner.department.id }
    : { kind: "person", userId: owner.person?.id ?? null };
}

/** Who spends from it alone; null for what every person gets, from which nobody spends together. */
export function spenderOf(scope: BudgetScope): Omit<Spender, "tenantId"> | null {
  if (scope.kind === "tenant") return { departmentId: null, userId: null };
  if (scope.kind === "department") return { departmentId: scope.departmentId, userId: null };
  return scope.userId === null ? null : { departmentId: null, userId: scope.userId };
}

/** Of the department or the person; null for the company and for what every person gets. */
export const idOf = (scope: BudgetScope): string | null =>
  scope.kind === "tenant" ? null : scope.kind === "department" ? scope.departmentId : scope.userId;

/** The limits that are kept for it; null where none are. */
export const limitsOf = (kept: readonly Budget[], scope: BudgetScope): Budget["limits"] | null =>
  kept.find((budget) => budget.scope.kind === scope.kind && idOf(budget.scope) === idOf(scope))?.limits ??
  null;
