import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";

import { createTextExtractor } from "../../adapters/extraction/text-extractor.ts";
import { isExpertError } from "../../core/errors.ts";
import type { Block, ExtractedText, TextExtractor } from "../../core/knowledge/text-extractor.ts";
import { splitPassages } from "../../core/knowledge/split-passages.ts";
import { amplyMs } from "../support/time-limits.ts";
import { childrenOf, cpuSeconds, peakMemoryMb } from "./child-processes.ts";
import { expectations } from "./expectations.ts";

jest.setTimeout(180_000);

const folder = resolve(process.env["EXPERT_CORPORA"] ?? "../shared/corpora", "formats");
const present = existsSync(join(folder, "index.tsv"));
if (!present)
  console.log(
    `The formats corpus is absent (${folder}): its files are not tested. Set EXPERT_CORPORA to its folder.`,
  );

const files = present
  ? readFileSync(join(folder, "index.tsv"), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split("\t")[0] ?? "")
  : [];

(present ? describe : describe.skip)("the formats corpus", () => {
  let extractor: TextExtractor;
  let peakMb = 0;
  beforeAll(() => {
    extractor = createTextExtractor({ timeoutMs: amplyMs });
  });
  afterAll(() => extractor.close());

  it("has an expectation for each of its files, and for no other", () => {
    expect(Object.keys(expectations).sort()).toEqual([...files].sort());
    expect(files.length).toBeGreaterThan(90);
  });

  it.each(present ? files : ["none"])("%s", async (file) => {
    const expectation = expectations[file];
    if (expectation === undefined) throw new Error(`No expectation for ${file}`);
    const content = readFileSync(join(folder, file));
    const before = new Map(childrenOf(process.pid).map((pid) => [pid, cpuSeconds(pid)]));
    const ended: unknown = await extractor.extract({ name: file, content }).catch((error: unknown) => error);
    for (const pid of childrenOf(process.pid)) {
      peakMb = Math.max(peakMb, peakMemoryMb(pid));
      // The product gives up a file after ten seconds; here the processor's are counted, not the machine's.
      expect(cpuSeconds(pid) - (before.get(pid) ?? 0)).toBeLessThan(10);
    }
    expect(peakMb).toBeLessThan(512);

    if ("refused" in expectation) {
      expect(isExpertError(ended) ? ended.code : ended).toBe(expectation.refused);
      expect(isExpertError(ended) ? ended.remedy : "").toMatch(/\.$/);
      return;
    }
    if (ended instanceof Error) throw ended;
    const extracted = ended as ExtractedText;
    const text = extracted.blocks.map(withPage).join("\n");
    const passages = splitPassages(extracted).map((passage) => passage.text);
    for (const words of expectation.text) {
      if (typeof words === "string") {
        expect(text).toContain(words);
        const spread = [
          ...passages,
          ...extracted.blocks.flatMap((block) => (block.kind === "heading" ? [block.text] : [])),
        ];
        expect(spread.join("\n")).toContain(words);
      } else {
        expect(text).toMatch(words);
      }
    }
    for (const words of expectation.never ?? []) expect(text).not.toContain(words);
    if (expectation.title !== undefined) expect(extracted.title).toBe(expectation.title);
    if (expectation.warning !== undefined) expect(extracted.warnings.join("\n")).toMatch(expectation.warning);
  });
});

const textOf = (block: Block): string =>
  block.kind === "table" ? [block.header, ...block.rows].join("\n") : block.text;
const withPage = (block: Block): string =>
  (block.page === null ? "" : `page ${block.page}: `) + textOf(block);
