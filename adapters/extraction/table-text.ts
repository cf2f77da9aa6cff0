import type { Block } from "../../core/knowledge/text-extractor.ts";

type Table = Extract<Block, { kind: "table" }>;

/** One row in Markdown, with the cells' line breaks and bars made harmless. */
export const rowText = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replace(/\s+/g, " ").trim().replaceAll("|", "\\|")).join(" | ")} |`;

/** Column names with the rule under them, as Markdown renders a table. */
export const headerText = (cells: readonly string[]): string =>
  `${rowText(cells)}\n| ${cells.map(() => "---").join(" | ")} |`;

/** A table block in Markdown; `header` null where the columns have no names. Rows are padded to one width. */
export function tableBlock(
  header: readonly string[] | null,
  rows: readonly (readonly string[])[],
  page: number | null,
): Table {
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), header?.length ?? 0);
  const pad = (cells: readonly string[]): readonly string[] =>
    cells.length === width ? cells : [...cells, ...Array.from({ length: width - cells.length }, () => "")];
  return {
    kind: "table",
    header: header === null ? "" : headerText(pad(header)),
    rows: rows.map((row) => rowText(pad(row))),
    page,
  };
}
