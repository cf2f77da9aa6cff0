/** So many failed calls in a row have a connection left alone; fewer are each call's own bad luck. */
const failuresBorne = 5;
const firstPauseMs = 30_000;
const longestPauseMs = 600_000;

/** How long one call that tries for all keeps the others waiting, unless it ends before: longer than a call may take. */
export const probeMs = 60_000;
/** How long a connection is left alone that wants to be, and does not say how long. */
export const unsaidPauseMs = 30_000;

/**
 * How long a connection is left alone after so many failed calls in a row, in milliseconds: 30 s after the fifth, twice as
 * long after each that follows, 10 min at most. Null: it may be called at once. The product's own choice.
 */
export function pauseAfter(failures: number): number | null {
  if (failures < failuresBorne) return null;
  return Math.min(firstPauseMs * 2 ** Math.min(failures - failuresBorne, 20), longestPauseMs);
}
