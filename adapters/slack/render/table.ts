import type { TableBlock } from "@slack/types";
import type { Tokens } from "marked";

import { type CitationUrl, inlineRuns, type Run } from "./inline-runs.ts";
import { slackLimits } from "./limits.ts";

type Cell = readonly Run[];

export interface Table {
  readonly align: readonly ("left" | "center" | "right" | null)[];
  readonly header: readonly Cell[];
  /** Each as long as the header. */
  readonly rows: readonly (readonly Cell[])[];
}

export const readTable = (token: Tokens.Table, citationUrl: CitationUrl): Table => ({
  align: token.align,
  header: token.header.map(({ tokens }) => inlineRuns(tokens, citationUrl)),
  rows: token.rows.map((row) => row.map(({ tokens }) => inlineRuns(tokens, citationUrl))),
});

const textOf = (cell: Cell): string => cell.map(({ text }) => text).join("");
const lengthOf = (row: readonly Cell[]): number =>
  row.reduce((sum, cell) => sum + Math.max(1, textOf(cell).length), 0);

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
  if (plain) return { type: "raw_text", text: textOf(cell) || " " };
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

const gap = "  ";

/**
 * The table in monospaced text, for places that take no table block: the rule under the header first ends the header.
 * Parts of at most a section's text, each with the header.
 */
export function writeTextTable({ align, header, rows }: Table): readonly string[] {
  const cells = [header, ...rows].map((row) => row.map((cell) => textOf(cell).replaceAll(/\s+/g, " ")));
  const widths = header.map((_, column) =>
    Math.max(3, ...cells.map((row) => displayWidth(row[column] ?? ""))),
  );
  const lines = cells.map((row) =>
    row
      .map((text, column) => pad(text, widths[column] ?? 3, align[column] ?? null))
      .join(gap)
      .trimEnd(),
  );
  const head = `${lines[0] ?? ""}\n${widths.map((width) => "─".repeat(width)).join(gap)}`;
  const parts: string[] = [];
  let part = head;
  for (const line of lines.slice(1)) {
    if (part.length + 1 + line.length > longestPart && part !== head) {
      parts.push(part);
      part = head;
    }
    part += `\n${line}`;
  }
  return [...parts, part];
}

/** Leaves room in a section for fences and escapes. */
const longestPart = slackLimits.sectionText - 500;

function pad(text: string, width: number, align: Table["align"][number]): string {
  const missing = width - displayWidth(text);
  const left = align === "right" ? missing : align === "center" ? Math.floor(missing / 2) : 0;
  return " ".repeat(left) + text + " ".repeat(missing - left);
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Emoji_Presentation}/u;

/** Columns that a text takes in a monospaced font: none for marks such as Thai tones, two for wide letters and emoji. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[\p{Mn}\p{Me}\p{Cf}]/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** The widest line of a text table. */
export const textTableWidth = (table: Table): number =>
  Math.max(...(writeTextTable(table)[0] ?? "").split("\n").map(displayWidth));
