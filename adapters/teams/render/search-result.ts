import type { Citation } from "../../../core/answering/citation.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import type { Language } from "../../../core/text/language.ts";
import { type AdaptiveCard, heading, linked, makeCard, quiet } from "./card.ts";
import { jsonBytes, teamsLimits } from "./limits.ts";
import { paragraph, shownParagraphs } from "./paragraphs.ts";
import { plainWords } from "./plain-words.ts";
import { sourceAddress, sourceLine, type SourceUrl } from "./sources.ts";
import { attachmentOf, type CardAttachment } from "./teams-message.ts";
import { texts } from "./texts.ts";

/** What the message extension found: an answer, or a passage of a document. */
export interface Found {
  /** The question that was answered, or the document's title. Plain text. */
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly sources: readonly Citation[];
}

/** A found answer as the card that is put into a message, and the line that the list shows of it. */
export interface SearchResult extends CardAttachment {
  readonly preview: {
    readonly contentType: "application/vnd.microsoft.card.thumbnail";
    readonly content: { readonly title: string; readonly text: string };
  };
}

const longestTitle = 200;
const longestPreview = 200;
/** Characters of an answer that a card in the midst of a message shows. */
const longestText = 4_000;

/** Results as the answer to the invoke that asks for them. */
export const searchAnswer = (results: readonly SearchResult[]) =>
  ({
    composeExtension: { type: "result", attachmentLayout: "list", attachments: [...results] },
  }) as const;

export function renderSearchResult(found: Found, language: Language, sourceUrl: SourceUrl): SearchResult {
  const title = shorten(found.title.replaceAll(/\s+/g, " ").trim(), longestTitle);
  const content = {
    title: withoutTags(title),
    text: withoutTags(shorten(plainWords(found.text), longestPreview)),
  };
  return {
    ...attachmentOf(foundCard(found, title, language, sourceUrl)),
    preview: { contentType: "application/vnd.microsoft.card.thumbnail", content },
  };
}

/** Teams may read the line of the list as HTML: signs that look like its brackets and are none. */
const withoutTags = (text: string): string => text.replaceAll("<", "‹").replaceAll(">", "›");

function foundCard(
  { text, sources }: Found,
  title: string,
  language: Language,
  sourceUrl: SourceUrl,
): AdaptiveCard {
  const words = texts[language];
  const cardWith = (length: number): AdaptiveCard => {
    const paragraphs = shownParagraphs(text, length);
    const shortened = paragraphs.join("").length < shownParagraphs(text, Infinity).join("").length;
    return makeCard({
      language,
      body: [
        heading(title),
        ...paragraphs.map(paragraph),
        ...(shortened ? [quiet(words.shortened)] : []),
        ...(sources.length === 0 ? [] : [heading(words.sources, "medium")]),
        ...sources
          .slice(0, teamsLimits.citations)
          .map((source) => linked(sourceLine(source, words), sourceAddress(source, sourceUrl))),
      ],
    });
  };
  let length = longestText;
  let card = cardWith(length);
  while (jsonBytes(card) > teamsLimits.cardBytes && length > 1)
    card = cardWith((length = Math.floor(length / 2)));
  return card;
}
