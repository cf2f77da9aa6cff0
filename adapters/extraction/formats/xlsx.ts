import readSheets, { type CellValue } from "read-excel-file/node";

import type { Block, ExtractedText } from "../../../core/knowledge/text-extractor.ts";
import { refuseCorrupt } from "../refusal.ts";
import type { ZipContainer } from "../zip-container.ts";
import { gridBlocks } from "./grid.ts";
import { coreTitle } from "./office-properties.ts";

/** Each sheet as a table under its name. Dates in ISO 8601, numbers in full, macros left out. */
export async function readXlsx(content: Uint8Array, zip: ZipContainer): Promise<ExtractedText> {
  await zip.verify();
  const warnings = zip.names.has("xl/vbaProject.bin") ? ["The workbook's macros were left out."] : [];
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const sheets = await readSheets(buffer, { trim: false }).catch((error: unknown) => {
    if (error instanceof RangeError) throw error;
    throw refuseCorrupt("The workbook is damaged.");
  });
  const blocks = sheets.flatMap(({ sheet, data }): readonly Block[] => {
    const grid = gridBlocks(data.map((row) => row.map(cellText)));
    return grid.length === 0 ? [] : [{ kind: "heading", level: 1, text: sheet, page: null }, ...grid];
  });
  return { title: await coreTitle(zip), blocks, warnings };
}

function cellText(value: CellValue | null): string {
  if (value === null) return "";
  if (typeof value === "number") return numberText(value);
  return value instanceof Date ? dateText(value) : String(value);
}

/** 15 significant digits, as the spreadsheet shows, and no exponent below 1e21. */
const numberText = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e21
    ? BigInt(value).toString()
    : String(Number(value.toPrecision(15)));

/** A time without a date is stored as a fraction of day 0, 30 December 1899. */
function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) return "";
  const iso = value.toISOString();
  if (iso.startsWith("1899-12-30T")) return iso.slice(11, 19);
  return iso.endsWith("T00:00:00.000Z") ? iso.slice(0, 10) : iso.slice(0, 19).replace("T", " ");
}
