import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";

import { decodeEntities } from "../../../core/markdown/decode-entities.ts";
import {
  type CitationUrl,
  inlineRuns,
  plainStyle,
  type Run,
  textRuns,
} from "../../../core/markdown/inline-runs.ts";
import { splitCode } from "../../../core/text/cut-text.ts";
import { splitRuns } from "./split-text.ts";
import { readTable, type Table } from "../../../core/markdown/text-table.ts";
import { writeTextTable } from "./table.ts";
import { withoutEdges, withWordEdges } from "../../../core/markdown/word-edges.ts";
import { writeFence, writeMrkdwn } from "./write-mrkdwn.ts";

/** A part of a message that is never broken further. */
export type Piece =
  | {
      readonly kind: "text";
      /** Mrkdwn of at most the limit asked for. */
      readonly text: string;
      /** It goes on from the piece before: one line end between them, not an empty line. */
      readonly goesOn: boolean;
      /** It must not end a message. */
      readonly heading: boolean;
    }
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "rule" };

interface Options {
  readonly citationUrl: CitationUrl;
  /** Longest text of a piece, in characters. */
  readonly limit: number;
}

/**
 * Markdown (GFM) as pieces of at most `limit` characters. A list breaks between its items, an item only where it is
 * longer than the limit by itself, a paragraph after a sentence or word; numbering goes on.
 */
export const markdownPieces = (markdown: string, options: Options): readonly Piece[] =>
  piecesOf(new Lexer({ gfm: true }).lex(withWordEdges(markdown)), options);

function piecesOf(tokens: readonly Token[], options: Options): readonly Piece[] {
  return (tokens as readonly MarkedToken[]).flatMap((token, at): readonly Piece[] => {
    switch (token.type) {
      case "space":
        return [];
      case "def":
        // A footnote; other definitions show nothing.
        return token.tag.startsWith("^")
          ? texts(split(textRuns(token.raw.trim(), plainStyle, options.citationUrl), options))
          : [];
      case "hr":
        return [{ kind: "rule" }];
      case "code":
        return [{ kind: "code", code: withoutEdges(token.text) }];
      case "table":
        return [{ kind: "table", table: readTable(token, options.citationUrl) }];
      case "heading":
        return texts(split(bold(inlineRuns(token.tokens, options.citationUrl)), options), true);
      case "list": {
        // Two lists that touch were meant as one, such as bullets that are not indented far enough.
        const touches = tokens[at - 1]?.type === "list";
        return texts(listUnits(token, 0, options)).map((piece, index) => ({
          ...piece,
          goesOn: index > 0 || touches,
        }));
      }
      case "blockquote":
        return texts(quoteUnits(token, options));
      case "html":
        return texts(split(htmlRuns(token.text, options), options));
      default:
        return texts(split(paragraphRuns(token, options), options));
    }
  });
}

const split = (runs: readonly Run[], { limit }: Options): readonly string[] => splitRuns(runs, limit);

const texts = (parts: readonly string[], heading = false): readonly Extract<Piece, { kind: "text" }>[] =>
  parts.map((text, index) => ({ kind: "text", text, goesOn: index > 0, heading }));

const bold = (runs: readonly Run[]): readonly Run[] => runs.map((run) => ({ ...run, bold: true }));

const htmlRuns = (html: string, { citationUrl }: Options): readonly Run[] =>
  textRuns(decodeEntities(html.trim()).replaceAll(/<br\s*\/?>/gi, "\n"), plainStyle, citationUrl);

const paragraphRuns = (token: MarkedToken, { citationUrl }: Options): readonly Run[] =>
  inlineRuns("tokens" in token && token.tokens ? token.tokens : [token], citationUrl);

const indentation = "    ";
const bullets = ["•", "◦", "▪\ufe0e"] as const;

