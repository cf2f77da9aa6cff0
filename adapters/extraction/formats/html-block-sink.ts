import type { Block } from "../../../core/knowledge/text-extractor.ts";
import { fence } from "./plain-text.ts";

type Table = Extract<Block, { kind: "table" }>;

interface OpenList {
  readonly ordered: boolean;
  next: number;
  /** The marker of the item that has no line yet. */
  marker: string | null;
  /** Whether it has a line: lists that only hold another list do not indent it. */
  used: boolean;
}

/** Gathers running text into paragraphs, and items into one list block with Markdown markers and indentation. */
export class BlockSink {
  readonly #blocks: Block[] = [];
  readonly #lists: OpenList[] = [];
  #listLines: string[] = [];
  #running: string[] = [];

  text(text: string): void {
    this.#running.push(text.replace(/\s+/g, " "));
  }

  lineBreak(): void {
    this.#running.push("\n");
  }

  flush(): void {
    const text = this.#running
      .join("")
      .replace(/ *\n */g, "\n")
      .replace(/ {2,}/g, " ")
      .replace(/\u00AD/g, "")
      .trim();
    this.#running = [];
    if (text === "") return;
    if (this.#lists.length > 0) this.#itemLines(text.split("\n"));
    else this.#blocks.push({ kind: "paragraph", text, page: null });
  }

  heading(level: number, text: string): void {
    this.flush();
    if (text === "") return;
    if (this.#lists.length > 0) this.#itemLines([text]);
    else this.#blocks.push({ kind: "heading", level, text: text.replace(/\u00AD/g, ""), page: null });
  }

  code(text: string): void {
    this.flush();
    if (text.trim() === "") return;
    const fenced = fence(text.replace(/^\n+|\s+$/g, ""));
    if (this.#lists.length > 0) this.#itemLines(fenced.split("\n"));
    else this.#blocks.push({ kind: "code", text: fenced, page: null });
  }

  table(caption: string, table: Table): void {
    this.flush();
    if (caption !== "") {
      this.text(caption);
      this.flush();
    }
    if (this.#lists.length > 0)
      this.#itemLines([...(table.header === "" ? [] : table.header.split("\n")), ...table.rows]);
    else if (table.header !== "" || table.rows.length > 0) this.#blocks.push(table);
  }

  openList(ordered: boolean, start: number): void {
    this.flush();
    this.#lists.push({ ordered, next: Number.isSafeInteger(start) ? start : 1, marker: null, used: false });
  }

  openItem(): void {
    this.flush();
    const list = this.#lists.at(-1);
    if (list === undefined) return;
    list.marker = list.ordered ? `${list.next}. ` : "- ";
    list.next += 1;
  }

  closeList(): void {
    this.flush();
    this.#lists.pop();
    if (this.#lists.length > 0 || this.#listLines.length === 0) return;
    this.#blocks.push({ kind: "list", text: dedent(this.#listLines).join("\n"), page: null });
    this.#listLines = [];
  }

  finish(): readonly Block[] {
    this.flush();
    while (this.#lists.length > 0) this.closeList();
    return this.#blocks;
  }

  #itemLines(lines: readonly string[]): void {
    const list = this.#lists.at(-1);
    const depth = this.#lists.filter((outer, index) => outer.used && index < this.#lists.length - 1).length;
    const indent = "   ".repeat(Math.min(depth, 10));
    for (const line of lines) {
      this.#listLines.push(`${indent}${list?.marker ?? "   "}${line}`);
      if (list !== undefined) {
        list.marker = null;
        list.used = true;
      }
    }
  }
}

/** A list that starts below its outer levels would render as code. */
function dedent(lines: readonly string[]): readonly string[] {
  const indent = lines.reduce(
    (least, line) => Math.min(least, line.length - line.trimStart().length),
    Infinity,
  );
  return indent === 0 ? lines : lines.map((line) => line.slice(indent));
}
