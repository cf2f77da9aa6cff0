import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import { eachOf } from "../each-of.ts";
import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { NamedPerson } from "../identity/member-store.ts";
import type { Department } from "../identity/member.ts";
import { canManageBudgets, canSeeUse } from "../identity/policy.ts";
import type { UserId } from "../ids.ts";
import type { Budget, BudgetLimits, BudgetScope, BudgetStanding, Spender } from "./budget.ts";
import { budgetLimits } from "./budget-limits.ts";

export interface BudgetPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly clock: Clock;
}

/** Whose budget it is, by name. `person` null: each person's who has none of their own. */
export type BudgetOwner =
  | { readonly kind: "tenant" }
  | { readonly kind: "department"; readonly department: Department }
  | { readonly kind: "person"; readonly person: NamedPerson | null };

export interface OwnedBudget {
  readonly owner: BudgetOwner;
  /** Null where none is set. */
  readonly limits: BudgetLimits | null;
  /** How its limits stand now; none for what every person gets. */
  readonly standings: readonly BudgetStanding[];
}

/** How many standings are read at a time. */
const standingsAtOnce = 4;

/** Departments whose use this person may see. */
export const seenDepartments = ({ member, departments }: Identity): readonly Department[] =>
  departments.filter((department) => canSeeUse(member, department));

/** Throws `forbidden` for whoever may see nobody's use. */
export function assertMaySeeUse(identity: Identity): void {
  if (canManageBudgets(identity.member) || seenDepartments(identity).length > 0) return;
  throw new ExpertError("forbidden", "Only admins and leads of departments see how much is used.", {
    remedy: "Ask an admin.",
  });
}

/**
 * The company's budget, each department's, what every person gets and persons' own, with or without limits; for leads
 * their departments' alone. Throws `forbidden`.
 */
export async function listBudgets(ports: BudgetPorts, identity: Identity): Promise<readonly OwnedBudget[]> {
  assertMaySeeUse(identity);
  const { tenantId } = identity.member;
  const kept = await ports.database.withTenant(tenantId, ({ budgets }) => budgets.list());
  const owners = canManageBudgets(identity.member)
    ? await allOwners(ports, identity, kept)
    : seenDepartments(identity).map((department) => ({ kind: "department", department }) as const);
  return await eachOf(owners, standingsAtOnce, (owner) => withStandings(ports, identity, kept, owner));
}

async function allOwners(
  { database }: BudgetPorts,
  { member, departments }: Identity,
  kept: readonly Budget[],
): Promise<readonly BudgetOwner[]> {
  const ids = kept.flatMap(({ scope }) =>
    scope.kind === "person" && scope.userId !== null ? [scope.userId] : [],
  );
  const people =
    ids.length === 0
      ? []
      : await database.withTenant(member.tenantId, ({ members }) => members.people({ ids }, ids.length));
  return [
    { kind: "tenant" },
    ...departments.map((department) => ({ kind: "department", department }) as const),
    { kind: "person", person: null },
    ...people.map((person) => ({ kind: "person", person }) as const),
  ];
}

async function withStandings(
  { database, clock }: BudgetPorts,
  { member: { tenantId } }: Identity,
  kept: readonly Budget[],
  owner: BudgetOwner,
): Promise<OwnedBudget> {
  const scope = scopeOf(owner);
  const limits = kept.find((budget) => isSame(budget.scope, scope))?.limits ?? null;
  const spender = spenderOf(scope);
  if (limits === null || spender === null) return { owner, limits, standings: [] };
  const all = await database.withTenant(tenantId, ({ budgets }) =>
    budgets.standings({ tenantId, ...spender }, clock.now()),
  );
  return { owner, limits, standings: all.filter((standing) => standing.scope === scope.kind) };
}

/** Whose budget is set: a department by its slug. */
export type WantedScope =
  | { readonly kind: "tenant" }
  | { readonly kind: "department"; readonly slug: string }
  | { readonly kind: "person"; readonly userId: UserId | null };

/**
 * Sets a budget from now on, or removes it where `written` is null; other processes follow within ten seconds. A person's
 * own without any limit stands: they are free of what every person gets. Throws `forbidden`, `department_unknown`,
 * `not_found` for an unknown person, and `invalid_input` with the fault of each field as a fact.
 */
