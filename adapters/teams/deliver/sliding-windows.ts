import { LRUCache } from "lru-cache";

/** At most so many within any span of so many milliseconds. */
export interface Window {
  readonly count: number;
  readonly ms: number;
}

/** Keeps several windows at once, for each key by itself. */
export interface SlidingWindows {
  /**
   * How long the next one of a key would wait, in milliseconds.
   * @param spare places of each window that stay free.
   */
  wait(key: string, spare?: number): number;
  /**
   * How long until the first free place that is at least `afterMs` away, in milliseconds: it may come before places that
   * are given away already, so that who waits long for another reason keeps nobody else waiting.
   */
  fit(key: string, afterMs: number, spare?: number): number;
  /** Gives the place after `waitMs` away, as `wait` or `fit` told it. */
  reserve(key: string, waitMs: number): void;
  /** Nobody before `pauseMs` are over. */
  hold(key: string, pauseMs: number): void;
}

interface Past {
  /** When the last ones were or will be, oldest first. */
  times: number[];
  heldUntil: number;
}

/**
 * @param max keys that are remembered at most.
 * @param clock milliseconds on a clock that never goes back.
 */
export function createSlidingWindows(
  windows: readonly Window[],
  max: number,
  clock: () => number,
): SlidingWindows {
  const longest = Math.max(...windows.map(({ ms }) => ms));
  const pasts = new LRUCache<string, Past>({ max });
  const pastOf = (key: string): Past => {
    const past = pasts.get(key) ?? { times: [], heldUntil: 0 };
    pasts.set(key, past);
    const since = clock() - longest;
    const fresh = past.times.findIndex((time) => time > since);
    if (fresh !== 0) past.times.splice(0, fresh === -1 ? past.times.length : fresh);
    return past;
  };
  return {
    wait(key, spare = 0) {
      const { times, heldUntil } = pastOf(key);
      const now = clock();
      const earliest = windows.map(({ count, ms }) => {
        const before = times[times.length - Math.max(1, count - spare)];
        return before === undefined ? now : before + ms;
      });
      return Math.max(0, Math.ceil(Math.max(heldUntil, times.at(-1) ?? now, ...earliest) - now));
    },
    fit(key, afterMs, spare = 0) {
      const { times, heldUntil } = pastOf(key);
      const now = clock();
      const from = Math.max(heldUntil, now + afterMs);
      const isFree = (at: number): boolean =>
        windows.every(({ count, ms }) => {
          const most = Math.max(1, count - spare);
          const around = [...times.filter((time) => Math.abs(time - at) < ms), at].sort((a, b) => a - b);
          return around.every((first, place) => (around[place + most] ?? Infinity) - first >= ms);
        });
      const later = windows.flatMap(({ ms }) => times.map((time) => time + ms)).filter((time) => time > from);
      const free = [from, ...later.sort((a, b) => a - b)].find(isFree) ?? from;
      return Math.max(0, Math.ceil(free - now));
    },
    reserve(key, waitMs) {
      const { times } = pastOf(key);
      const at = clock() + waitMs;
      const behind = times.findLastIndex((time) => time <= at);
      times.splice(behind + 1, 0, at);
    },
    hold(key, pauseMs) {
      const past = pastOf(key);
      past.heldUntil = Math.max(past.heldUntil, clock() + pauseMs);
    },
  };
}
