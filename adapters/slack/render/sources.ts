import type { ContextBlock } from "@slack/types";

import type { Citation, NearestDocument } from "../../../core/conversation/reply.ts";
import type { Language } from "../../../core/text/language.ts";
import { plainFromMrkdwn } from "./from-mrkdwn.ts";
import { slackLimits } from "./limits.ts";
import { linkAddress } from "./link-address.ts";
import { context } from "./split-blocks.ts";
import { shorten } from "./split-text.ts";
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

/** `[1] Title › Heading (p. 3)` as a link, and below it the quote, shortened; none where nothing is cited. */
export function sourceBlocks(
  citations: readonly Citation[],
  sourceUrl: SourceUrl,
  language: Language,
): readonly ContextBlock[] {
  if (citations.length === 0) return [];
  const words = texts[language];
  const entries = citations.map((citation) => {
    const page = citation.page === null ? "" : ` (${words.page(citation.page)})`;
    const label = `[${citation.number}] ${titleOf(citation)}${page}`;
    const quote = shorten(plainWords(citation.quote), longestQuote);
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

/** A quote is Markdown as the document has it; here only its words matter. Of a table's row, the cells. */
const plainWords = (markdown: string): string =>
  plainFromMrkdwn(toMrkdwn(markdown))
    .replaceAll(/^\s*\|\s*|\s*\|\s*$/gm, "")
    .replaceAll(/\s+\|\s+/g, " · ")
    .replaceAll(/─{3,}/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

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
