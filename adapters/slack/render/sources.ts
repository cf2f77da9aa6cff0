import type { ContextBlock } from "@slack/types";

import type { Citation } from "../../../core/answering/citation.ts";
import type { NearestDocument, Reply } from "../../../core/conversation/reply.ts";
import { plainFromMrkdwn } from "./from-mrkdwn.ts";
import { slackLimits } from "./limits.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { context } from "./split-blocks.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { texts } from "./texts.ts";
import { toMrkdwn } from "./to-mrkdwn.ts";
import { writePlain } from "./write-mrkdwn.ts";

/** Where a source can be opened by whoever reads the message; null where it cannot. */
export type SourceUrl = (source: Citation | NearestDocument) => string | null;

/** A phone shows about two lines of it. */
const longestTitle = 120;
const longestQuote = 160;

/** The address of a citation: the company's document, or the file that came with the question. */
export function citationAddress(citation: Citation, sourceUrl: SourceUrl): string | null {
  const url = citation.link ?? sourceUrl(citation);
  return url === null ? null : linkAddress(url);
}

/**
 * `[1] Title › Heading (p. 3)` as a link, and below it the quote, shortened, unless the answer itself quotes it; none
 * where nothing is cited.
 */
export function sourceBlocks(
  { text, citations, language }: Pick<Extract<Reply, { kind: "answer" }>, "text" | "citations" | "language">,
  sourceUrl: SourceUrl,
): readonly ContextBlock[] {
  if (citations.length === 0) return [];
  const words = texts[language];
  const said = lettersOf(plainWords(text));
  const entries = citations.map((citation) => {
    const page = citation.page === null ? "" : ` (${words.page(citation.page)})`;
    const label = `[${citation.number}] ${titleOf(citation)}${page}`;
    const quoted = plainWords(citation.quote);
    const quote = said.includes(lettersOf(quoted).slice(0, longestQuote))
      ? ""
      : shorten(quoted, longestQuote);
    const link = writePlain(label, citationAddress(citation, sourceUrl));
    return quote === "" ? link : `${link}\n${writePlain(`“${quote}”`)}`;
  });
  return grouped([`*${words.sources}*`, ...entries]).map(context);
}

/** The documents that came nearest, as links; the reply's text says what they are. */
export function nearestBlocks(
  nearest: readonly NearestDocument[],
  sourceUrl: SourceUrl,
): readonly ContextBlock[] {
  const entries = nearest.map((document) => {
    const url = sourceUrl(document);
    return `• ${writePlain(titleOf(document), url === null ? null : linkAddress(url))}`;
  });
  return grouped(entries).map(context);
}

/** The title and the headings above the passage, the title once, in one line. */
const titleOf = ({ title, headingPath }: Pick<Citation, "title" | "headingPath">): string =>
  shorten(
    [title, ...headingPath.filter((heading) => heading !== title)].join(" › ").replaceAll(/\s+/g, " "),
    longestTitle,
  );

/** Between a table's header and its rows; in a quote with gaps it is no table any more. */
const tableRule = /^\s*\|(?:\s*:?-+:?\s*\|)+/gm;

/** A quote is Markdown as the document has it; here only its words matter. Of a table's row, the cells. */
const plainWords = (markdown: string): string =>
  plainFromMrkdwn(toMrkdwn(markdown.replaceAll(tableRule, "")))
    .replaceAll(/^\s*\|\s*|\s*\|\s*$/gm, "")
    .replaceAll(/\s*\|\s+…\s+\|\s*|\s+…\s+\|\s*/g, " … ")
    .replaceAll(/\s+\|\s+/g, " · ")
    .replaceAll(/─{3,}/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

/** By which texts are compared, whatever their layout. */
const lettersOf = (text: string): string => text.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, "");

/** Lines put together, as many to a text as a context block takes. */
function grouped(lines: readonly string[]): readonly string[] {
  const groups: string[] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= slackLimits.contextText)
      groups[groups.length - 1] = `${last}\n${line}`;
    else groups.push(line);
  }
  return groups;
}
