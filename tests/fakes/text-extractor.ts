import { ExpertError, type ErrorCode } from "../../core/errors.ts";
import type { Block, TextExtractor } from "../../core/knowledge/text-extractor.ts";

/** The port for UTF-8 Markdown: headings, and paragraphs at blank lines. Refuses what is empty, an image or binary. */
export function fakeTextExtractor(): TextExtractor {
  let closed = false;
  return {
    async extract({ content }) {
      if (closed) throw new ExpertError("cancelled", "The extractor is closed.");
      const bytes = Buffer.from(content);
      if (bytes.toString("hex").startsWith("89504e47")) throw refused("document_image_only");
      if (bytes.includes(0)) throw refused("document_unsupported");
      const blocks = bytes
        .toString("utf8")
        .split(/\n\s*\n/)
        .flatMap(blockOf);
      if (blocks.length === 0) throw refused("document_empty");
      return { title: null, blocks, warnings: [] };
    },
    async close() {
      closed = true;
    },
  };
}

const refused = (code: ErrorCode): ExpertError =>
  new ExpertError(code, "The file is not read.", { remedy: "Upload a text file." });

function blockOf(chunk: string): readonly Block[] {
  const text = chunk.trim();
  if (text === "") return [];
  const heading = /^(#{1,6}) (.+)$/.exec(text);
  if (heading === null) return [{ kind: "paragraph", text, page: null }];
  return [{ kind: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "", page: null }];
}
