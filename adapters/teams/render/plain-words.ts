import { Lexer, type MarkedToken, type Token } from "marked";

import { decodeEntities } from "../../../core/markdown/decode-entities.ts";
import { inlineRuns } from "../../../core/markdown/inline-runs.ts";
import { withoutEdges, withWordEdges } from "../../../core/markdown/word-edges.ts";

/** Between a table's header and its rows; in a quote with gaps it is no table any more. */
const tableRule = /^\s*\|(?:\s*:?-+:?\s*\|)+/gm;

/** The words of Markdown alone, in one line; of a table's row, the cells. */
export const plainWords = (markdown: string): string =>
  wordsOf(new Lexer({ gfm: true }).lex(withWordEdges(markdown.replaceAll(tableRule, ""))))
    .join("\n")
    .replaceAll(/^\s*\|\s*|\s*\|\s*$/gm, "")
    .replaceAll(/\s*\|\s+…\s+\|\s*|\s+…\s+\|\s*/g, " … ")
    .replaceAll(/\s+\|\s+/g, " · ")
    .replaceAll(/\s+/g, " ")
    .trim();

const wordsOf = (tokens: readonly Token[]): readonly string[] =>
  (tokens as readonly MarkedToken[]).flatMap((token): readonly string[] => {
    switch (token.type) {
      case "space":
      case "def":
      case "hr":
      case "checkbox":
        return [];
      case "code":
        return [withoutEdges(token.text)];
      case "html":
        return [decodeEntities(token.text)];
      case "table":
        return [token.header, ...token.rows].map((row) => row.map((cell) => inline(cell.tokens)).join(" | "));
      case "list":
        return token.items.flatMap((item) => wordsOf(item.tokens));
      case "blockquote":
        return wordsOf(token.tokens);
      default:
        return [inline("tokens" in token && token.tokens ? token.tokens : [token])];
    }
  });

const inline = (tokens: readonly Token[]): string =>
  inlineRuns(tokens, () => null)
    .map(({ text }) => text)
    .join("");
