import { DateTime } from "luxon";
import type { Identity } from "../identity/directory.ts";
import type { NamedPerson } from "../identity/member-store.ts";
import type { Department } from "../identity/member.ts";
import { canManageBudgets } from "../identity/policy.ts";
import type { TenantId, UserId } from "../ids.ts";
import type { BudgetCompany } from "./budget-owners.ts";
import { assertMaySeeUse, type BudgetPorts, companyOf, seenDepartments } from "./manage-budgets.ts";
import type { UsageLine, UsageReport, UsageReportRequest } from "./usage.ts";

export interface UsageWish extends Pick<UsageReportRequest, "by" | "calls"> {
  /** So many days of the company, today included. */
  readonly days: number;
}

/** A line with the names behind its key. */
export interface NamedUsageLine extends UsageLine {
  readonly department: Department | null;
  readonly person: NamedPerson | null;
}

export interface NamedUsageReport extends Pick<UsageReport, "total"> {
  /** As YYYY-MM-DD; `lastDay` is today. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** In which the company's days begin, such as `Asia/Bangkok`. */
  readonly timeZone: string;
  /** Days in their order, each of them; all else by tokens, most first. */
  readonly lines: readonly NamedUsageLine[];
  /** Only of these departments; null: of the whole company. */
  readonly departments: readonly Department[] | null;
}

/** How much was used in the last days: for admins by everyone, for leads by their departments. Throws `forbidden`. */
export async function reportUsage(
  ports: BudgetPorts,
  identity: Identity,
  wish: UsageWish,
): Promise<NamedUsageReport> {
  assertMaySeeUse(identity);
  const only = canManageBudgets(identity.member) ? null : seenDepartments(identity);
  return await reportCompanyUsage(ports, companyOf(identity), only, wish);
}

/** The same for whoever may see it: `reportUsage` asks. `only`: of these departments; null: of all. */
export async function reportCompanyUsage(
  { database, clock }: BudgetPorts,
  company: BudgetCompany,
  only: readonly Department[] | null,
  { days, by, calls }: UsageWish,
): Promise<NamedUsageReport> {
  const { tenantId } = company;
  const timeZone = await database.withTenant(tenantId, ({ members }) => members.timeZone());
  const today = DateTime.fromJSDate(clock.now(), { zone: timeZone }).startOf("day");
  const first = today.minus({ days: days - 1 });
  const { lines, total } = await database.withTenant(tenantId, ({ budgets }) =>
    budgets.report({
      from: first.toJSDate(),
      to: today.plus({ days: 1 }).toJSDate(),
      by,
      calls,
      departments: only?.map(({ id }) => id) ?? null,
    }),
  );
  const people = by === "person" ? await namesOf(database, tenantId, lines) : new Map<string, NamedPerson>();
  const known = new Map<string, Department>(
    by === "department" ? company.departments.map((department) => [department.id, department]) : [],
  );
  const named = ordered(by, first, days, lines).map((line) => ({
    ...line,
    department: known.get(line.key ?? "") ?? null,
    person: people.get(line.key ?? "") ?? null,
  }));
  return {
    firstDay: isoDay(first),
    lastDay: isoDay(today),
    timeZone,
    lines: named,
    total,
    departments: only,
  };
}

const isoDay = (day: DateTime): string => day.toFormat("yyyy-MM-dd");

async function namesOf(
  database: BudgetPorts["database"],
  tenant: TenantId,
  lines: readonly UsageLine[],
): Promise<ReadonlyMap<string, NamedPerson>> {
  const ids = lines.flatMap(({ key }) => (key === null ? [] : [key as UserId]));
  if (ids.length === 0) return new Map();
  const people = await database.withTenant(tenant, ({ members }) => members.people({ ids }, ids.length));
  return new Map(people.map((person) => [person.id, person]));
}

function ordered(
  by: UsageWish["by"],
  first: DateTime,
  days: number,
  lines: readonly UsageLine[],
): readonly UsageLine[] {
  if (by !== "day") {
    return lines.toSorted((one, other) => tokensOf(other) - tokensOf(one) || other.requests - one.requests);
  }
  const known = new Map(lines.map((line) => [line.key, line]));
  return Array.from({ length: days }, (_, day) => {
    const key = isoDay(first.plus({ days: day }));
    return known.get(key) ?? { key, ...nothing };
  });
}

const nothing = { requests: 0, promptTokens: 0, completionTokens: 0, refused: 0, estimated: 0 };

const tokensOf = ({ promptTokens, completionTokens }: UsageLine): number => promptTokens + completionTokens;

/** What a question has cost on average over the last seven days. */
export interface QuestionCost {
  readonly questions: number;
  /** Of prompt and answer together. */
  readonly tokens: number;
}

/** Null where nobody has asked a model in the last seven days. Throws `forbidden`. */
export async function averageCost(ports: BudgetPorts, identity: Identity): Promise<QuestionCost | null> {
  const { total } = await reportUsage(ports, identity, { days: 7, by: "day", calls: "questions" });
  const questions = total.requests - total.refused;
  if (questions <= 0) return null;
  return { questions, tokens: Math.round((total.promptTokens + total.completionTokens) / questions) };
}
