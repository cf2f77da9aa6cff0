import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { isExpertError } from "../../core/errors.ts";
import type { ExtractedText, TextExtractor } from "../../core/knowledge/text-extractor.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const markdown = utf8("# Pump\n\nOpen the valve.\n\n## Faults\n\nClose it again.\n");
const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
const zip = new Uint8Array([0x50, 0x4b, 5, 6, ...new Uint8Array(18)]);

/** What every TextExtractor does with the simplest files; formats of their own are tested with the adapter. */
export function textExtractorContract(name: string, make: () => TextExtractor): void {
  describe(`text extractor: ${name}`, () => {
    let extractor: TextExtractor;
    beforeAll(() => {
      extractor = make();
    });
    afterAll(() => extractor.close());

    const textOf = ({ blocks }: ExtractedText): readonly string[] =>
      blocks.map((block) => (block.kind === "table" ? block.header : block.text));

    it("reads headings and paragraphs in their order", async () => {
      const { blocks, warnings } = await extractor.extract({ name: "pump.md", content: markdown });
      expect(blocks).toEqual([
        { kind: "heading", level: 1, text: "Pump", page: null },
        { kind: "paragraph", text: "Open the valve.", page: null },
        { kind: "heading", level: 2, text: "Faults", page: null },
        { kind: "paragraph", text: "Close it again.", page: null },
      ]);
      expect(warnings).toEqual([]);
    });

    it("gives the same for the same file", async () => {
      const first = await extractor.extract({ name: "pump.md", content: markdown });
      expect(await extractor.extract({ name: "pump.md", content: markdown })).toEqual(first);
    });

    it("keeps text in every script as it is", async () => {
      const read = await extractor.extract({ name: "thai.md", content: utf8("กดปุ่มรีเซ็ต 🔧 größer") });
      expect(textOf(read)).toEqual(["กดปุ่มรีเซ็ต 🔧 größer"]);
    });

    it("answers each of many callers with its own file", async () => {
      const names = Array.from({ length: 20 }, (_, index) => `Text number ${index}.`);
      const read = await Promise.all(
        names.map((text) => extractor.extract({ name: "a.md", content: utf8(text) })),
      );
      expect(read.flatMap(textOf)).toEqual(names);
    });

    it.each([
      ["nothing", "a.md", new Uint8Array(), "document_empty"],
      ["blank text", "a.md", utf8(" \n\n "), "document_empty"],
      ["an image, whatever its name", "a.md", png, "document_image_only"],
      ["an archive", "a.zip", zip, "document_unsupported"],
    ] as const)("refuses %s with what to do", async (_what, file, content, code) => {
      const error: unknown = await extractor
        .extract({ name: file, content })
        .catch((reason: unknown) => reason);
      expect(isExpertError(error, code)).toBe(true);
      expect(isExpertError(error) ? error.remedy : "").toMatch(/^[A-Z].*\.$/);
      const next = await extractor.extract({ name: "pump.md", content: markdown });
      expect(next.blocks).toHaveLength(4);
    });

    it("reads nothing after it is closed, and closes twice", async () => {
      const other = make();
      await other.extract({ name: "pump.md", content: markdown });
      await other.close();
      await other.close();
      const error: unknown = await other
        .extract({ name: "pump.md", content: markdown })
        .catch((reason: unknown) => reason);
      expect(isExpertError(error, "cancelled")).toBe(true);
    });
  });
}
