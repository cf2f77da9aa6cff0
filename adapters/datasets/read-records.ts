import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { ExpertError } from "../../core/errors.ts";

const unzip = promisify(gunzip);

/** Lines of a text file, unpacked where it is gzip; blank ones left out. */
async function readLines(path: string): Promise<string[]> {
  const bytes = await readFile(path);
  const text = (path.endsWith(".gz") ? await unzip(bytes) : bytes).toString("utf8");
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}

/** Reads JSON lines; a line that does not fit is `invalid_input` with its number. */
export async function readJsonLines<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  return (await readLines(path)).map((line, index) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw unreadable(path, index, "is not JSON", cause);
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw unreadable(path, index, z.prettifyError(parsed.error), parsed.error);
    return parsed.data;
  });
}

/** Judgements in BEIR's layout: a heading, then question, document and grade, separated by tabs. */
export async function readJudgements(path: string): Promise<Map<string, Map<string, number>>> {
  const judgements = new Map<string, Map<string, number>>();
  (await readLines(path)).forEach((line, index) => {
    const [question, document, grade] = line.split("\t");
    if (index === 0 && !Number.isFinite(Number(grade))) return;
    if (question === undefined || document === undefined || !Number.isFinite(Number(grade)))
      throw unreadable(path, index, "needs a question, a document and a grade, separated by tabs");
    const own = judgements.get(question) ?? new Map<string, number>();
    own.set(document, Number(grade));
    judgements.set(question, own);
  });
  return judgements;
}

const unreadable = (path: string, index: number, fault: string, cause?: unknown): ExpertError =>
  new ExpertError("invalid_input", `${basename(path)}, line ${index + 1}: ${fault}`, {
    remedy: "Correct the evaluation set.",
    facts: { file: basename(path), line: index + 1 },
    cause,
  });
