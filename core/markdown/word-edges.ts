/** Counts as white space for the Markdown reader, and nobody writes it. */
const edge = "\ufeff";

const bold = /(?<![\\*])\*\*(?=[^\s*])([^*\n]+)(?<=[^\s*\\])\*\*(?!\*)/gu;
const word = /[\p{L}\p{M}\p{N}]/u;
const punctuation = /[\p{P}\p{S}]/u;

/**
 * By CommonMark's rules nothing bold begins or ends between punctuation and a letter, as in `**(คำ)**ต่อ`, but
 * languages without spaces are written so. This marks such places as the edge of a word.
 */
export const withWordEdges = (markdown: string): string => {
  const clean = withoutEdges(markdown);
  return clean.replaceAll(bold, (found, inner: string, at: number) => {
    const begins = word.test(clean.charAt(at - 1)) && punctuation.test(inner.charAt(0));
    const ends = word.test(clean.charAt(at + found.length)) && punctuation.test(inner.slice(-1));
    return `${begins ? edge : ""}${found}${ends ? edge : ""}`;
  });
};

/** The text without the marks of `withWordEdges`. */
export const withoutEdges = (text: string): string => text.replaceAll(edge, "");
