import { load, type CheerioAPI } from "cheerio";
import type { Element } from "./dom.ts";
import { posix } from "node:path";

import type { Block, ExtractedText } from "../../../core/knowledge/text-extractor.ts";
import { refuseCorrupt } from "../refusal.ts";
import { tableBlock } from "../table-text.ts";
import type { ZipContainer } from "../zip-container.ts";
import { refuseDeepNesting } from "./html.ts";
import { coreTitle } from "./office-properties.ts";

/** Slides in their order: title as heading, text, tables, notes and comments. The page is the slide's number. */
export async function readPptx(zip: ZipContainer): Promise<ExtractedText> {
  await zip.verify();
  const blocks: Block[] = [];
  const presentation = await xml(zip, "ppt/presentation.xml");
  const targets = await relations(zip, "ppt/presentation.xml");
  if (presentation === null) throw refuseCorrupt("The presentation is damaged.");
  let slide = 0;
  for (const reference of presentation("p\\:sldIdLst > p\\:sldId").toArray()) {
    const path = targets.find(({ id }) => id === reference.attribs["r:id"])?.path;
    const content = path === undefined ? null : await xml(zip, path);
    slide += 1;
    if (path === undefined || content === null) continue;
    blocks.push(...slideBlocks(content, slide), ...(await attachedBlocks(zip, path, slide)));
  }
  const embedded = [...zip.names].filter((name) => /^ppt\/embeddings\/./.test(name)).length;
  const warnings =
    embedded === 0 ? [] : [`${embedded} embedded ${embedded === 1 ? "file was" : "files were"} left out.`];
  return { title: await coreTitle(zip), blocks, warnings };
}

async function xml(zip: ZipContainer, path: string): Promise<CheerioAPI | null> {
  const text = await zip.text(path);
  if (text === null) return null;
  refuseDeepNesting(text);
  return load(text, { xml: true });
}

interface Relation {
  readonly id: string;
  readonly kind: string;
  readonly path: string;
}

/** The parts that a part refers to inside the package; external targets are left out. */
async function relations(zip: ZipContainer, part: string): Promise<readonly Relation[]> {
  const $ = await xml(zip, `${posix.dirname(part)}/_rels/${posix.basename(part)}.rels`);
  if ($ === null) return [];
  return $("Relationship")
    .toArray()
    .filter((element) => element.attribs["TargetMode"] !== "External")
    .map(({ attribs }) => {
      const target = attribs["Target"] ?? "";
      const path = target.startsWith("/") ? target.slice(1) : posix.join(posix.dirname(part), target);
      return { id: attribs["Id"] ?? "", kind: posix.basename(attribs["Type"] ?? ""), path };
    });
}

function slideBlocks($: CheerioAPI, page: number): readonly Block[] {
  const blocks: Block[] = [];
  for (const shape of $("p\\:sp, p\\:graphicFrame").toArray()) {
    if ($(shape).parents("mc\\:Fallback").length > 0) continue;
    if (shape.name === "p:graphicFrame") {
      const rows = $(shape).find("a\\:tr").toArray().map((row) => $(row).find("a\\:tc").toArray().map((cell) => paragraphs($, cell).map((item) => item.text).join(" "))); // prettier-ignore
      const [header, ...body] = rows;
      if (header !== undefined)
        blocks.push(body.length === 0 ? tableBlock(null, rows, page) : tableBlock(header, body, page));
      continue;
    }
    const role = $(shape).find("p\\:nvPr > p\\:ph").attr("type") ?? "";
    if (role === "sldNum" || role === "dt") continue;
    blocks.push(
      ...shapeBlocks(paragraphs($, shape), role === "title" || role === "ctrTitle", role === "", page),
    );
  }
  return blocks;
}

interface SlideParagraph {
  readonly text: string;
  readonly level: number;
}

function paragraphs($: CheerioAPI, shape: Element): readonly SlideParagraph[] {
  const found: SlideParagraph[] = [];
  for (const paragraph of $(shape).find("a\\:p").toArray()) {
    let text = "";
    for (const part of $(paragraph).find("a\\:t, a\\:br, a\\:tab").toArray())
      text += part.name === "a:t" ? $(part).text() : " ";
    text = text
      .replace(/\u00AD/g, "")
      .replace(/\s+/g, " ")
      .trim();
    if (text !== "") found.push({ text, level: Number($(paragraph).children("a\\:pPr").attr("lvl") ?? "0") });
  }
  return found;
}

/** Body placeholders have bullets by default; a text box or a single line has none. */
function shapeBlocks(
  items: readonly SlideParagraph[],
  title: boolean,
  plain: boolean,
  page: number,
): readonly Block[] {
  if (items.length === 0) return [];
  if (title) return [{ kind: "heading", level: 1, text: items.map((item) => item.text).join(" "), page }];
  if (plain || items.length === 1) return items.map(({ text }) => ({ kind: "paragraph", text, page }));
  return [
    { kind: "list", text: items.map(({ text, level }) => `${"  ".repeat(level)}- ${text}`).join("\n"), page },
  ];
}

/** Speaker notes and comments, which stand in files of their own. */
async function attachedBlocks(zip: ZipContainer, slidePath: string, page: number): Promise<readonly Block[]> {
  const blocks: Block[] = [];
  for (const { kind, path } of await relations(zip, slidePath)) {
    if (kind !== "notesSlide" && kind !== "comments") continue;
    const $ = await xml(zip, path);
    if ($ === null) continue;
    const texts =
      kind === "comments"
        ? $("p\\:text").toArray().map((element) => $(element).text().trim())
        : $("p\\:sp").toArray().filter((shape) => $(shape).find("p\\:ph").attr("type") === "body").flatMap((shape) => paragraphs($, shape)).map((item) => item.text); // prettier-ignore
    for (const text of texts) if (text !== "") blocks.push({ kind: "paragraph", text, page });
  }
  return blocks;
}
