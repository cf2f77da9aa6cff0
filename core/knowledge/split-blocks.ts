import { sliceText } from "./split-long-text.ts";
import type { TokenCounter } from "./split-tokens.ts";
import type { Block } from "./text-extractor.ts";

/** Text that stays in one passage. */
export interface Piece {
  readonly text: string;
  readonly tokens: number;
  readonly page: number | null;
  /** What stands between it and a piece before it in the same passage. */
  readonly glue: string;
  readonly kind: Block["kind"];
}

/** A block whole where it fits in `limit` tokens, else cut where its kind allows. */
export function piecesOf(
  block: Exclude<Block, { kind: "heading" }>,
  limit: number,
  overlap: number,
  count: TokenCounter,
): readonly Piece[] {
  const text = block.kind === "table" ? tableText(block.header, block.rows) : block.text;
  const tokens = count(text);
  if (tokens <= limit) return [{ text, tokens, page: block.page, glue: "\n\n", kind: block.kind }];
  // Prose leaves room for the end of the passage before.
  const texts = cutBlock(block, block.kind === "paragraph" ? limit - overlap : limit, count);
  return texts.map(({ text: part, glue }, index) => ({
    text: part,
    tokens: count(part),
    page: block.page,
    glue: index === 0 ? "\n\n" : glue,
    kind: block.kind,
  }));
}

interface Cut {
  readonly text: string;
  readonly glue: string;
}

function cutBlock(
  block: Exclude<Block, { kind: "heading" }>,
  limit: number,
  count: TokenCounter,
): readonly Cut[] {
  switch (block.kind) {
    case "paragraph":
      return sliceText(block.text, limit, count).map((text) => ({ text, glue: "" }));
    case "list":
      return listItems(block.text).flatMap((item) =>
        count(item) <= limit ? [{ text: item, glue: "\n" }] : cutItem(item, limit, count),
      );
    case "code":
      return cutCode(block.text, limit, count).map((text) => ({ text, glue: "\n\n" }));
    case "table":
      return cutTable(block.header, block.rows, limit, count).map((text) => ({ text, glue: "\n\n" }));
  }
}

const tableText = (header: string, rows: readonly string[]): string =>
  (header === "" ? rows : [header, ...rows]).join("\n");

const marker = /^(\s*)(?:[-*+•]|\d{1,9}[.)])\s/;
const fence = /^\s*(`{3,}|~{3,})/;

/** Items of the outermost list, each with everything indented below it. */
function listItems(text: string): readonly string[] {
  const lines = text.split("\n");
  const indent = lines.reduce(
    (least, line) => Math.min(least, marker.exec(line)?.[1]?.length ?? Infinity),
    Infinity,
  );
  const items: string[][] = [];
  let closing: string | null = null;
  for (const line of lines) {
    const marks = fence.exec(line)?.[1];
    const starts = closing === null && marker.exec(line)?.[1]?.length === indent;
    if (starts || items.length === 0) items.push([line]);
    else items.at(-1)?.push(line);
    if (marks !== undefined) closing = closing === null ? marks : line.trim() === closing ? null : closing;
  }
  return items.map((item) => item.join("\n").replace(/\n+$/, ""));
}

/** An item that alone exceeds the limit: by its lines, a longer line by sentences. */
function cutItem(item: string, limit: number, count: TokenCounter): readonly Cut[] {
  const groups = groupLines(item.split("\n"), limit, count);
  return groups.flatMap((group) =>
    count(group) <= limit
      ? [{ text: group, glue: "\n" }]
      : sliceText(group, limit, count).map((text, index) => ({ text, glue: index === 0 ? "\n" : "" })),
  );
}

/** Code by its lines, each part inside fences of its own. */
function cutCode(text: string, limit: number, count: TokenCounter): readonly string[] {
  const lines = text.split("\n");
  const opening = lines[0] ?? "";
  const fenced = fence.test(opening);
  const closing = fenced ? (fence.exec(opening)?.[1] ?? "```") : "";
  const closed = fenced && lines.length > 1 && lines.at(-1)?.trim().startsWith(closing) === true;
  const inner = fenced ? lines.slice(1, closed ? -1 : undefined) : lines;
  const room = Math.max(16, limit - count(opening) - 4);
  const parts = groupLines(inner, room, count).flatMap((part) =>
    count(part) <= room ? [part] : sliceText(part, room, count),
  );
  if (parts.length === 0) return sliceText(text, limit, count);
  return fenced ? parts.map((part) => `${opening}\n${part.replace(/\n$/, "")}\n${closing}`) : parts;
}

/** Rows under a repeated header; a row that alone exceeds the limit is cut as text. */
function cutTable(
  header: string,
  rows: readonly string[],
  limit: number,
  count: TokenCounter,
): readonly string[] {
  const headerTokens = header === "" ? 0 : count(header);
  // A header that takes half of each passage says more than the rows: it stands once, as text.
  const repeats = headerTokens <= limit / 2;
  const room = repeats ? limit - headerTokens - 1 : limit;
  const parts = groupLines(rows, room, count).flatMap((part) =>
    count(part) <= room ? [part] : sliceText(part, room, count),
  );
  if (!repeats) return [...sliceText(header, limit, count), ...parts];
  return parts.map((part) => (header === "" ? part : `${header}\n${part}`));
}

/** Runs of lines that fit; a line that does not fit alone is a run of its own. */
function groupLines(lines: readonly string[], limit: number, count: TokenCounter): readonly string[] {
  const groups: string[] = [];
  let current: string[] = [];
  let tokens = 0;
  for (const line of lines) {
    const size = count(line) + 1;
    if (current.length > 0 && tokens + size > limit) {
      groups.push(current.join("\n"));
      current = [];
      tokens = 0;
    }
    current.push(line);
    tokens += size;
  }
  if (current.length > 0) groups.push(current.join("\n"));
  return groups.filter((group) => group.trim() !== "");
}
