import { setTimeout as pause } from "node:timers/promises";
import type { StreamWakes } from "./stream-wakes.ts";

/** Redis is asked again after this long where it could not be read, in milliseconds. */
const awayMs = 250;

/** What a reader finds, from where it was. */
export interface Found<T> {
  readonly items: readonly T[];
  /** There may be more at once. */
  readonly more: boolean;
  /** Nothing follows. */
  readonly ended: boolean;
}

export interface FollowedStream<T> {
  readonly wakes: StreamWakes;
  readonly key: string;
  readonly signal: AbortSignal;
  readonly isClosed: () => boolean;
  /** Reads on from where it was; what it throws means that Redis is away, and it is asked again. */
  readonly readNext: () => Promise<Found<T>>;
}

/** What is in a stream, then what comes; ends with the stream, by the signal, or when all is closed. */
export async function* followStream<T>({
  wakes,
  key,
  signal,
  isClosed,
  readNext,
}: FollowedStream<T>): AsyncGenerator<T> {
  const isOver = (): boolean => signal.aborted || isClosed();
  if (isOver()) return;
  const wake = await wakes.listen(key);
  try {
    for (;;) {
      await wake.next(signal);
      for (let more = true; more;) {
        if (isOver()) return;
        const found = await readNext().catch(() => null);
        if (found === null) {
          await pause(awayMs, undefined, { signal }).catch(() => undefined);
          continue;
        }
        for (const item of found.items) {
          if (isOver()) return;
          yield item;
        }
        if (found.ended) return;
        ({ more } = found);
      }
    }
  } finally {
    wake.end();
  }
}
