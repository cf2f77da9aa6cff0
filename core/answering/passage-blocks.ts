/** A part of a passage's text, by its structure. Offsets are UTF-16, `end` exclusive. */
export interface PassageBlock {
  readonly kind: "heading" | "paragraph" | "list" | "code" | "table";
  readonly start: number;
  readonly end: number;
  /** Of a list: is it numbered? */
  readonly ordered: boolean;
  /** The items of a list with all that belongs to them, the rows of a table. */
  readonly parts: readonly { readonly start: number; readonly end: number }[];
  /** Of a table: its first row, where a rule below it says that it names the columns. */
  readonly header: { readonly start: number; readonly end: number } | null;
}

interface Mutable extends PassageBlock {
  end: number;
  readonly parts: { readonly start: number; end: number }[];
  header: { readonly start: number; readonly end: number } | null;
}

const fence = /^\s*(`{3,}|~{3,})/;
const heading = /^\s{0,3}#{1,6}\s/;
const item = /^(\s*)(?:[-*+•‣◦]|(\d{1,3}[.)]|#\.|[a-zA-Z][.)]))\s+\S/;
const row = /^\s*\|.*\||^[^|\n]+ \| [^|\n]+(?: \| |$)|^[^\t\n]+\t[^\t\n]+/;
const rule = /^[\s|:+=-]+$/;

/** Reads Markdown-like text into blocks: paragraphs, lists with their items (code and indented text included), code, tables. */
export function passageBlocks(text: string): readonly PassageBlock[] {
  const blocks: Mutable[] = [];
  let open: Mutable | null = null;
  let closing: string | null = null;
  let blank = false;

  const close = (): void => {
    open = null;
  };
  const begin = (kind: PassageBlock["kind"], start: number, end: number, ordered = false): Mutable => {
    const block: Mutable = { kind, start, end, ordered, parts: [], header: null };
    blocks.push(block);
    open = block;
    return block;
  };
  const extend = (block: Mutable, end: number): void => {
    block.end = end;
    const last = block.parts.at(-1);
    if (last !== undefined) last.end = end;
  };

  for (const { line, start, end } of lines(text)) {
    const current = open as Mutable | null;
    if (closing !== null) {
      if (current !== null) extend(current, end);
      if (line.trim().startsWith(closing)) {
        closing = null;
        if (current?.kind === "code") close();
      }
      blank = false;
      continue;
    }
    if (line.trim() === "") {
      if (current !== null && current.kind !== "list") close();
      blank = true;
      continue;
    }
    const fenced = fence.exec(line);
    const indented = /^(?: {2}|\t)/.test(line);
    if (fenced !== null) {
      closing = fenced[1] ?? "```";
      // Code between the steps of a list belongs to its step.
      if (current?.kind === "list" && (indented || !blank)) extend(current, end);
      else begin("code", start, end);
    } else if (heading.test(line)) {
      begin("heading", start, end);
      close();
    } else {
      const listed = item.exec(line);
      if (listed !== null) {
        const ordered = listed[2] !== undefined;
        const nested = current?.kind === "list" && (listed[1] ?? "").length >= 2 && current.parts.length > 0;
        if (nested) extend(current, end);
        else {
          const list: Mutable =
            current?.kind === "list" && (current.ordered === ordered || !blank)
              ? current
              : begin("list", start, end, ordered);
          list.end = end;
          list.parts.push({ start, end });
        }
      } else if (current?.kind === "list" && (indented || !blank)) {
        extend(current, end);
      } else if (row.test(line) && !rule.test(line)) {
        const table: Mutable = current?.kind === "table" ? current : begin("table", start, end);
        table.end = end;
        table.parts.push({ start, end });
      } else if (current?.kind === "table" && rule.test(line)) {
        // The rule belongs to the row of names: quoted together they stay a table.
        if (current.parts.length === 1) current.header = { start: current.start, end };
        current.end = end;
      } else if (current?.kind === "paragraph" && !blank) {
        current.end = end;
      } else {
        begin("paragraph", start, end);
      }
    }
    blank = false;
  }
  return blocks;
}

/** Lines with their offsets, trailing white space left out. */
function* lines(text: string): Generator<{ line: string; start: number; end: number }> {
  let start = 0;
  while (start <= text.length) {
    const stop = text.indexOf("\n", start);
    const next = stop === -1 ? text.length : stop;
    const line = text.slice(start, next).trimEnd();
    yield { line, start, end: start + line.length };
    start = next + 1;
  }
}
