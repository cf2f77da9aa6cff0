import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";
import { type CitationUrl, inlineRuns, type Run } from "../../../core/markdown/inline-runs.ts";
import { withoutEdges, withWordEdges } from "../../../core/markdown/word-edges.ts";
import { escapeHtml } from "./escape-html.ts";

/**
 * Markdown (GFM, with `[n]` citation marks) as HTML that holds nothing but text, lists, tables and links that may be
 * opened: HTML in it shows as written, and pictures become links.
 */
export const markdownHtml = (markdown: string, citationUrl: CitationUrl = () => null): string =>
  blocks(new Lexer({ gfm: true }).lex(withWordEdges(markdown)), citationUrl);

const blocks = (tokens: readonly Token[], citationUrl: CitationUrl): string =>
  (tokens as readonly MarkedToken[]).map((token) => block(token, citationUrl)).join("");

function block(token: MarkedToken, citationUrl: CitationUrl): string {
  const inline = (inner: readonly Token[]): string => inlineRuns(inner, citationUrl).map(runHtml).join("");
  switch (token.type) {
    case "space":
    case "def":
    case "checkbox":
      return "";
    case "hr":
      return "<hr>";
    // The mail's own heading stands above.
    case "heading":
      return `<h2>${inline(token.tokens)}</h2>`;
    case "code":
      return `<pre><code>${escapeHtml(withoutEdges(token.text))}</code></pre>`;
    case "blockquote":
      return `<blockquote>${blocks(token.tokens, citationUrl)}</blockquote>`;
    case "list":
      return list(token, citationUrl);
    case "table":
      return table(token, inline);
    default:
      return `<p>${inline("tokens" in token && token.tokens ? token.tokens : [token])}</p>`;
  }
}

function list({ ordered, start, items }: Tokens.List, citationUrl: CitationUrl): string {
  const inner = items.map((item) => {
    const mark = item.task ? (item.checked === true ? "☑ " : "☐ ") : "";
    return `<li>${mark}${blocks(item.tokens, citationUrl)}</li>`;
  });
  const from = typeof start === "number" && start !== 1 ? ` start="${String(start)}"` : "";
  return ordered ? `<ol${from}>${inner.join("")}</ol>` : `<ul>${inner.join("")}</ul>`;
}

function table({ header, rows }: Tokens.Table, inline: (tokens: readonly Token[]) => string): string {
  const head = header.map(({ tokens }) => `<th scope="col">${inline(tokens)}</th>`).join("");
  const body = rows.map(
    (row) => `<tr>${row.map(({ tokens }) => `<td>${inline(tokens)}</td>`).join("")}</tr>`,
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

function runHtml({ text, bold, italic, strike, code, url }: Run): string {
  let html = escapeHtml(text).replaceAll("\n", "<br>");
  if (code) html = `<code>${html}</code>`;
  if (strike) html = `<s>${html}</s>`;
  if (italic) html = `<em>${html}</em>`;
  if (bold) html = `<strong>${html}</strong>`;
  return url === null ? html : `<a href="${escapeHtml(url)}">${html}</a>`;
}
