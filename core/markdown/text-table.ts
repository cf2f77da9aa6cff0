import type { Tokens } from "marked";
import { type CitationUrl, inlineRuns, type Run } from "./inline-runs.ts";

export type Cell = readonly Run[];

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

export const cellText = (cell: Cell): string => cell.map(({ text }) => text).join("");
const gap = "  ";

/**
 * The table in monospaced text, for places that show no tables: a rule ends the header. Parts of about `longestPart`
 * characters, each with the header.
 */
export function writeTextTable({ align, header, rows }: Table, longestPart: number): readonly string[] {
  const cells = [header, ...rows].map((row) => row.map((cell) => cellText(cell).replaceAll(/\s+/g, " ")));
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
  Math.max(...(writeTextTable(table, 0)[0] ?? "").split("\n").map(displayWidth));
