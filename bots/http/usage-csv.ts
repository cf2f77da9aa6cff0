import type { UsageView } from "./contract/budget.ts";

/** What a spreadsheet would take for a formula, also behind blanks and in full width. */
const formula = /^\s*[=+\-@＝＋－＠\t\r\n]/;

/** One cell of RFC 4180. Text that a spreadsheet would reckon out begins with an apostrophe, so that it stays text. */
export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A report as a table for spreadsheets: UTF-8 with the mark that Excel looks for, so that Thai is read as Thai. */
export function usageCsv({ by, lines }: UsageView): string {
  const head = [
    by,
    "name",
    "email",
    "requests",
    "prompt_tokens",
    "completion_tokens",
    "refused",
    "requests_with_estimated_tokens",
  ];
  const rows = lines.map(({ key, department, person, ...use }) => [
    department?.slug ?? key,
    department?.name.en ?? person?.name ?? null,
    person?.email ?? null,
    use.requests,
    use.promptTokens,
    use.completionTokens,
    use.refused,
    use.estimated,
  ]);
  return `\uFEFF${[head, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("")}`;
}
