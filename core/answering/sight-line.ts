import { shorten } from "../text/cut-text.ts";

/** Characters of what is said of pictures; the product's own choice. */
const longest = 300;

/**
 * What a model says that it sees, fit to stand in a reply: one line of plain words, without addresses, since whoever made
 * the picture may have written them there.
 */
export const sightLine = (text: string): string =>
  shorten(
    text
      .replaceAll(/\b[a-z][a-z\d+.-]*:\/\/\S*|\bwww\.\S+/gi, "…")
      .replaceAll(/[\\`*[\]<>|~]/g, " ")
      .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ")
      .trim(),
    longest,
  );
