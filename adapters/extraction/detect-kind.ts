import { archiveOrImage, legacyOffice, zipDocument } from "./detect-binary.ts";
import { decodeText, type DecodedText } from "./decode-text.ts";
import { refuse, refuseCorrupt } from "./refusal.ts";
import type { ZipContainer } from "./zip-container.ts";

export type TextKind = "markdown" | "plain" | "code" | "html" | "csv" | "mail" | "subtitles";

/** What a file really is, with what was already opened to find out. */
export type Detected =
  | { readonly kind: "pdf" }
  | { readonly kind: "docx" | "xlsx" | "pptx"; readonly zip: ZipContainer }
  | { readonly kind: "mail" }
  | { readonly kind: Exclude<TextKind, "mail">; readonly decoded: DecodedText };

export const kindByExtension: Readonly<Record<string, TextKind>> = {
  md: "markdown", markdown: "markdown", mdx: "markdown", mdown: "markdown",
  html: "html", htm: "html", xhtml: "html",
  csv: "csv", tsv: "csv", tab: "csv",
  eml: "mail", mht: "mail", mhtml: "mail",
  vtt: "subtitles",
  json: "code", yaml: "code", yml: "code", toml: "code", ini: "code", xml: "code", sql: "code", sh: "code", ps1: "code",
  py: "code", js: "code", ts: "code", java: "code", cs: "code", go: "code", rs: "code", c: "code", cpp: "code", h: "code",
}; // prettier-ignore

/** Extensions that promise something other than text: readable text under such a name is a lie or a broken download. */
const binaryExtensions = new Set(
  "pdf docx docm dotx xlsx xlsm xltx pptx pptm doc xls ppt odt ods odp epub msg zip gz 7z rar tar bz2 xz png jpg jpeg gif bmp tif tiff webp heic mp3 mp4 mov avi wav exe dll".split(" "),
); // prettier-ignore

/** The last extension of a file name, lower case, without the dot; "" without one. */
export const extensionOf = (name: string): string =>
  /\.([A-Za-z0-9]{1,10})$/.exec(name.trim())?.[1]?.toLowerCase() ?? "";

/**
 * Decides by content first, then by name. Throws a refusal for everything that is not read:
 * archives, images, legacy and foreign formats, encrypted containers, text in no readable encoding.
 */
export async function detectKind(name: string, content: Uint8Array): Promise<Detected> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const extension = extensionOf(name);
  if (bytes.subarray(0, 1024).includes("%PDF-")) return { kind: "pdf" };
  if (bytes.subarray(0, 2).toString("latin1") === "PK" && [3, 5, 7].includes(bytes[2] ?? 0))
    return zipDocument(bytes, extension);
  legacyOffice(bytes);
  archiveOrImage(bytes, extension);
  return detectText(bytes, extension);
}

function detectText(bytes: Buffer, extension: string): Detected {
  const start = bytes
    .subarray(0, 1024)
    .toString("latin1")
    .replace(/^\xEF\xBB\xBF/, "")
    .trimStart();
  if (start.startsWith("{\\rtf")) {
    throw refuse(
      "document_unsupported",
      "Rich Text (.rtf) is not read.",
      "Save it as .docx or PDF and upload that.",
    );
  }
  if (
    extension === "mbox" ||
    (extension !== "eml" &&
      start.startsWith("From ") &&
      /^(?:Received|Return-Path|From|Message-I[Dd]):/m.test(start))
  ) {
    throw refuse(
      "document_unsupported",
      "Mailboxes (.mbox) are not read.",
      "Export the messages as .eml files and upload those.",
    );
  }
  if (binaryExtensions.has(extension) && !/^<(?:!doctype html|html)/i.test(start)) {
    throw refuseCorrupt(`The file is named .${extension} but its content is something else.`);
  }
  const named = kindByExtension[extension];
  if (named === "mail") return { kind: "mail" };
  const kind = kindOfText(start, named);
  return { kind, decoded: decodeText(bytes, { html: kind === "html", extension }) };
}

function kindOfText(start: string, named: TextKind | undefined): Exclude<TextKind, "mail"> {
  if (start.startsWith("WEBVTT")) return "subtitles";
  const looksLikeHtml =
    /^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]{0,500}?-->\s*)?<(?:!doctype html|html)[\s>]/i.test(start);
  if (looksLikeHtml && named !== "markdown") return "html";
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!doctype svg[^>]*>\s*)?<svg[\s>]/i.test(start)) {
    throw refuse(
      "document_image_only",
      "The file is a drawing (SVG), not a document.",
      "Upload the document that the drawing belongs to.",
    );
  }
  return named === undefined || named === "mail" ? "plain" : named;
}
