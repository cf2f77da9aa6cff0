import type { Clock } from "../../core/clock.ts";

/** A clock that a test moves. */
export function manualClock(
  start = Date.UTC(2026, 0, 15, 9, 0, 0),
): Clock & { advance(milliseconds: number): void } {
  let time = start;
  return {
    now: () => new Date(time),
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}
