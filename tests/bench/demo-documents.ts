import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A document of the public demo set. */
export interface DemoDocument {
  /** Path under the set's folder. */
  readonly file: string;
  readonly departmentSlug: string;
  readonly title: string;
  readonly content: string;
}

/** A line for people where the set is absent, else null. */
export function missingDocuments(corpora: string): string | null {
  const index = join(corpora, "demo/index.tsv");
  return existsSync(index)
    ? null
    : `there are no documents: ${index} is absent (set EXPERT_CORPORA to their folder)`;
}

/** Reads the documents that `demo/index.tsv` lists: file, department, title, separated by tabs. */
export async function readDemoDocuments(corpora: string): Promise<readonly DemoDocument[]> {
  const folder = join(corpora, "demo");
  const [, ...rows] = (await readFile(join(folder, "index.tsv"), "utf8")).trim().split("\n");
  return await Promise.all(
    rows.map(async (row) => {
      const [file = "", departmentSlug = "", title = ""] = row.split("\t");
      return { file, departmentSlug, title, content: await readFile(join(folder, file), "utf8") };
    }),
  );
}
