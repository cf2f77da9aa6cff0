import type { BudgetStore } from "../../../core/budgets/budget-store.ts";
import type { UsageLine, UsageReportRequest } from "../../../core/budgets/usage.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";

const record: Statement = { name: "usage_record", text: "select record_usage($1::jsonb)" };

const keys: Readonly<Record<UsageReportRequest["by"], string>> = {
  day: "to_char(day, 'YYYY-MM-DD')",
  department: "department_id::text",
  person: "user_id::text",
  model: "model",
};

/** Lines and, last, where `whole` is 1, their sum. */
const reportBy = (by: UsageReportRequest["by"]): Statement => ({
  name: `usage_report_${by}`,
  text: `
    select ${keys[by]} as key, grouping(${keys[by]}) as whole, sum(requests) as requests, sum(refused) as refused,
      sum(requests) filter (where not counted) as estimated, sum(prompt_tokens) as prompt_tokens,
      sum(completion_tokens) as completion_tokens
    from usage_by_day, company_time_zone() as zone
    where tenant_id = app_tenant()
      and day >= $1::timestamptz at time zone zone and day < $2::timestamptz at time zone zone
      and ($3::uuid[] is null or department_id = any ($3))
      and ($4 = 'all' or (kind = 'chat' and urgency = 'interactive'))
    group by grouping sets ((${keys[by]}), ())
    order by whole, ${by === "day" ? "key" : "sum(prompt_tokens + completion_tokens) desc, key"}`,
});

const reports = {
  day: reportBy("day"),
  department: reportBy("department"),
  person: reportBy("person"),
  model: reportBy("model"),
} as const;

/** Sums of bigints arrive as text; null: of nothing. */
interface ReportRow {
  key: string | null;
  whole: number;
  requests: string | null;
  refused: string | null;
  estimated: string | null;
  prompt_tokens: string | null;
  completion_tokens: string | null;
}

const present = (row: ReportRow | undefined): UsageLine => ({
  key: row?.key ?? null,
  requests: Number(row?.requests ?? 0),
  promptTokens: Number(row?.prompt_tokens ?? 0),
  completionTokens: Number(row?.completion_tokens ?? 0),
  refused: Number(row?.refused ?? 0),
  estimated: Number(row?.estimated ?? 0),
});

/** What calls of models have come to, by the day. */
export function usageReports(run: TenantRunner): Pick<BudgetStore, "record" | "report"> {
  return {
    async record(usage) {
      if (usage.length > 0) await run(record, [JSON.stringify(usage)]);
    },
    async report({ from, to, by, departments, calls }) {
      const rows = await run<ReportRow>(reports[by], [from, to, departments, calls]);
      const { key: _, ...total } = present(rows.find(({ whole }) => whole === 1));
      return { lines: rows.filter(({ whole }) => whole === 0).map(present), total };
    },
  };
}
