import type { Citation } from "../../../core/answering/citation.ts";
import type { NearestDocument } from "../../../core/conversation/reply.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import type { Texts } from "./card-texts.ts";

/** Where a source can be opened by whoever reads the message; null where it cannot. */
export type SourceUrl = (source: Citation | NearestDocument) => string | null;

/** A phone shows about two lines of it. */
const longestTitle = 120;

/** The address of a source: the company's document, or the file that came with the question. */
export function sourceAddress(source: Citation | NearestDocument, sourceUrl: SourceUrl): string | null {
  const url = ("link" in source ? source.link : undefined) ?? sourceUrl(source);
  return url === null ? null : linkAddress(url);
}

/** The title and the headings above the passage, the title once, in one line. */
export const titleOf = ({ title, headingPath }: Pick<Citation, "title" | "headingPath">): string =>
  [title, ...headingPath.filter((one) => one !== title)].join(" › ").replaceAll(/\s+/g, " ").trim();

/** `[1] Title › Heading (p. 3) · Confidential` */
export function sourceLine(citation: Citation, words: Texts): string {
  const page = citation.page === null ? "" : ` (${words.page(citation.page)})`;
  const label = citation.label ? ` · ${words.label[citation.label].name}` : "";
  return `[${String(citation.number)}] ${shorten(titleOf(citation), longestTitle)}${page}${label}`;
}

export const nearestLine = (document: NearestDocument): string => shorten(titleOf(document), longestTitle);
