import { splitEnglish } from "./english-sentences.ts";
import { splitThai } from "./thai-sentences.ts";

/** A quotable piece of a text: `text` is exactly what stands between the offsets, without surrounding space. */
export interface Sentence {
  readonly text: string;
  /** Offset of the first character, in UTF-16 units. */
  readonly start: number;
  /** Offset behind the last character. */
  readonly end: number;
  readonly kind: "sentence" | "heading" | "item" | "code" | "row";
}

interface Block {
  readonly kind: Sentence["kind"];
  readonly start: number;
  end: number;
}

const fence = /^\s*(?:```|~~~)/;
const heading = /^\s{0,3}#{1,6}\s/;
const item = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+/;
const row = /^\s*\|.*\|\s*$/;
const ruler = /^[\s|:=*_-]*$/;
const blank = /^\s*$/;
const indented = /^(?: {2,}|\t)/;
const thai = /[\u0e00-\u0e7f]/;

/** A list item longer than this is quoted sentence by sentence. */
const longestItem = 300;

/**
 * Cuts a text into sentences. English ends at a full stop, question or exclamation mark; Thai, which has none, at
 * spaces once a clause is long enough. A list item, a heading, a table row and a code block each stay in one piece.
 */
export function splitSentences(text: string): Sentence[] {
  return findBlocks(text).flatMap((block) => {
    const length = block.end - block.start;
    const whole = block.kind !== "sentence" && !(block.kind === "item" && length > longestItem);
    if (whole) return trimmed(text, block.start, block.end, block.kind);
    const content = text.slice(block.start, block.end);
    const cuts = thai.test(content) ? splitThai(content) : splitEnglish(content);
    const ends = [...cuts, content.length];
    return ends.flatMap((end, index) =>
      trimmed(text, block.start + (ends[index - 1] ?? 0), block.start + end, block.kind),
    );
  });
}

function findBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  let inFence = false;
  let start = 0;
  for (const line of text.split("\n")) {
    const end = start + line.length;
    if (inFence) {
      open!.end = end;
      if (fence.test(line)) {
        inFence = false;
        open = null;
      }
    } else if (blank.test(line)) {
      open = null;
    } else {
      const kind = kindOf(line, open);
      if (kind === "code") inFence = true;
      if (kind === "continued") open!.end = end;
      else if (kind !== "ruler") blocks.push((open = { kind, start, end }));
      if (kind === "heading" || kind === "row" || kind === "ruler") open = null;
    }
    start = end + 1;
  }
  return blocks;
}

function kindOf(line: string, open: Block | null): Sentence["kind"] | "continued" | "ruler" {
  if (fence.test(line)) return "code";
  if (ruler.test(line)) return "ruler";
  if (heading.test(line)) return "heading";
  if (row.test(line)) return "row";
  if (item.test(line)) return "item";
  if (open?.kind === "sentence" || (open?.kind === "item" && indented.test(line))) return "continued";
  return "sentence";
}

function trimmed(text: string, from: number, to: number, kind: Sentence["kind"]): Sentence[] {
  const raw = text.slice(from, to);
  const content = raw.trim();
  if (content === "") return [];
  const start = from + raw.indexOf(content);
  return [{ text: content, start, end: start + content.length, kind }];
}
