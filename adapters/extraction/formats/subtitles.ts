import type { Block, ExtractedText } from "../../../core/knowledge/text-extractor.ts";
import type { DecodedText } from "../decode-text.ts";

const cuesPerParagraph = 8;

/** The spoken words of a WebVTT file, without numbers, times and styling; speakers stay named. */
export function readSubtitles({ text, warnings }: DecodedText): ExtractedText {
  const lines: string[] = [];
  for (const part of text.split(/\n[^\S\n]*\n/)) {
    const all = part.split("\n");
    const timed = all.findIndex((line) => line.includes("-->"));
    if (timed < 0) continue;
    const spoken = all
      .slice(timed + 1)
      .join(" ")
      .replace(/<v(?:\.[^\s>]*)?\s+([^>]*)>/g, "$1: ")
      .replace(/<[^>]*>/g, "")
      .replace(/\s+/g, " ")
      .trim();
    if (spoken !== "" && spoken !== lines.at(-1)) lines.push(spoken);
  }
  const blocks: Block[] = [];
  for (let start = 0; start < lines.length; start += cuesPerParagraph) {
    blocks.push({
      kind: "paragraph",
      text: lines.slice(start, start + cuesPerParagraph).join("\n"),
      page: null,
    });
  }
  return { title: null, blocks, warnings };
}
