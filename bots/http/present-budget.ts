import type { OwnedBudget } from "../../core/budgets/manage-budgets.ts";
import type { NamedUsageReport, QuestionCost } from "../../core/budgets/report-usage.ts";
import { scantLimits } from "../../core/budgets/scant-limits.ts";
import type { UsageReportRequest } from "../../core/budgets/usage.ts";
import type { NamedPerson } from "../../core/identity/member-store.ts";
import type { Department } from "../../core/identity/member.ts";
import type { BudgetView, UsageView } from "./contract/budget.ts";

const presentDepartment = ({ slug, name }: Department) => ({ slug, name: { en: name.en, th: name.th } });
export const presentNamed = ({ id, name, email }: NamedPerson) => ({ id, name, email });

const presentScope = ({ owner }: OwnedBudget): BudgetView["scope"] => {
  if (owner.kind === "tenant") return { kind: "tenant" };
  return owner.kind === "department"
    ? { kind: "department", department: presentDepartment(owner.department) }
    : { kind: "person", person: owner.person && presentNamed(owner.person) };
};

/** `cost`: what a question has cost on average, where that is known. */
export const presentBudget = (budget: OwnedBudget, cost: QuestionCost | null): BudgetView => ({
  scope: presentScope(budget),
  limits: budget.limits && {
    requestsPerMinute: budget.limits.requestsPerMinute,
    requestsPerDay: budget.limits.requestsPerDay,
    tokensPerMinute: budget.limits.tokensPerMinute,
    tokensPerDay: budget.limits.tokensPerDay,
  },
  warnings: scantLimits(budget.limits, cost).map(({ field, needed }) => ({
    field,
    needed,
    message: `One question may need ${String(needed)} tokens at once: with fewer it may be refused.`,
  })),
  standings: budget.standings.map(({ metric, window, limit, remaining, resetsAt }) => ({
    metric,
    window,
    limit,
    remaining,
    resetsAt: resetsAt.toISOString(),
  })),
});

export const presentUsage = (
  by: UsageReportRequest["by"],
  { firstDay, lastDay, timeZone, departments, lines, total }: NamedUsageReport,
): UsageView => ({
  by,
  firstDay,
  lastDay,
  timeZone,
  departments: departments?.map(presentDepartment) ?? null,
  lines: lines.map((line) => ({
    key: line.key,
    department: line.department && presentDepartment(line.department),
    person: line.person && presentNamed(line.person),
    ...presentUse(line),
  })),
  total: presentUse(total),
});

const presentUse = ({
  requests,
  promptTokens,
  completionTokens,
  refused,
  estimated,
}: UsageView["total"]): UsageView["total"] => ({
  requests,
  promptTokens,
  completionTokens,
  refused,
  estimated,
});
