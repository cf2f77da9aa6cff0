import type { Block } from "../../../core/knowledge/text-extractor.ts";
import { tableBlock } from "../table-text.ts";

/**
 * Blocks of a sheet or CSV file. Rows with one filled cell above the table are its title and notes; the first row with
 * two filled cells names the columns; blank rows and columns are left out.
 */
export function gridBlocks(grid: readonly (readonly string[])[]): readonly Block[] {
  const rows = grid
    .map((row) => row.map((cell) => cell.trim()))
    .filter((row) => row.some((cell) => cell !== ""));
  const start = rows.findIndex((row) => row.filter((cell) => cell !== "").length >= 2);
  if (start < 0)
    return rows.map((row) => ({
      kind: "paragraph",
      text: row.find((cell) => cell !== "") ?? "",
      page: null,
    }));
  const notes = rows
    .slice(0, start)
    .map((row): Block => ({ kind: "paragraph", text: row.join(" ").trim(), page: null }));
  const used = usedColumns(rows.slice(start));
  const [header = [], ...body] = rows.slice(start).map((row) => used.map((column) => row[column] ?? ""));
  return [...notes, body.length === 0 ? tableBlock(null, [header], null) : tableBlock(header, body, null)];
}

function usedColumns(rows: readonly (readonly string[])[]): readonly number[] {
  const used = new Set<number>();
  for (const row of rows) for (const [column, cell] of row.entries()) if (cell !== "") used.add(column);
  return [...used].sort((left, right) => left - right);
}
