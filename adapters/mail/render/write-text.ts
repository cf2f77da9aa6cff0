import type { Language } from "../../../core/text/language.ts";
import type { Line, MailBlock, MailContent } from "./mail-content.ts";
import { writeMoment } from "./moment.ts";

/** A mail as plain text: Markdown stays as it is written, links stand behind their words. */
export const writeText = ({ blocks, language }: MailContent): string =>
  `${blocks
    .map((block) => textOf(block, language))
    .join("\n\n")
    .replaceAll(/\n{3,}/g, "\n\n")}\n`;

function textOf(block: MailBlock, language: Language): string {
  switch (block.kind) {
    case "heading":
      return block.text;
    case "line":
    case "quiet":
      return lineText(block.line, language);
    case "quote":
      return block.text
        .split(/\r?\n/)
        .map((line) => `> ${line}`.trimEnd())
        .join("\n");
    case "markdown":
      return block.markdown;
    case "list":
      return [block.title, ...block.lines.map((line) => `- ${lineText(line, language)}`)].join("\n");
    case "button":
      return `${block.text}:\n${block.url}`;
  }
}

const lineText = (line: Line, language: Language): string =>
  line
    .map((part) => {
      if (typeof part === "string") return part;
      if ("moment" in part) return writeMoment(part.moment, language);
      return part.url === null ? part.text : `${part.text} <${part.url}>`;
    })
    .join("");
