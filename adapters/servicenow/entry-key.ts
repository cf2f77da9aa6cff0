import { createHash } from "node:crypto";

/** The last line of what this product writes into a journal, by which it knows its own and writes none twice. */
export const markerOf = (key: string): string =>
  `The Expert · ${createHash("sha256").update(key).digest("hex").slice(0, 16)}`;

const marker = /(?:^|\n)The Expert · [0-9a-f]{16}\s*$/;

export const isOurs = (text: string): boolean => marker.test(text);
/** An entry as people read it. */
export const withoutMarker = (text: string): string => text.replace(marker, "").trim();
