import type { Citation } from "../../../core/answering/citation.ts";
import type { Reply, Verified } from "../../../core/conversation/reply.ts";
import type { Language } from "../../../core/text/language.ts";
import type { Line, MailBlock } from "./mail-content.ts";
import { quiet, said } from "./mail-content.ts";
import type { MailLinks } from "./mail-context.ts";
import { texts } from "./texts.ts";

/** What rests on restricted documents stays in the product: nobody knows through whose hands a mail goes. */
export const mayBeMailed = (citations: readonly Pick<Citation, "label">[]): boolean =>
  citations.every(({ label }) => label !== "restricted");

/** What was answered, with what it rests on. */
export function replyBlocks(reply: Reply, pages: MailLinks, language: Language): readonly MailBlock[] {
  const words = texts[language];
  switch (reply.kind) {
    case "answer": {
      if (!mayBeMailed(reply.citations)) return [said(words.answerElsewhere), ...turnButton(pages, language)];
      const { verified } = reply;
      return [
        ...answerBlocks(reply, pages),
        ...(verified === undefined
          ? []
          : [{ kind: "quiet", line: [lineOf(verified, language), { moment: verified.at }] } as const]),
        ...sourceBlocks(reply.citations, pages, language),
      ];
    }
    case "not_found":
      return [
        said(reply.text),
        ...(reply.nearest.length === 0
          ? []
          : [
              {
                kind: "list",
                title: words.nearest,
                lines: reply.nearest.map((one) => [{ text: titleOf(one), url: pages.source(one) }]),
              } as const,
            ]),
      ];
    case "pending":
      return [said(reply.text)];
  }
}

const lineOf = ({ by, corrects }: Verified, language: Language): string =>
  corrects === true ? texts[language].corrected(by) : texts[language].verified(by);

/** The answer's words, their marks linked to what they rest on. */
export const answerBlocks = (
  { text, citations }: { readonly text: string; readonly citations: readonly Citation[] },
  pages: MailLinks,
): readonly MailBlock[] => [
  {
    kind: "markdown",
    markdown: text,
    urls: new Map(citations.map((citation) => [citation.number, sourceUrl(citation, pages)])),
  },
];

export function sourceBlocks(
  citations: readonly Citation[],
  pages: MailLinks,
  language: Language,
): readonly MailBlock[] {
  if (citations.length === 0) return [];
  const words = texts[language];
  const lines = citations.map((citation): Line => {
    const page = citation.page === null ? "" : ` (${words.page(citation.page)})`;
    const label = citation.label === undefined ? "" : ` · ${words.label[citation.label]}`;
    return [
      `[${String(citation.number)}] `,
      { text: titleOf(citation), url: sourceUrl(citation, pages) },
      `${page}${label}`,
    ];
  });
  return [{ kind: "list", title: words.sources, lines }];
}

/** Where the question is opened; without an address of the console, that one is to sign in. */
export function turnButton({ question: url }: MailLinks, language: Language): readonly MailBlock[] {
  const words = texts[language];
  return [url === null ? quiet(words.signIn) : { kind: "button", text: words.openQuestion, url }];
}

const sourceUrl = (citation: Citation, pages: MailLinks): string | null =>
  citation.link ?? pages.source(citation);

/** The title and the headings above the passage, the title once, in one line. */
const titleOf = ({ title, headingPath }: Pick<Citation, "title" | "headingPath">): string =>
  [title, ...headingPath.filter((one) => one !== title)].join(" › ").replaceAll(/\s+/g, " ").trim();
