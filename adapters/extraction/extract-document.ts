import type { Block, ExtractedText, ExtractionInput } from "../../core/knowledge/text-extractor.ts";
import { detectKind, extensionOf, type Detected } from "./detect-kind.ts";
import { limits } from "./limits.ts";
import { refuseEmpty, refuseTooComplex } from "./refusal.ts";

/**
 * Reads one file in this process. Parsers are loaded when first needed, so that a process that only meets Markdown
 * stays small. Throws a refusal (`document_*`), or whatever a parser throws on damaged input.
 */
export async function extractDocument({ name, content }: ExtractionInput): Promise<ExtractedText> {
  if (content.length === 0) throw refuseEmpty();
  const extracted = await read(await detectKind(name, content), name, content);
  const blocks = extracted.blocks.map(cleanBlock).filter((block) => textLength(block) > 0);
  if (blocks.length === 0) throw refuseEmpty();
  const characters = blocks.reduce((sum, block) => sum + textLength(block), 0);
  if (characters > limits.textCharacters || blocks.length > limits.blocks) {
    throw refuseTooComplex(
      `The file holds more text than is read from one document (${limits.textCharacters / 1_000_000} million characters).`,
    );
  }
  return { title: extracted.title, blocks, warnings: extracted.warnings };
}

async function read(detected: Detected, name: string, content: Uint8Array): Promise<ExtractedText> {
  switch (detected.kind) {
    case "markdown":
      return (await import("./formats/markdown.ts")).readMarkdown(detected.decoded);
    case "plain":
      return (await import("./formats/plain-text.ts")).readPlainText(detected.decoded);
    case "code":
      return (await import("./formats/plain-text.ts")).readCode(detected.decoded, extensionOf(name));
    case "html":
      return (await import("./formats/html.ts")).readHtml(detected.decoded);
    case "csv":
      return (await import("./formats/csv.ts")).readCsv(detected.decoded);
    case "subtitles":
      return (await import("./formats/subtitles.ts")).readSubtitles(detected.decoded);
    case "mail":
      return (await import("./formats/mail.ts")).readMail(content);
    case "pdf":
      return (await import("./formats/pdf.ts")).readPdf(content);
    case "docx":
      return (await import("./formats/docx.ts")).readDocx(content, detected.zip);
    case "xlsx":
      return (await import("./formats/xlsx.ts")).readXlsx(content, detected.zip);
    case "pptx":
      return (await import("./formats/pptx.ts")).readPptx(detected.zip);
  }
}

const textLength = (block: Block): number =>
  block.kind === "table"
    ? block.rows.reduce((sum, row) => sum + row.length, block.header.length)
    : block.text.trim().length;

/** Control characters have no place in text, and half a surrogate pair cannot be stored. */
const cleanText = (text: string): string =>
  text.replace(/[\0-\x08\x0B\x0C\x0E-\x1F\x7F]/g, " ").toWellFormed();

const cleanBlock = (block: Block): Block =>
  block.kind === "table"
    ? { ...block, header: cleanText(block.header), rows: block.rows.map(cleanText) }
    : { ...block, text: cleanText(block.text) };
