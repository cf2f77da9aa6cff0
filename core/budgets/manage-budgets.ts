import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import { eachOf } from "../each-of.ts";
import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { NamedPerson } from "../identity/member-store.ts";
import type { Department } from "../identity/member.ts";
import { canManageBudgets, canSeeUse } from "../identity/policy.ts";
import type { UserId } from "../ids.ts";
import { budgetLimits } from "./budget-limits.ts";
import {
  allOwners,
  type BudgetCompany,
  type BudgetOwner,
  findOwner,
  idOf,
  limitsOf,
  scopeOf,
  spenderOf,
  type WantedScope,
} from "./budget-owners.ts";
import type { Budget, BudgetLimits, BudgetScope, BudgetStanding } from "./budget.ts";

export interface BudgetPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly clock: Clock;
}

export interface OwnedBudget {
  readonly owner: BudgetOwner;
  /** Null where none is set. */
  readonly limits: BudgetLimits | null;
  /** How its limits stand now; none for what every person gets. */
  readonly standings: readonly BudgetStanding[];
}

/** How many standings are read at a time. */
const standingsAtOnce = 4;

/** What a person's company has budgets for. */
export const companyOf = ({ member, departments }: Identity): BudgetCompany => ({
  tenantId: member.tenantId,
  departments,
});

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
  const company = companyOf(identity);
  if (canManageBudgets(identity.member)) return await listAllBudgets(ports, company);
  const owners = seenDepartments(identity).map((department) => ({ kind: "department", department }) as const);
  return await withStandings(ports, company, await keptBudgets(ports, company), owners);
}

/** All of a company's, for whoever may see them: `listBudgets` asks. */
export async function listAllBudgets(
  ports: BudgetPorts,
  company: BudgetCompany,
): Promise<readonly OwnedBudget[]> {
  const kept = await keptBudgets(ports, company);
  return await withStandings(ports, company, kept, await allOwners(ports.database, company, kept));
}

const keptBudgets = ({ database }: BudgetPorts, { tenantId }: BudgetCompany): Promise<readonly Budget[]> =>
  database.withTenant(tenantId, ({ budgets }) => budgets.list());

const withStandings = (
  { database, clock }: BudgetPorts,
  { tenantId }: BudgetCompany,
  kept: readonly Budget[],
  owners: readonly BudgetOwner[],
): Promise<readonly OwnedBudget[]> =>
  eachOf(owners, standingsAtOnce, async (owner) => {
    const scope = scopeOf(owner);
    const limits = limitsOf(kept, scope);
    const spender = spenderOf(scope);
    if (limits === null || spender === null) return { owner, limits, standings: [] };
    const all = await database.withTenant(tenantId, ({ budgets }) =>
      budgets.standings({ tenantId, ...spender }, clock.now()),
    );
    return { owner, limits, standings: all.filter((standing) => standing.scope === scope.kind) };
  });

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
  if (!canManageBudgets(identity.member)) {
    throw new ExpertError("forbidden", "Only admins set budgets.", { remedy: "Ask an admin." });
  }
  return await keepBudget(ports, companyOf(identity), identity.member.id, wanted, () => written);
}

/**
 * The same for whoever may: `setBudget` asks. `userId` null: somebody at the machine itself. `change` gets the limits that
 * stand, and gives those that are to be.
 */
export async function keepBudget(
  ports: BudgetPorts,
  company: BudgetCompany,
  userId: UserId | null,
  wanted: WantedScope,
  change: (before: BudgetLimits | null) => unknown,
): Promise<OwnedBudget> {
  const owner = await findOwner(ports.database, company, wanted);
  const scope = scopeOf(owner);
  const before = limitsOf(await keptBudgets(ports, company), scope);
  const limits = readLimits(scope, change(before));
  const resourceId = idOf(scope);
  await ports.database.withTenant(company.tenantId, ({ budgets }) =>
    budgets.set(scope, limits, {
      event: "budget.changed",
      status: "success",
      userId,
      resourceType: scope.kind,
      ...(resourceId !== null && { resourceId }),
      metadata: { before, after: limits, ...(userId === null && { by: "command_line" }) },
    }),
  );
  const [set] = await withStandings(ports, company, limits === null ? [] : [{ scope, limits }], [owner]);
  return set ?? { owner, limits, standings: [] };
}

function readLimits(scope: BudgetScope, written: unknown): BudgetLimits | null {
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

const peopleFound = 10;

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
