import type { Block, ExtractedText } from "../../../core/knowledge/text-extractor.ts";
import type { DecodedText } from "../decode-text.ts";

const bullet = /^\s*(?:[-*+•‣▪–]|\d{1,3}[.)])\s+\S/;

/** Paragraphs at blank lines; underlined lines are headings, runs of bullets lists. Verbatim otherwise. */
export function readPlainText({ text, warnings }: DecodedText): ExtractedText {
  const blocks = text.split(/\n[^\S\n]*(?:\n[^\S\n]*)+/).flatMap(readChunk);
  return { title: null, blocks, warnings };
}

export function readChunk(chunk: string): readonly Block[] {
  const text = chunk.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();
  if (text.trim() === "") return [];
  const end = text.indexOf("\n");
  const first = end < 0 ? text : text.slice(0, end);
  const underline = end < 0 ? "" : (text.slice(end + 1, end + 300).split("\n", 1)[0] ?? "").trim();
  if (first.length < 200 && /^(?:={3,}|-{3,})$/.test(underline)) {
    const rest = text.slice(end + 1).replace(/^[^\n]*\n?/, "");
    return [
      { kind: "heading", level: underline.startsWith("=") ? 1 : 2, text: first.trim(), page: null },
      ...readChunk(rest),
    ];
  }
  if (
    bullet.test(first) &&
    text.length < 200_000 &&
    text.split("\n").filter((line) => bullet.test(line)).length > 1
  ) {
    return [{ kind: "list", text, page: null }];
  }
  return [{ kind: "paragraph", text, page: null }];
}

/** Source code and data files: one code block, fenced so that it renders. */
export function readCode({ text, warnings }: DecodedText, language: string): ExtractedText {
  return {
    title: null,
    blocks: [{ kind: "code", text: fence(text.trimEnd(), language), page: null }],
    warnings,
  };
}

/** A Markdown fence longer than any inside. */
export function fence(code: string, language = ""): string {
  const longest = code.match(/^\s*`{3,}/gm)?.reduce((most, run) => Math.max(most, run.trim().length), 0) ?? 0;
  const marks = "`".repeat(Math.max(3, longest + 1));
  return `${marks}${language}\n${code}\n${marks}`;
}
