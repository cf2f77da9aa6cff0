import type { MarkedToken, Token, Tokens } from "marked";

import { decodeEntities } from "./decode-entities.ts";
import { linkAddress } from "./link-address.ts";
import { withoutEdges } from "./word-edges.ts";

/** Text of one style. `\n` in it ends a line. */
export interface Run {
  readonly text: string;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly strike: boolean;
  readonly code: boolean;
  readonly url: string | null;
}

/** Where the source of `[n]` can be opened; null where it cannot. */
export type CitationUrl = (citation: number) => string | null;

type Style = Omit<Run, "text">;
export const plainStyle: Style = { bold: false, italic: false, strike: false, code: false, url: null };

/** The inline part of Markdown as runs: `[n]` links to its source, HTML stays text, pictures become links. */
export function inlineRuns(tokens: readonly Token[], citationUrl: CitationUrl): readonly Run[] {
  const runs: Run[] = [];
  collect(tokens, plainStyle, citationUrl, runs);
  return runs;
}

/** The runs of plain text in which only `[n]` means anything. */
export function textRuns(text: string, style: Style, citationUrl: CitationUrl): readonly Run[] {
  const runs: Run[] = [];
  addText(text, style, citationUrl, runs);
  return runs;
}

function collect(tokens: readonly Token[], style: Style, citationUrl: CitationUrl, runs: Run[]): void {
  for (const token of tokens as readonly MarkedToken[]) {
    switch (token.type) {
      case "strong":
        collect(token.tokens, { ...style, bold: true }, citationUrl, runs);
        break;
      case "em":
        collect(token.tokens, { ...style, italic: true }, citationUrl, runs);
        break;
      case "del":
        collect(token.tokens, { ...style, strike: true }, citationUrl, runs);
        break;
      case "codespan":
        add({ ...style, code: true, text: token.text.replaceAll("\n", " ") }, runs);
        break;
      case "br":
        add({ ...style, text: "\n" }, runs);
        break;
      case "link":
        addLink(token, style, citationUrl, runs);
        break;
      case "image": {
        const url = linkAddress(decodeEntities(token.href));
        const text = decodeEntities(token.text).trim() || (url ?? "");
        add({ ...style, url: style.url ?? url, text }, runs);
        break;
      }
      case "html":
        addText(token.text.replaceAll(/<br\s*\/?>/gi, "\n"), style, citationUrl, runs);
        break;
      case "escape":
        add({ ...style, text: token.text }, runs);
        break;
      case "checkbox":
        break;
      case "text":
        if (token.tokens) collect(token.tokens, style, citationUrl, runs);
        else addText(decodeEntities(token.text).replaceAll(/\s*\n\s*/g, " "), style, citationUrl, runs);
        break;
      default:
        addText(token.raw, style, citationUrl, runs);
    }
  }
}

/** Thai has no spaces: what follows a bare address directly is taken for a part of it, but is not. */
const addressEnd = /[\u0e00-\u0e7f]/;

function addLink(token: Tokens.Link, style: Style, citationUrl: CitationUrl, runs: Run[]): void {
  if (token.autolink === true) {
    const end = token.text.search(addressEnd);
    const text = end === -1 ? token.text : token.text.slice(0, end);
    const href = end === -1 ? token.href : token.href.slice(0, token.href.search(addressEnd));
    add({ ...style, url: style.url ?? linkAddress(href), text }, runs);
    if (end !== -1) addText(token.text.slice(end), style, citationUrl, runs);
    return;
  }
  // `[1]: https://…` below the text does not turn a citation into another link, and `[^1]` is no link.
  if (/^\[(?:\d{1,3}|\^[^\]]*)\]$/.test(token.raw)) {
    addText(token.raw, style, citationUrl, runs);
    return;
  }
  // Where a channel's labels have no formatting the link must be of one piece.
  const label: Run[] = [];
  collect(token.tokens, style, () => null, label);
  const url = style.url ?? linkAddress(decodeEntities(token.href));
  if (url === null) label.forEach((run) => add(run, runs));
  else
    add(
      {
        ...style,
        url,
        text:
          label
            .map(({ text }) => text)
            .join("")
            .replaceAll("\n", " ") || url,
      },
      runs,
    );
}

function addText(text: string, style: Style, citationUrl: CitationUrl, runs: Run[]): void {
  for (const [index, piece] of text.split(/\[(\d{1,3})\]/).entries()) {
    if (index % 2 === 0) add({ ...style, text: piece }, runs);
    else add({ ...style, text: `[${piece}]`, url: style.url ?? citationUrl(Number(piece)) }, runs);
  }
}

/** Joins what has one style, so that a marker knows its neighbours. */
function add(added: Run, runs: Run[]): void {
  const run = { ...added, text: withoutEdges(added.text) };
  if (run.text === "") return;
  const last = runs.at(-1);
  if (last !== undefined && last.url === null && sameStyle(last, run))
    runs[runs.length - 1] = { ...last, text: last.text + run.text };
  else runs.push(run);
}

const sameStyle = (one: Style, other: Style): boolean =>
  one.bold === other.bold &&
  one.italic === other.italic &&
  one.strike === other.strike &&
  one.code === other.code &&
  one.url === other.url;
