/**
 * The smallest value that at least `percent` of all values do not exceed (nearest rank, as in NIST's handbook, without
 * interpolation: every figure is one that was measured). Throws RangeError where there is no value.
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  const value = sorted[rank - 1];
  if (value === undefined) throw new RangeError(`no percentile ${percent} of ${sorted.length} values`);
  return value;
}

export const median = (values: readonly number[]): number => percentile(values, 50);

/** Rounds to `digits` decimal places, so that a report does not show noise as precision. */
export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** `<prefix>P50Ms`, `P95Ms`, `P99Ms` and `MaxMs` of latencies in milliseconds. */
export function latencyFigures(prefix: string, milliseconds: readonly number[]): Record<string, number> {
  return {
    [`${prefix}P50Ms`]: rounded(percentile(milliseconds, 50)),
    [`${prefix}P95Ms`]: rounded(percentile(milliseconds, 95)),
    [`${prefix}P99Ms`]: rounded(percentile(milliseconds, 99)),
    [`${prefix}MaxMs`]: rounded(percentile(milliseconds, 100)),
  };
}
