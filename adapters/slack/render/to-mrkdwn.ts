import type { CitationUrl } from "../../../core/markdown/inline-runs.ts";
import { fences, markdownPieces, type Piece, ruleText } from "./markdown-pieces.ts";
import { writeTextTable } from "./table.ts";

/**
 * Markdown (GFM, with `[n]` citation marks) as one text of Slack's mrkdwn: headings are bold, tables monospaced, `[n]` a
 * link where `citationUrl` knows one. Whatever the text holds, nothing in it mentions anybody or posts an emoji; it
 * shows as written. The text may be of any length.
 */
export function toMrkdwn(markdown: string, citationUrl: CitationUrl = () => null): string {
  const limit = Number.MAX_SAFE_INTEGER;
  return markdownPieces(markdown, { citationUrl, limit }).reduce((text, piece) => {
    const gap = text === "" ? "" : piece.kind === "text" && piece.goesOn ? "\n" : "\n\n";
    return text + gap + pieceText(piece, limit);
  }, "");
}

function pieceText(piece: Piece, limit: number): string {
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "code":
      return fences(piece.code, { limit }).join("\n");
    case "table":
      return writeTextTable(piece.table)
        .flatMap((part) => fences(part, { limit }))
        .join("\n");
    case "rule":
      return ruleText;
  }
}
