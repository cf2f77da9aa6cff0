import { z } from "zod";

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time as people write it: a whole number and its unit, such as `30m`, `8h` or `180d`. */
export const duration = z
  .string()
  .regex(/^[1-9][0-9]{0,4}[smhd]$/, "a number and s, m, h or d, such as 30m or 8h");

/** In milliseconds. */
export function durationMs(text: string): number {
  const unit = text.at(-1);
  if (unit !== "s" && unit !== "m" && unit !== "h" && unit !== "d")
    throw new RangeError(`no duration: ${text}`);
  return Number(text.slice(0, -1)) * unitMs[unit];
}
