import { Lexer, type Token, type Tokens } from "marked";

import type { Block, ExtractedText } from "../../../core/knowledge/text-extractor.ts";
import type { DecodedText } from "../decode-text.ts";
import { htmlBlocks } from "./html-blocks.ts";

/** Blocks keep their Markdown as written, so that a quoted passage renders; headings are plain words. */
export function readMarkdown({ text, warnings }: DecodedText): ExtractedText {
  const { body, title } = splitFrontMatter(text);
  const lexer = new Lexer({ gfm: true });
  const tokens = lexer.blockTokens(body.replace(/\t/g, "    "), []);
  return { title, blocks: tokens.flatMap(blocksOf), warnings };
}

function splitFrontMatter(text: string): { readonly body: string; readonly title: string | null } {
  const found = /^(?:---|\+\+\+)[^\S\n]*\n([\s\S]{0,20000}?)\n(?:---|\+\+\+|\.\.\.)[^\S\n]*(?:\n|$)/.exec(
    text,
  );
  if (found === null || !/^\s*["']?[\w-]+["']?\s*[:=]/m.test(found[1] ?? ""))
    return { body: text, title: null };
  const line = /^title\s*[:=][^\S\n]*(.+)$/m.exec(found[1] ?? "")?.[1]?.trim();
  const title = line?.replace(/^(["'])(.*)\1$/, "$2").trim() ?? "";
  return { body: text.slice(found[0].length), title: title === "" || /^[>|]/.test(title) ? null : title };
}

function blocksOf(token: Token): readonly Block[] {
  const raw = withoutDataImages(token.raw).replace(/\n+$/, "");
  switch (token.type) {
    case "space":
    case "hr":
    case "def":
      return [];
    case "heading": {
      const text = plainInline((token as Tokens.Heading).text);
      return text === ""
        ? []
        : [{ kind: "heading", level: (token as Tokens.Heading).depth, text, page: null }];
    }
    case "list":
      return [{ kind: "list", text: raw, page: null }];
    case "code":
      return [{ kind: "code", text: raw, page: null }];
    case "table":
      return [tableOf(raw)];
    case "html":
      return htmlBlocks(token.raw);
    default:
      return raw.trim() === "" ? [] : [{ kind: "paragraph", text: raw.trim(), page: null }];
  }
}

function tableOf(raw: string): Block {
  const [names = "", rule = "", ...rows] = raw.split("\n").map((line) => line.trimEnd());
  return {
    kind: "table",
    header: `${names}\n${rule}`,
    rows: rows.filter((row) => row.trim() !== ""),
    page: null,
  };
}

/** Images carried inside the text are no text. */
const withoutDataImages = (markdown: string): string => markdown.replace(/\(data:image\/[^)\s]*\)/g, "()");

/** A heading's words without Markdown's marks, links and anchors. */
export function plainInline(markdown: string): string {
  return markdown
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]*)\]\[[^\]]*\]/g, "$1")
    .replace(/<[^<>]{0,300}>/g, "")
    .replace(/\{#[^}]*\}\s*$/, "")
    .replace(/(\*\*|__|~~|`)(.+?)\1/g, "$2")
    .replace(/(?<![\w*])\*([^*]+)\*(?![\w*])/g, "$1")
    .replace(/\\([\\`*_{}[\]()#+\-.!|])/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
}
