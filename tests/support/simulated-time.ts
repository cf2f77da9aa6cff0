import type { Clock } from "../../core/clock.ts";

/** Time that passes only when it is told to. */
export interface SimulatedTime extends Clock {
  readonly ms: number;
  /** Something that happens by itself after so long. */
  after(ms: number, happens: () => void): void;
  /** When the next of these happens; null where nothing is to. */
  next(): number | null;
  /** Passes, and has happen what falls into it, in its order. */
  pass(ms: number): void;
}

export function simulatedTime(begin = Date.now()): SimulatedTime {
  let now = begin;
  let waiting: { readonly at: number; readonly happens: () => void }[] = [];
  return {
    get ms() {
      return now;
    },
    now: () => new Date(now),
    after: (ms, happens) => void waiting.push({ at: now + ms, happens }),
    next: () => (waiting.length === 0 ? null : Math.min(...waiting.map(({ at }) => at))),
    pass(ms) {
      const until = now + ms;
      for (;;) {
        const due = waiting.filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at)[0];
        if (!due) break;
        waiting = waiting.filter((one) => one !== due);
        now = Math.max(now, due.at);
        due.happens();
      }
      now = until;
    },
  };
}

/** Numbers from 0 to below 1, the same for a seed: mulberry32 (public domain, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
