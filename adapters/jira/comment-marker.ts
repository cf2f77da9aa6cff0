import { createHash } from "node:crypto";

/**
 * The last line of what this product writes, by which it knows its comments and writes none twice. In the text and not in
 * a comment property: those come back with a list of comments only by an expansion that Cloud does not document, and one by
 * one they would cost a request for each comment; also, the account may be a colleague's own, so that the author tells
 * nothing.
 */
export const markerOf = (key: string): string =>
  `The Expert · ${createHash("sha256").update(key).digest("hex").slice(0, 16)}`;

const marker = /(?:^|\n)\s*[*_]*(The Expert · [0-9a-f]{16})[*_]*\s*$/;

/** The marker that a comment ends with; null where somebody else wrote it. */
export const markerIn = (markdown: string): string | null => marker.exec(markdown)?.[1] ?? null;

/** A comment as people read it. */
export const withoutMarker = (markdown: string): string => markdown.replace(marker, "").trim();
