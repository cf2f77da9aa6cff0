import { textEnd } from "../text/cut-text.ts";
import type { Run } from "./inline-runs.ts";

/** Runs as a channel writes them. */
export type WriteRuns = (runs: readonly Run[]) => string;

/** Runs as written texts of at most `limit` characters each, cut after sentences where it can be, else after words. */
export function splitRuns(runs: readonly Run[], limit: number, write: WriteRuns): readonly string[] {
  const parts: string[] = [];
  let rest = runs;
  for (let length = lengthOf(rest); length > 0; length = lengthOf(rest)) {
    const { text, taken } = takeText(rest, length, limit, write);
    if (text !== "") parts.push(text);
    rest = trimStart(sliceRuns(rest, taken, length));
  }
  return parts;
}

const lengthOf = (runs: readonly Run[]): number => runs.reduce((sum, { text }) => sum + text.length, 0);

/** The longest beginning that is at most `limit` characters when written; of the runs' text, `taken` characters. */
function takeText(
  runs: readonly Run[],
  length: number,
  limit: number,
  write: WriteRuns,
): { text: string; taken: number } {
  for (let size = Math.min(length, limit); ;) {
    // One character more, so that the end of a text is told from a cut.
    const head = sliceRuns(runs, 0, size + 1);
    const taken = Math.max(1, textEnd(head.map(({ text }) => text).join(""), size));
    const text = write(sliceRuns(head, 0, taken)).trimEnd();
    if (text.length <= limit) return { text, taken };
    // A single character that is longer than the limit when written.
    if (size <= 1) return { text: text.slice(0, limit), taken };
    size = Math.max(1, Math.min(size - 1, Math.floor((taken * limit * 0.95) / text.length)));
  }
}

function sliceRuns(runs: readonly Run[], from: number, to: number): readonly Run[] {
  let start = 0;
  return runs.flatMap((run) => {
    const text = run.text.slice(Math.max(0, from - start), Math.max(0, to - start));
    start += run.text.length;
    return text === "" ? [] : [{ ...run, text }];
  });
}

function trimStart(runs: readonly Run[]): readonly Run[] {
  const [first, ...rest] = runs;
  return first === undefined || first.code ? runs : [{ ...first, text: first.text.trimStart() }, ...rest];
}