export async function setBudget(
  ports: BudgetPorts,
  identity: Identity,
  wanted: WantedScope,
  written: unknown,
): Promise<OwnedBudget> {
  const { member } = identity;
  if (!canManageBudgets(member)) {
    throw new ExpertError("forbidden", "Only admins set budgets.", { remedy: "Ask an admin." });
  }
  const owner = await findOwner(ports, identity, wanted);
  const scope = scopeOf(owner);
  const limits = keptLimits(scope, written);
  const { tenantId } = member;
  const before = await ports.database.withTenant(tenantId, ({ budgets }) => budgets.list());
  await ports.database.withTenant(tenantId, ({ budgets }) =>
    budgets.set(scope, limits, {
      event: "budget.changed",
      status: "success",
      userId: member.id,
      resourceType: scope.kind,
      ...resourceOf(scope),
      metadata: {
        before: before.find((budget) => isSame(budget.scope, scope))?.limits ?? null,
        after: limits,
      },
    }),
  );
  return await withStandings(ports, identity, limits === null ? [] : [{ scope, limits }], owner);
}

async function findOwner(
  { database }: BudgetPorts,
  { member, departments }: Identity,
  wanted: WantedScope,
): Promise<BudgetOwner> {
  if (wanted.kind === "tenant") return wanted;
  if (wanted.kind === "department") {
    const department = departments.find(({ slug }) => slug === wanted.slug);
    if (department) return { kind: "department", department };
    throw new ExpertError("department_unknown", "There is no such department.", {
      remedy: "Choose one of the list.",
    });
  }
  const { userId } = wanted;
  if (userId === null) return { kind: "person", person: null };
  const [person] = await database.withTenant(member.tenantId, ({ members }) =>
    members.people({ ids: [userId] }, 1),
  );
  if (person) return { kind: "person", person };
  throw new ExpertError("not_found", "There is no such person.", { remedy: "Choose one of the list." });
}

function keptLimits(scope: BudgetScope, written: unknown): BudgetLimits | null {
  if (written === null) return null;
  const { data, error } = budgetLimits.safeParse(written);
  if (error) {
    const faults = error.issues.map(({ path, message }) => [path.join(".") || "limits", message] as const);
    throw new ExpertError(
      "invalid_input",
      `The budget is not valid: ${faults.map(([field, fault]) => `${field}: ${fault}`).join("; ")}.`,
      { remedy: "Correct the fields that are named and save it again.", facts: Object.fromEntries(faults) },
    );
  }
  const isOwn = scope.kind === "person" && scope.userId !== null;
  return !isOwn && Object.values(data).every((limit) => limit === null) ? null : data;
}

/** People by name or address, to choose one for a budget of their own. Throws `forbidden`. */
export async function findPeople(
  { database }: Pick<BudgetPorts, "database">,
  { member }: Identity,
  words: string,
): Promise<readonly NamedPerson[]> {
  if (!canManageBudgets(member)) {
    throw new ExpertError("forbidden", "Only admins look for people.", { remedy: "Ask an admin." });
  }
  return await database.withTenant(member.tenantId, ({ members }) => members.people({ words }, peopleFound));
}

const peopleFound = 10;

function scopeOf(owner: BudgetOwner): BudgetScope {
  if (owner.kind === "tenant") return owner;
  return owner.kind === "department"
    ? { kind: "department", departmentId: owner.department.id }
    : { kind: "person", userId: owner.person?.id ?? null };
}

/** Who spends from it alone; null for what every person gets, from which nobody spends together. */
function spenderOf(scope: BudgetScope): Omit<Spender, "tenantId"> | null {
  if (scope.kind === "tenant") return { departmentId: null, userId: null };
  if (scope.kind === "department") return { departmentId: scope.departmentId, userId: null };
  return scope.userId === null ? null : { departmentId: null, userId: scope.userId };
}

const idOf = (scope: BudgetScope): string | null =>
  scope.kind === "tenant" ? null : scope.kind === "department" ? scope.departmentId : scope.userId;

const isSame = (one: BudgetScope, other: BudgetScope): boolean =>
  one.kind === other.kind && idOf(one) === idOf(other);

function resourceOf(scope: BudgetScope): { readonly resourceId?: string } {
  const id = idOf(scope);
  return id === null ? {} : { resourceId: id };
}
