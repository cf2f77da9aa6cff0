import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";

import { decodeEntities } from "../../../core/markdown/decode-entities.ts";
import { inlineRuns, plainStyle, type Run, textRuns } from "../../../core/markdown/inline-runs.ts";
import { splitRuns } from "../../../core/markdown/split-runs.ts";
import {
  cellText,
  readTable,
  type Table,
  textTableWidth,
  writeTextTable,
} from "../../../core/markdown/text-table.ts";
import { withoutEdges, withWordEdges } from "../../../core/markdown/word-edges.ts";
import { splitCode } from "../../../core/text/cut-text.ts";
import { writeFence, writeRuns } from "./write-markdown.ts";

/** A part of a text that is never broken further, as Teams' Markdown of at most the limit asked for. */
export interface Block {
  readonly kind: "text" | "code" | "heading" | "item" | "quote";
  readonly text: string;
  /** It goes on from the block before: one line end between them, not an empty line. */
  readonly goesOn: boolean;
}

/** Characters of a code block's line that a phone shows without scrolling far. */
const widestTextTable = 60;
const ruleText = "──────────";
/** Deep enough for every marker up to `99.`, and for readers that want four. */
const indentation = 4;
/** Of a limit, what is left for a block within an item: lines of one character become three times as long by indenting. */
const withinItem = (limit: number): number => Math.floor(limit / 3) - room;
/** Room for markers and fences around the text of a block within another. */
const room = 40;

/**
 * Markdown (GFM) as blocks of at most `limit` characters in what Teams shows of Markdown: headings are bold lines, narrow
 * tables monospaced, wide ones a list of their rows. `[n]` stays as it is. A list breaks between its items, an item only
 * where it is longer than the limit by itself; numbering goes on.
 */
export const markdownBlocks = (markdown: string, limit: number): readonly Block[] =>
  blocksOf(new Lexer({ gfm: true }).lex(withWordEdges(markdown)), limit);

const uncited = (): null => null;

function blocksOf(tokens: readonly Token[], limit: number): readonly Block[] {
  return (tokens as readonly MarkedToken[]).flatMap((token, at): readonly Block[] => {
    switch (token.type) {
      case "space":
      case "checkbox":
        return [];
      case "def":
        // A footnote; other definitions show nothing.
        return token.tag.startsWith("^") ? texts(textRuns(token.raw.trim(), plainStyle, uncited), limit) : [];
      case "hr":
        return [{ kind: "text", text: ruleText, goesOn: false }];
      case "code":
        return codeBlocks(withoutEdges(token.text), limit);
      case "table":
        return tableBlocks(readTable(token, uncited), limit);
      case "heading":
        return texts(bold(inlineRuns(token.tokens, uncited)), limit, "heading");
      case "list": {
        // Two lists that touch were meant as one, such as bullets that are not indented far enough.
        const touches = tokens[at - 1]?.type === "list";
        return listBlocks(token, limit).map((block, index) => ({ ...block, goesOn: index > 0 || touches }));
      }
      case "blockquote":
        return quoteBlocks(token, limit);
      case "html":
        return texts(htmlRuns(token.text), limit);
      default:
        return texts(inlineRuns("tokens" in token && token.tokens ? token.tokens : [token], uncited), limit);
    }
  });
}

const texts = (runs: readonly Run[], limit: number, kind: "text" | "heading" = "text"): readonly Block[] =>
  splitRuns(runs, limit, (some) => writeRuns(some)).map((text, index) => ({ kind, text, goesOn: index > 0 }));

const bold = (runs: readonly Run[]): readonly Run[] => runs.map((run) => ({ ...run, bold: true }));

const htmlRuns = (html: string): readonly Run[] =>
  textRuns(decodeEntities(html.trim()).replaceAll(/<br\s*\/?>/gi, "\n"), plainStyle, uncited);

