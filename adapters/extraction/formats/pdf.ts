import { getDocumentProxy, getResolvedPDFJS } from "unpdf";

import type { ExtractedText } from "../../../core/knowledge/text-extractor.ts";
import { limits } from "../limits.ts";
import {
  refuse,
  refuseCorrupt,
  refuseEmpty,
  refuseEncrypted,
  refuseImageOnly,
  refuseTooComplex,
} from "../refusal.ts";
import { linesOf, type Line, type PdfItem } from "./pdf-lines.ts";
import { pdfBlocks } from "./pdf-blocks.ts";
import { withoutRunningLines } from "./pdf-running-lines.ts";

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/** The text layer of a PDF, page by page. Scripts, forms' scripts and attachments are neither run nor opened. */
export async function readPdf(content: Uint8Array): Promise<ExtractedText> {
  const pdf = await open(content);
  try {
    if (pdf.numPages > limits.pdfPages)
      throw refuseTooComplex(`The PDF has ${pdf.numPages} pages; at most ${limits.pdfPages} are read.`);
    const pages: (readonly Line[])[] = [];
    const empty: number[] = [];
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const lines = linesOf(
        items.flatMap((item): readonly PdfItem[] => ("str" in item ? [item] : [])),
        number,
      );
      if (lines.length === 0) empty.push(number);
      pages.push(lines);
      page.cleanup();
    }
    if (empty.length === pages.length) throw await withoutText(pdf);
    refuseRightsWrapper(pages, content);
    const blocks = pdfBlocks(withoutRunningLines(pages));
    refuseUnmappedFonts(pages);
    return { title: await titleOf(pdf), blocks, warnings: await warningsOf(pdf, empty) };
  } finally {
    await pdf.loadingTask.destroy();
  }
}

async function open(content: Uint8Array): Promise<Pdf> {
  try {
    return await getDocumentProxy(new Uint8Array(content), {
      isEvalSupported: false,
      useSystemFonts: false,
      disableFontFace: true,
      enableXfa: false,
      stopAtErrors: false,
      useWorkerFetch: false,
      verbosity: 0,
    });
  } catch (error) {
    if (error instanceof RangeError) throw error;
    if (error instanceof Error && error.name === "PasswordException")
      throw refuseEncrypted("The PDF needs a password to be opened.");
    throw refuseCorrupt("The PDF is damaged.");
  }
}

/** Why no page has text: pictures on the first pages mean a scan, otherwise there is nothing in it. */
async function withoutText(pdf: Pdf): Promise<Error> {
  const { OPS } = await getResolvedPDFJS();
  const painting = new Set<number>([
    OPS.paintImageXObject,
    OPS.paintInlineImageXObject,
    OPS.paintImageMaskXObject,
  ]);
  for (let number = 1; number <= Math.min(pdf.numPages, 3); number += 1) {
    const page = await pdf.getPage(number);
    const { fnArray } = await page.getOperatorList();
    if (fnArray.some((operation) => painting.has(operation)))
      return refuseImageOnly("The PDF holds pictures of pages and no text layer.");
  }
  return refuseEmpty();
}

/** A rights-managed PDF is one page that says so, with the real document encrypted inside (PDF 2.0, 7.6.7). */
function refuseRightsWrapper(pages: readonly (readonly Line[])[], content: Uint8Array): void {
  if (pages.length > 2) return;
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const says = pages
    .flat()
    .some((line) => /this pdf (?:file|document) (?:is|has been) protected/i.test(line.text));
  if (bytes.includes("/EncryptedPayload") || (says && bytes.includes("/EmbeddedFiles"))) {
    throw refuseEncrypted("The PDF is rights-managed: only its cover page can be read.");
  }
}

/** Fonts without a mapping to Unicode give private-use or replacement characters instead of letters. */
function refuseUnmappedFonts(pages: readonly (readonly Line[])[]): void {
  let all = 0;
  let unmapped = 0;
  for (const line of pages.flat()) {
    all += line.text.length;
    unmapped += line.text.match(/[\uE000-\uF8FF\uFFFD\0-\x08]/g)?.length ?? 0;
  }
  if (unmapped > all * 0.2) {
    throw refuse(
      "document_undecodable",
      "The PDF's fonts do not say which letters they show.",
      "Export the PDF again from its source, or run text recognition (OCR) on it.",
    );
  }
}

async function titleOf(pdf: Pdf): Promise<string | null> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
  const raw: unknown = "Title" in info ? info.Title : null;
  const title = typeof raw === "string" ? raw.replace(/\s+/g, " ").trim() : "";
  const junk =
    title.length < 3 ||
    /^(?:untitled|microsoft word|microsoft powerpoint|slide 1)|\.(?:docx?|pptx?|xlsx?|dvi|tex|indd|pdf|qxd)$/i.test(
      title,
    );
  return junk ? null : title;
}

async function warningsOf(pdf: Pdf, empty: readonly number[]): Promise<readonly string[]> {
  const warnings: string[] = [];
  if (empty.length > 0) {
    const named = empty.slice(0, 10).join(", ");
    warnings.push(
      `${empty.length === 1 ? `Page ${named} has` : `Pages ${named}${empty.length > 10 ? ", …" : ""} have`} no text (pictures only?).`,
    );
  }
  const attachments: unknown = await pdf.getAttachments().catch(() => null);
  if (attachments !== null && typeof attachments === "object" && Object.keys(attachments).length > 0) {
    warnings.push("Files attached to the PDF were left out; upload them separately.");
  }
  return warnings;
}
