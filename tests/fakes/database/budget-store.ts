import { DateTime } from "luxon";
import type { BudgetStore, Reservation } from "../../../core/budgets/budget-store.ts";
import type {
  Budget,
  BudgetScope,
  BudgetStanding,
  BudgetWindow,
  Spender,
} from "../../../core/budgets/budget.ts";
import type { UsageLine, UsageRecord, UsageReportRequest } from "../../../core/budgets/usage.ts";
import { ExpertError } from "../../../core/errors.ts";
import { record, type Tables } from "./tables.ts";

const subjectOf = (scope: BudgetScope): string => {
  if (scope.kind === "tenant") return "";
  return (scope.kind === "department" ? scope.departmentId : scope.userId) ?? "";
};
const keyOf = (scope: BudgetScope): string => `${scope.kind} ${subjectOf(scope)}`;

interface Window {
  readonly key: string;
  readonly budget: Budget;
  readonly window: BudgetWindow;
  readonly resetsAt: Date;
}

export function fakeBudgetStore(tables: Tables): BudgetStore {
  const { budgets, spent, usage, departments, members, timeZone } = tables;
  const dayOf = (at: Date) => DateTime.fromJSDate(at, { zone: timeZone }).startOf("day");

  function windowsOf({ departmentId, userId }: Spender, at: Date): readonly Window[] {
    const own = userId === null ? undefined : budgets.get(`person ${userId}`);
    const each = userId === null ? undefined : budgets.get("person ");
    const held = [
      [budgets.get("tenant "), ""],
      [departmentId === null ? undefined : budgets.get(`department ${departmentId}`), departmentId],
      [own ?? each, userId],
    ] as const;
    const minute = DateTime.fromJSDate(at).startOf("minute");
    const spans = [
      ["minute", minute, minute.plus({ minutes: 1 })],
      ["day", dayOf(at), dayOf(at).plus({ days: 1 })],
    ] as const;
    return held.flatMap(([budget, subject]) =>
      budget
        ? spans.map(([window, from, to]) => ({
            key: `${budget.scope.kind} ${subject ?? ""} ${window} ${String(from.toMillis())}`,
            budget,
            window,
            resetsAt: to.toJSDate(),
          }))
        : [],
    );
  }

  const standingsIn = ({ key, budget, window, resetsAt }: Window): BudgetStanding[] => {
    const { limits } = budget;
    const most =
      window === "minute"
        ? { requests: limits.requestsPerMinute, tokens: limits.tokensPerMinute }
        : { requests: limits.requestsPerDay, tokens: limits.tokensPerDay };
    const used = spent.get(key) ?? { requests: 0, tokens: 0 };
    return (["requests", "tokens"] as const).flatMap((metric) => {
      const limit = most[metric];
      if (limit === null) return [];
      const remaining = Math.max(0, limit - used[metric]);
      return [{ scope: budget.scope.kind, metric, window, limit, remaining, resetsAt }];
    });
  };
  const share = ({ remaining, limit }: BudgetStanding): number => remaining / Math.max(limit, 1);

  return {
    list: async () => [...budgets.values()],
    async set(scope, limits, audit) {
      const known =
        scope.kind === "tenant" ||
        (scope.kind === "department"
          ? departments.some(({ id }) => id === scope.departmentId)
          : scope.userId === null || members.has(scope.userId));
      if (!known && limits) throw new ExpertError("not_found", `There is no such ${scope.kind}.`);
      if (limits) budgets.set(keyOf(scope), { scope, limits });
      else if (!budgets.delete(keyOf(scope))) return;
      record(tables, [audit]);
    },
    async reserve({ spender, requests, tokens, at }: Reservation) {
      const windows = windowsOf(spender, at);
      const [inTheWay] = windows
        .flatMap(standingsIn)
        .filter(({ metric, remaining }) => remaining < (metric === "requests" ? requests : tokens))
        .toSorted(
          (one, other) => other.resetsAt.getTime() - one.resetsAt.getTime() || share(one) - share(other),
        );
      if (inTheWay) return inTheWay;
      for (const { key } of windows) {
        const used = spent.get(key) ?? { requests: 0, tokens: 0 };
        spent.set(key, { requests: used.requests + requests, tokens: used.tokens + tokens });
      }
      return null;
    },
    async settle({ spender, tokens: expected, at }, tokens) {
      for (const { key } of windowsOf(spender, at)) {
        const used = spent.get(key);
        if (used) used.tokens = Math.max(0, used.tokens + tokens - expected);
      }
    },
    standings: async (spender, at) =>
      windowsOf(spender, at)
        .flatMap(standingsIn)
        .toSorted(
          (one, other) => share(one) - share(other) || other.resetsAt.getTime() - one.resetsAt.getTime(),
        ),
    async record(records) {
      for (const one of records) if (!usage.has(one.id)) usage.set(one.id, one);
    },
    async report({ from, to, by, departments: wanted, calls }) {
      const within = [...usage.values()].filter((one) => {
        const day = dayOf(one.at).toJSDate();
        const named = wanted === null || (one.departmentId !== null && wanted.includes(one.departmentId));
        const meant = calls === "all" || (one.kind === "chat" && one.urgency === "interactive");
        return day >= from && day < to && named && meant;
      });
      const keyOfUse = (one: UsageRecord): string | null =>
        by === "day" ? dayOf(one.at).toISODate() : usageKey(one, by);
      const names = [...new Set(within.map(keyOfUse))];
      const lines = names.map((key): UsageLine => ({
        key,
        ...sum(within.filter((one) => keyOfUse(one) === key)),
      }));
      const inOrder =
        by === "day"
          ? lines.toSorted((one, other) => (one.key ?? "").localeCompare(other.key ?? ""))
          : lines.toSorted((one, other) => tokensOf(other) - tokensOf(one));
      return { lines: inOrder, total: sum(within) };
    },
  };
}

const tokensOf = ({ promptTokens, completionTokens }: UsageLine): number => promptTokens + completionTokens;

const usageKey = (
  { departmentId, userId, model }: UsageRecord,
  by: Exclude<UsageReportRequest["by"], "day">,
): string | null => ({ department: departmentId, person: userId, model })[by];

function sum(records: readonly UsageRecord[]): Omit<UsageLine, "key"> {
  const chats = records.filter(({ kind }) => kind === "chat");
  return {
    requests: chats.length,
    refused: chats.filter(({ outcome }) => outcome === "refused").length,
    estimated: chats.filter(({ counted }) => !counted).length,
    promptTokens: records.reduce((all, { promptTokens }) => all + promptTokens, 0),
    completionTokens: records.reduce((all, { completionTokens }) => all + completionTokens, 0),
  };
}
