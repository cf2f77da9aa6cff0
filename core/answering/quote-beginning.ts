import type { Citation } from "./citation.ts";
import { type Answerer, extractive } from "./draft.ts";
import { passageBlocks } from "./passage-blocks.ts";
import { safeMarkdown } from "./safe-markdown.ts";

/** Files that are quoted, and about how many characters of each. The product's own choice. */
const filesQuoted = 3;
const quotedCharacters = 700;

/** Answers what a file says, without a model: with its beginning, verbatim, block by block. */
export const quoteBeginning: Answerer = ({ result }, onText) => {
  const opening = result.hits.filter(
    ({ passage }, at) => result.hits.findIndex((hit) => hit.passage.documentId === passage.documentId) === at,
  );
  const citations: Citation[] = [];
  const paragraphs = opening.slice(0, filesQuoted).flatMap(({ passage }) => {
    const quote = passage.text.slice(0, endOfBeginning(passage.text)).trim();
    if (quote === "") return [];
    const number = citations.length + 1;
    const { id: passageId, documentId, title, headingPath, page } = passage;
    citations.push({ number, passageId, documentId, title, headingPath, page, quote });
    const words = safeMarkdown(quote);
    // After code or a table the mark needs a line of its own.
    return [`${words}${/(?:```|~~~|\|)$/.test(words) ? "\n\n" : " "}[${String(number)}]`];
  });
  const text = paragraphs.join("\n\n");
  if (text !== "") onText(text);
  return Promise.resolve({ text, citations, answeredBy: extractive, complete: true });
};

/** As many whole blocks as fit; at least a part of the first. */
function endOfBeginning(text: string): number {
  const ends = passageBlocks(text).map(({ end }) => end);
  const last = ends.findLast((end) => end <= quotedCharacters);
  if (last !== undefined) return last;
  const first = Math.min(ends[0] ?? text.length, text.length);
  if (first <= quotedCharacters) return first;
  const words = text.slice(0, quotedCharacters).search(/\s\S*$/);
  return words > 0 ? words : quotedCharacters;
}
