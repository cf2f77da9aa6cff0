import { decodeEntities } from "../../../core/markdown/decode-entities.ts";

/** The words of Teams' HTML, a line for each of its paragraphs, list items and breaks. */
export const plainText = (html: string): string =>
  decodeEntities(
    html.replaceAll(/<(?:br|\/p|\/div|\/li|\/h\d|\/tr)\b[^<>]*>/gi, "\n").replaceAll(/<[^<>]*>/g, ""),
  )
    .replaceAll(/[^\S\n]+/g, " ")
    .replaceAll(/ ?\n\s*/g, "\n")
    .trim();
