import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";
import { decodeEntities } from "../../../core/markdown/decode-entities.ts";
import { inlineRuns, plainStyle, type Run, textRuns } from "../../../core/markdown/inline-runs.ts";
import { readTable, type Table } from "../../../core/markdown/text-table.ts";
import { withoutEdges, withWordEdges } from "../../../core/markdown/word-edges.ts";

/** A text in parts that both of Jira's formats have. */
export type Block =
  | { readonly kind: "paragraph"; readonly runs: readonly Run[] }
  | { readonly kind: "heading"; readonly level: number; readonly runs: readonly Run[] }
  | { readonly kind: "code"; readonly text: string; readonly language: string | null }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | {
      readonly kind: "list";
      /** Null: bullets. */
      readonly start: number | null;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "rule" };

const uncited = (): null => null;

/** Without what no database of Jira's keeps: control characters, and halves of characters. */
export const keepable = (text: string): string =>
  text.replaceAll(/(?![\n\t])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, "");

export const plainRun = (text: string, style: Partial<Omit<Run, "text">> = {}): Run => ({
  ...plainStyle,
  ...style,
  text: keepable(text),
});

export const paragraph = (...runs: readonly Run[]): Block => ({ kind: "paragraph", runs });

/** Markdown (GFM) as blocks. HTML stays text, pictures become links, addresses that no page may open become text. */
export const markdownBlocks = (markdown: string): readonly Block[] =>
  blocksOf(new Lexer({ gfm: true }).lex(withWordEdges(keepable(markdown))));

/** Nested deeper than this is written at the last depth: nobody reads more, and a stack is not endless. */
const deepest = 6;

function blocksOf(tokens: readonly Token[], depth = 0): readonly Block[] {
  return (tokens as readonly MarkedToken[]).flatMap((token): readonly Block[] => {
    switch (token.type) {
      case "space":
      case "checkbox":
        return [];
      case "def":
        return token.tag.startsWith("^") ? texts(textRuns(token.raw.trim(), plainStyle, uncited)) : [];
      case "hr":
        return [{ kind: "rule" }];
      case "code":
        return [{ kind: "code", text: withoutEdges(token.text), language: languageOf(token.lang) }];
      case "heading": {
        const runs = inlineRuns(token.tokens, uncited);
        return runs.length === 0 ? [] : [{ kind: "heading", level: token.depth, runs }];
      }
      case "table":
        return [{ kind: "table", table: readTable(token, uncited) }];
      case "list":
        return depth >= deepest ? texts([plainRun(token.raw)]) : [listOf(token, depth)];
      case "blockquote":
        return depth >= deepest
          ? texts([plainRun(token.raw)])
          : [{ kind: "quote", blocks: blocksOf(token.tokens, depth + 1) }];
      case "html":
        return texts(
          textRuns(decodeEntities(token.text.trim()).replaceAll(/<br\s*\/?>/gi, "\n"), plainStyle, uncited),
        );
      default:
        return texts(inlineRuns("tokens" in token && token.tokens ? token.tokens : [token], uncited));
    }
  });
}

const texts = (runs: readonly Run[]): readonly Block[] =>
  runs.every(({ text }) => text.trim() === "") ? [] : [{ kind: "paragraph", runs }];

/** Names that both formats take; another one could begin a macro's arguments. */
const languageOf = (name: string | undefined): string | null =>
  name !== undefined && /^[a-z]{1,16}$/.test(name) ? name : null;

function listOf(list: Tokens.List, depth: number): Block {
  const items = list.items.map((item): readonly Block[] => {
    const blocks = blocksOf(item.tokens, depth + 1);
    if (!item.task) return blocks;
    const box = plainRun(item.checked === true ? "✓ " : "☐ ");
    const [first, ...rest] = blocks;
    return first?.kind === "paragraph"
      ? [{ ...first, runs: [box, ...first.runs] }, ...rest]
      : [paragraph(box), ...blocks];
  });
  return { kind: "list", start: list.ordered ? (list.start === "" ? 1 : list.start) : null, items };
}

/** The block without bold, slanted, struck or coded words; links stay. */
export function unformatted(block: Block): Block {
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return { ...block, runs: plainRuns(block.runs) };
    case "quote":
      return { ...block, blocks: block.blocks.map(unformatted) };
    case "list":
      return { ...block, items: block.items.map((item) => item.map(unformatted)) };
    default:
      return block;
  }
}

function plainRuns(runs: readonly Run[]): readonly Run[] {
  const joined: Run[] = [];
  for (const { text, url } of runs) {
    const last = joined.at(-1);
    if (last?.url === null && url === null) joined[joined.length - 1] = plainRun(last.text + text);
    else joined.push(plainRun(text, { url }));
  }
  return joined;
}
