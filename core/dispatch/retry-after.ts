const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
/** Waits after failed attempts; the last one again and again. The product's own choice. */
const waitsMs = [
  5 * secondMs,
  15 * secondMs,
  30 * secondMs,
  minuteMs,
  2 * minuteMs,
  5 * minuteMs,
  10 * minuteMs,
  20 * minuteMs,
  30 * minuteMs,
  hourMs,
] as const;
/** A call is tried for a day. */
const triedForMs = 24 * hourMs;
/** Repeats come up to this share later, each by another part of it, so that those that failed together do not meet again. */
const spread = 0.25;

/**
 * How long to wait after a failed attempt, in milliseconds; null where the day is over by then.
 * @param attempt from 1
 * @param random from 0 to below 1
 */
export function retryAfter(attempt: number, begunAt: Date, now: Date, random: number): number | null {
  const planned = waitsMs[Math.max(attempt, 1) - 1] ?? hourMs;
  const waitMs = Math.round(planned * (1 + spread * random));
  return now.getTime() + waitMs > begunAt.getTime() + triedForMs ? null : waitMs;
}
