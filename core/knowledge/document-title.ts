import type { ExtractedText } from "./text-extractor.ts";

/** The document's own title, else its first heading of the highest level, else a readable form of the file's name. */
export function documentTitle(extracted: Pick<ExtractedText, "title" | "blocks">, name: string): string {
  const title = extracted.title?.replace(/\s+/g, " ").trim() ?? "";
  if (title !== "") return clip(title);
  // A workbook's headings are the names of its sheets, which name nothing by themselves.
  const heading = /\.(?:xls[xm]?|csv|tsv)$/i.test(name) ? undefined : topHeading(extracted.blocks);
  return clip(heading ?? readableName(name));
}

const longestTitle = 200;

const clip = (title: string): string =>
  title.length <= longestTitle
    ? title
    : `${title
        .slice(0, longestTitle - 1)
        .toWellFormed()
        .trimEnd()}…`;

function topHeading(blocks: ExtractedText["blocks"]): string | undefined {
  let top: { readonly level: number; readonly text: string } | undefined;
  for (const block of blocks) {
    if (
      block.kind === "heading" &&
      block.text.trim() !== "" &&
      (top === undefined || block.level < top.level)
    )
      top = block;
  }
  return top?.text.replace(/\s+/g, " ").trim();
}

function readableName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? name;
  const words = base
    .replace(/\.[A-Za-z0-9]{1,10}$/, "")
    .replace(/[-_+.]+|%20/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return words === "" ? base : words.charAt(0).toUpperCase() + words.slice(1);
}
