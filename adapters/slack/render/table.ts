import type { TableBlock } from "@slack/types";

import type { Run } from "../../../core/markdown/inline-runs.ts";
import {
  type Cell,
  cellText,
  type Table,
  writeTextTable as writeTable,
} from "../../../core/markdown/text-table.ts";
import { slackLimits } from "./limits.ts";

const lengthOf = (row: readonly Cell[]): number =>
  row.reduce((sum, cell) => sum + Math.max(1, cellText(cell).length), 0);

/**
 * The table in parts that Slack's own table block takes, each with the header; null where it has too many columns or a
 * row is too long for any.
 */
export function splitTable(table: Table): readonly Table[] | null {
  const header = lengthOf(table.header);
  if (table.header.length > slackLimits.tableColumns) return null;
  const parts: (readonly Cell[])[][] = [[]];
  let length = header;
  for (const row of table.rows) {
    const added = lengthOf(row);
    if (header + added > slackLimits.tableText) return null;
    const last = parts.at(-1);
    if (last && last.length + 2 <= slackLimits.tableRows && length + added <= slackLimits.tableText) {
      last.push(row);
      length += added;
    } else {
      parts.push([row]);
      length = header + added;
    }
  }
  return header > slackLimits.tableText ? null : parts.map((rows) => ({ ...table, rows }));
}

/** The table as Slack's table block. The first row is its header. */
export const tableBlock = ({ align, header, rows }: Table): TableBlock => ({
  type: "table",
  column_settings: align.map((side) => ({ align: side ?? "left", is_wrapped: true })),
  rows: [header, ...rows].map((row) => row.map(tableCell)),
});

/** Characters of all cells, as Slack counts them: an empty cell is one. */
export const tableLength = ({ header, rows }: Table): number =>
  [header, ...rows].reduce((sum, row) => sum + lengthOf(row), 0);

function tableCell(cell: Cell): TableBlock["rows"][number][number] {
  const plain = cell.every((run) => !run.bold && !run.italic && !run.strike && !run.code && run.url === null);
  if (plain) return { type: "raw_text", text: cellText(cell) || " " };
  const elements = cell.map((run) => {
    const style = styleOf(run);
    return run.url === null
      ? ({ type: "text", text: run.text, ...style } as const)
      : ({ type: "link", url: run.url, text: run.text, ...style } as const);
  });
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements }] };
}

const styleOf = ({ bold, italic, strike, code }: Run): { style?: Record<string, true> } => {
  const names = Object.entries({ bold, italic, strike, code }).flatMap(([name, on]) => (on ? [name] : []));
  return names.length === 0 ? {} : { style: Object.fromEntries(names.map((name) => [name, true as const])) };
};

/** Leaves room in a section for fences and escapes. */
const longestPart = slackLimits.sectionText - 500;

/** The table in monospaced text, for places that take no table block, in parts that fit into a section. */
export const writeTextTable = (table: Table): readonly string[] => writeTable(table, longestPart);
