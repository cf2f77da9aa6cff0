import { load } from "cheerio";
import mammoth from "mammoth";

import type { ExtractedText } from "../../../core/knowledge/text-extractor.ts";
import { refuseCorrupt } from "../refusal.ts";
import type { ZipContainer } from "../zip-container.ts";
import { refuseDeepNesting } from "./html.ts";
import { htmlBlocks } from "./html-blocks.ts";
import { coreTitle } from "./office-properties.ts";

const styleMap = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  "comment-reference => sup",
  "p[style-name^='Code'] => pre:separator('\\n')",
];

/** A Word document by way of HTML: headings, lists, tables, footnotes and comments once each; pictures and macros left out. */
export async function readDocx(content: Uint8Array, zip: ZipContainer): Promise<ExtractedText> {
  await zip.verify();
  const warnings: string[] = [];
  const embedded = [...zip.names].filter((name) => /^word\/embeddings\/./.test(name)).length;
  if (embedded > 0)
    warnings.push(
      `${embedded} embedded ${embedded === 1 ? "file was" : "files were"} left out; upload ${embedded === 1 ? "it" : "them"} separately.`,
    );
  if (zip.names.has("word/vbaProject.bin")) warnings.push("The document's macros were left out.");
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const converted = await mammoth
    .convertToHtml(
      { buffer },
      {
        styleMap,
        externalFileAccess: false,
        convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: "" })),
      },
    )
    .catch((error: unknown) => {
      if (error instanceof RangeError) throw error;
      throw refuseCorrupt("The Word document is damaged.");
    });
  refuseDeepNesting(converted.value);
  const imported = await importedParts(zip);
  if (imported.left > 0) warnings.push("Imported parts of the document that are not HTML were left out.");
  return {
    title: await coreTitle(zip),
    blocks: [...htmlBlocks(converted.value), ...imported.html.flatMap(htmlBlocks)],
    warnings,
  };
}

/** Parts that Word imports when it opens the file (altChunk); they stand behind the document's own text here. */
async function importedParts(
  zip: ZipContainer,
): Promise<{ readonly html: readonly string[]; readonly left: number }> {
  const $ = load((await zip.text("word/_rels/document.xml.rels")) ?? "", { xml: true });
  const html: string[] = [];
  let left = 0;
  for (const { attribs } of $("Relationship[Type$='/aFChunk']").toArray()) {
    const target = attribs["Target"] ?? "";
    const path = target.startsWith("/") ? target.slice(1) : `word/${target}`;
    const text = /\.x?html?$/i.test(path) ? await zip.text(path) : null;
    if (text === null) left += 1;
    else {
      refuseDeepNesting(text);
      html.push(text);
    }
  }
  return { html, left };
}
