import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";
import { inlineRuns } from "../../core/markdown/inline-runs.ts";
import { readTable, writeTextTable } from "../../core/markdown/text-table.ts";
import { withoutEdges, withWordEdges } from "../../core/markdown/word-edges.ts";

/** Markdown as text for a field that shows none; without `[code]`, by which ServiceNow's journals show HTML. */
export const plainText = (markdown: string): string =>
  withoutCode(
    withoutEdges(blocks(new Lexer({ gfm: true }).lex(withWordEdges(markdown))).join("\n\n")),
  ).trim();

/** ServiceNow shows what stands between `[code]` and `[/code]` as HTML. */
export const withoutCode = (text: string): string => text.replaceAll(/\[(\/?)code\]/gi, "[$1\u200bcode]");

/** What ServiceNow's people wrote: of HTML in a journal, the words. */
export const journalText = (text: string): string =>
  text
    .replaceAll(/\[code\]([\s\S]*?)\[\/code\]/gi, (_whole, html: string) =>
      html
        .replaceAll(/<br\s*\/?>|<\/(p|div|li|tr|h\d)>/gi, "\n")
        .replaceAll(/<[^>]{0,2000}>/g, "")
        .replaceAll("&nbsp;", " ")
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&quot;", '"')
        .replaceAll("&#39;", "'")
        .replaceAll("&amp;", "&"),
    )
    .replaceAll("\r\n", "\n")
    .trim();

const blocks = (tokens: readonly Token[]): readonly string[] =>
  tokens.flatMap((token) => {
    const text = block(token as MarkedToken);
    return text === null ? [] : [text];
  });

function block(token: MarkedToken): string | null {
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "hr":
      return "―――";
    case "code":
      return token.text;
    case "blockquote":
      return blocks(token.tokens).join("\n\n").replaceAll(/^/gm, "> ");
    case "list":
      return list(token);
    case "table":
      return writeTextTable(readTable(token, noSource), Infinity).join("\n");
    case "heading":
    case "paragraph":
      return inline(token.tokens);
    case "text":
      return token.tokens ? inline(token.tokens) : token.text;
    default:
      return token.raw.trim();
  }
}

const list = ({ items, ordered, start }: Tokens.List): string =>
  items
    .map((item, index) => {
      const mark = ordered ? `${String((start === "" ? 1 : start) + index)}. ` : "- ";
      const box = item.task ? `[${item.checked === true ? "x" : " "}] ` : "";
      return (
        mark +
        box +
        blocks(item.tokens)
          .join("\n")
          .replaceAll("\n", `\n${" ".repeat(mark.length)}`)
      );
    })
    .join("\n");

const noSource = (): null => null;

/** A link's address stands behind its words. */
const inline = (tokens: readonly Token[]): string =>
  inlineRuns(tokens, noSource)
    .map(({ text, url }) => (url === null || url === text ? text : `${text} (${url})`))
    .join("");