/** One text per item; an item that is too long is several. */
function listUnits(list: Tokens.List, depth: number, options: Options): readonly string[] {
  const first = list.start === "" ? 1 : list.start;
  return list.items.flatMap((item, index) => {
    const number = list.ordered ? `${first + index}.` : null;
    const box = item.task ? (item.checked === true ? "✓" : "☐") : null;
    const bullet = bullets[Math.min(depth, bullets.length - 1)] ?? "•";
    const marker = [number, box].filter((part) => part !== null).join(" ") || bullet;
    const units = itemUnits(item, marker, depth, options);
    const whole = units.join("\n");
    return whole.length <= options.limit ? [whole] : units;
  });
}

function itemUnits(
  item: Tokens.ListItem,
  marker: string,
  depth: number,
  options: Options,
): readonly string[] {
  const indent = indentation.repeat(depth);
  const units: string[] = [];
  const addLines = (runs: readonly Run[]): void => {
    for (const chunk of splitRuns(runs, options.limit - indent.length - 40)) {
      const start = units.length === 0 ? `${indent}${marker} ` : `${indent}${indentation}`;
      units.push(start + chunk.replaceAll("\n", `\n${indent}${indentation}`));
    }
  };
  const addBelow = (parts: readonly string[]): void => {
    if (units.length === 0) units.push(`${indent}${marker}`);
    units.push(...parts);
  };
  for (const token of item.tokens as readonly MarkedToken[]) {
    switch (token.type) {
      case "space":
      case "def":
      case "checkbox":
        break;
      case "list":
        addBelow(listUnits(token, depth + 1, options));
        break;
      case "code":
        addBelow(fences(withoutEdges(token.text), options));
        break;
      case "table":
        addBelow(writeTextTable(readTable(token, () => null)).flatMap((part) => fences(part, options)));
        break;
      case "blockquote":
        addBelow(quoteUnits(token, options));
        break;
      case "html":
        addLines(htmlRuns(token.text, options));
        break;
      case "hr":
        addBelow([ruleText]);
        break;
      case "heading":
        addLines(bold(inlineRuns(token.tokens, options.citationUrl)));
        break;
      default:
        addLines(paragraphRuns(token, options));
    }
  }
  if (units.length === 0) addBelow([]);
  return units;
}

/** Code between fences, each part with its own. */
export function fences(code: string, { limit }: Pick<Options, "limit">): readonly string[] {
  const whole = writeFence(code);
  if (whole.length <= limit) return [whole];
  const parts = splitCode(code, Math.min(limit, Math.floor(code.length * 0.8)));
  return parts.flatMap((part) => fences(part, { limit }));
}

export const ruleText = "──────────";

/** A quote's lines, as many to a text as the limit allows. Slack has one level of quotes and no code block within. */
function quoteUnits(quote: Tokens.Blockquote, options: Options): readonly string[] {
  const inner = { ...options, limit: options.limit - 100 };
  const lines = piecesOf(quote.tokens, inner).flatMap((piece, index) => {
    const parts = quotedLines(piece, inner).map((line) =>
      /^>(?: |$)/.test(line) ? line : `> ${line}`.trimEnd(),
    );
    return index > 0 && !(piece.kind === "text" && piece.goesOn) ? [">", ...parts] : parts;
  });
  const units: string[] = [];
  for (const line of lines) {
    const last = units.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= options.limit)
      units[units.length - 1] = `${last}\n${line}`;
    else units.push(line);
  }
  return units;
}

function quotedLines(piece: Piece, { limit }: Options): readonly string[] {
  switch (piece.kind) {
    case "text":
      return piece.text.split("\n");
    case "rule":
      return [ruleText];
    case "code":
      return codeLines(piece.code, limit);
    case "table":
      return writeTextTable(piece.table).flatMap((part) => codeLines(part, limit));
  }
}

/** Each line as code by itself. Escaping makes a character at most five times as long. */
const codeLines = (code: string, limit: number): readonly string[] =>
  code
    .split("\n")
    .flatMap((line) => splitCode(line, Math.floor((limit - 2) / 5)))
    .map((text) => (text.trim() === "" ? "" : writeMrkdwn([{ ...plainStyle, code: true, text }])));
