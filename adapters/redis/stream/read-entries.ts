import type { Redis } from "ioredis";

/** Entries read at once; a reader that lags takes its text in fewer, larger pieces. */
const readAtOnce = 512;

/** An entry of a stream: its id is two numbers, E-N. */
export interface StreamEntry {
  readonly epoch: number;
  readonly number: number;
  readonly json: string;
  /** Who wrote it. */
  readonly by: string;
  readonly isEnd: boolean;
}

export interface Entries {
  readonly entries: readonly StreamEntry[];
  /** There may be more at once. */
  readonly more: boolean;
}

/** What follows an entry of these two numbers. */
export async function readEntries(
  redis: Redis,
  key: string,
  epoch: number,
  number: number,
): Promise<Entries> {
  const found = await redis.xrange(key, `(${String(epoch)}-${String(number)}`, "+", "COUNT", readAtOnce);
  return { entries: found.map(entryOf), more: found.length === readAtOnce };
}

export async function lastEntry(redis: Redis, key: string): Promise<StreamEntry | null> {
  const [last] = await redis.xrevrange(key, "+", "-", "COUNT", 1);
  return last ? entryOf(last) : null;
}

/** The fields stand in the order in which the scripts write them: `event`, `by`, `n`, and `end` at the end. */
function entryOf([id, fields]: readonly [string, readonly string[]]): StreamEntry {
  const dash = id.indexOf("-");
  return {
    epoch: Number(id.slice(0, dash)),
    number: Number(id.slice(dash + 1)),
    json: fields[1] ?? "null",
    by: fields[3] ?? "",
    isEnd: fields[6] === "end",
  };
}
