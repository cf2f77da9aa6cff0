import { parse } from "csv-parse/sync";

import type { ExtractedText } from "../../../core/knowledge/text-extractor.ts";
import type { DecodedText } from "../decode-text.ts";
import { refuseCorrupt } from "../refusal.ts";
import { gridBlocks } from "./grid.ts";

const delimiters = [",", ";", "\t", "|"] as const;

/** A CSV file as one table whose header is repeated with each passage. Throws `document_corrupt` for an open quote. */
export function readCsv({ text, warnings }: DecodedText): ExtractedText {
  const delimiter = sniffDelimiter(text);
  try {
    const rows: string[][] = parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    });
    return { title: null, blocks: gridBlocks(rows), warnings };
  } catch {
    throw refuseCorrupt("The table could not be read: a quoted cell is not closed.");
  }
}

/** The delimiter that cuts the first lines into the most equal, most numerous columns. */
export function sniffDelimiter(text: string): string {
  const lines = text
    .slice(0, 50_000)
    .replace(/"(?:[^"]|"")*"/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, 30);
  let best: { delimiter: string; score: number } = { delimiter: ",", score: 0 };
  for (const delimiter of delimiters) {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    const usual = [...counts].sort((left, right) => left - right)[Math.floor(counts.length / 2)] ?? 0;
    const agreeing = counts.filter((count) => count === usual).length / Math.max(1, counts.length);
    const score = usual === 0 ? 0 : agreeing * 100 + Math.min(usual, 20);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}
