import { readFile, writeFile } from "node:fs/promises";

/** Values for another process, a line of JSON each: more than its messages should carry. */
export const writeLines = (file: string, values: readonly object[]): Promise<void> =>
  writeFile(file, values.map((value) => JSON.stringify(value)).join("\n"));

export async function readLines<Value>(file: string): Promise<readonly Value[]> {
  const text = await readFile(file, "utf8");
  return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line) as Value);
}
