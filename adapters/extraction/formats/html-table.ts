import type { AnyNode, Element } from "./dom.ts";

import type { Block } from "../../../core/knowledge/text-extractor.ts";
import { tableBlock } from "../table-text.ts";
import { textOf } from "./html-text.ts";

type Table = Extract<Block, { kind: "table" }>;

const structural = new Set(["table", "h1", "h2", "h3", "h4", "h5", "h6", "pre"]);

/** A table that arranges the page instead of data: it holds tables, headings or code, or has a single column. */
export function isLayoutTable(table: Element): boolean {
  let widest = 0;
  for (const element of elementsIn(table)) {
    if (structural.has(element.name)) return true;
    if (element.name === "tr") widest = Math.max(widest, cellsOf(element).length);
  }
  return widest < 2;
}

/** A data table; its first row names the columns where it is marked so, or where the table has three rows and that row no gap. */
export function htmlTable(table: Element): { readonly caption: string; readonly table: Table } {
  let caption = "";
  const rows: { readonly cells: readonly string[]; readonly marked: boolean }[] = [];
  for (const element of elementsIn(table)) {
    if (element.name === "caption") caption = textOf(element);
    if (element.name !== "tr") continue;
    const cells = cellsOf(element);
    const texts = cells.map(textOf);
    if (texts.every((text) => text === "")) continue;
    const parent = element.parent;
    const inHead = parent !== null && "name" in parent && parent.name === "thead";
    rows.push({ cells: texts, marked: inHead || cells.every((cell) => cell.name === "th") });
  }
  const [first, ...rest] = rows;
  if (first === undefined) return { caption, table: tableBlock(null, [], null) };
  const named =
    first.marked ||
    (rest.length >= 2 &&
      first.cells.length >= 2 &&
      first.cells.every((cell) => cell !== "" && cell.length <= 60));
  const body = (named ? rest : rows).map((row) => row.cells);
  return { caption, table: tableBlock(named ? first.cells : null, body, null) };
}

const cellsOf = (row: Element): readonly Element[] =>
  row.children.filter(
    (child): child is Element => "name" in child && (child.name === "td" || child.name === "th"),
  );

/** All elements below, in document order. */
function* elementsIn(root: Element): Generator<Element> {
  const nodes: AnyNode[] = [...root.children].reverse();
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (!("name" in node) || !("children" in node)) continue;
    const element = node;
    yield element;
    for (let index = element.children.length - 1; index >= 0; index -= 1) {
      const child = element.children[index];
      if (child !== undefined) nodes.push(child);
    }
  }
}