function codeBlocks(code: string, limit: number): readonly Block[] {
  const longest = Math.max(3, ...(code.match(/`+/g) ?? []).map(({ length }) => length + 1));
  return splitCode(code, Math.max(1, limit - 2 * longest - 2)).map((part) => ({
    kind: "code",
    text: writeFence(part),
    goesOn: false,
  }));
}

function tableBlocks(table: Table, limit: number): readonly Block[] {
  if (textTableWidth(table) <= widestTextTable)
    return writeTextTable(table, limit - room).flatMap((part) => codeBlocks(part, limit));
  return table.rows.flatMap((row, index) =>
    itemBlocks("-", texts(rowRuns(table, row), withinItem(limit)), limit).map((block) => ({
      ...block,
      goesOn: index > 0,
    })),
  );
}

/** A row by itself: each column's name and cell in a line of their own, the first in bold. */
const rowRuns = ({ header }: Table, row: Table["rows"][number]): readonly Run[] =>
  row.flatMap((cell, index) => {
    const shown = cellText(cell).trim();
    const name = cellText(header[index] ?? []).trim();
    if (index > 0 && shown === "") return [];
    const lead = { ...plainStyle, text: `${index > 0 ? "\n" : ""}${name === "" ? "" : `${name}: `}` };
    return index === 0 ? bold([lead, ...cell]) : [lead, ...cell];
  });

function listBlocks(list: Tokens.List, limit: number): readonly Block[] {
  const first = list.start === "" ? 1 : list.start;
  return list.items.flatMap((item, index) => {
    const marker = list.ordered ? `${first + index}.` : "-";
    const inner = blocksOf(item.tokens, withinItem(limit));
    const box = item.task ? (item.checked === true ? "✓ " : "☐ ") : "";
    const [start, ...rest] = inner;
    const boxed = start?.kind === "text" ? [{ ...start, text: box + start.text }, ...rest] : inner;
    return itemBlocks(marker, boxed, limit);
  });
}

/** Kinds that end a paragraph without an empty line before them. */
const mayFollow: ReadonlySet<Block["kind"]> = new Set(["code", "item", "quote"]);

/** One block per item; an item that is too long is several. */
function itemBlocks(marker: string, inner: readonly Block[], limit: number): readonly Block[] {
  const depth = Math.max(indentation, marker.length + 1);
  const parts = inner.map((block, index): Block => {
    const indented = indent(block.text, depth);
    const text =
      index > 0
        ? indented
        : block.kind === "text" || block.kind === "heading"
          ? `${marker} ${indented.trimStart()}`
          : `${marker}\n${indented}`;
    return { kind: "item", text, goesOn: block.goesOn || mayFollow.has(block.kind) };
  });
  if (parts.length === 0) return [{ kind: "item", text: marker, goesOn: true }];
  const whole = joinBlocks(parts);
  return whole.length <= limit ? [{ kind: "item", text: whole, goesOn: true }] : parts;
}

const indent = (text: string, depth: number): string => text.replaceAll(/^(?=.)/gm, " ".repeat(depth));

/** A quote's blocks, as many to one as the limit allows. */
function quoteBlocks(quote: Tokens.Blockquote, limit: number): readonly Block[] {
  const inner = blocksOf(quote.tokens, limit / 2 - room);
  const quoted: Block[] = [];
  for (const block of inner) {
    const last = quoted.at(-1);
    const text = block.text.replaceAll(/^/gm, "> ").replaceAll(/ +$/gm, (end) => (end === "  " ? end : ""));
    const joined = last === undefined ? text : `${last.text}\n${block.goesOn ? "" : ">\n"}${text}`;
    if (last !== undefined && joined.length <= limit) quoted[quoted.length - 1] = { ...last, text: joined };
    else quoted.push({ kind: "quote", text, goesOn: false });
  }
  return quoted;
}

/** Blocks as one text. */
export const joinBlocks = (blocks: readonly Block[]): string =>
  blocks.reduce(
    (text, block) => `${text}${text === "" ? "" : block.goesOn ? "\n" : "\n\n"}${block.text}`,
    "",
  );
