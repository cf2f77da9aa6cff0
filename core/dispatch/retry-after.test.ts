import { expect, it } from "@jest/globals";
import { retryAfter } from "./retry-after.ts";

const begun = new Date("2026-11-21T08:00:00Z");
const after = (ms: number): Date => new Date(begun.getTime() + ms);

it("waits longer after each attempt, and an hour at most", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 500].map((attempt) =>
    retryAfter(attempt, begun, after(1_000), 0),
  );
  expect(waits[0]).toBe(5_000);
  expect(waits.at(-1)).toBe(3_600_000);
  expect(waits.every((wait, at) => (wait ?? 0) >= (waits[at - 1] ?? 0))).toBe(true);
});

it("comes up to a quarter later by chance", () => {
  expect(retryAfter(1, begun, after(0), 0.999)).toBe(6_249);
});

it("ends after a day", () => {
  const day = 86_400_000;
  expect(retryAfter(20, begun, after(day - 3_600_000), 0)).toBe(3_600_000);
  expect(retryAfter(20, begun, after(day - 3_599_999), 0)).toBeNull();
  expect(retryAfter(1, begun, after(day - 6_000), 0)).toBe(5_000);
  expect(retryAfter(1, begun, after(2 * day), 0)).toBeNull();
});

it("tries a call more than thirty times within its day", () => {
  let now = begun;
  let attempts = 0;
  for (;;) {
    attempts += 1;
    const wait = retryAfter(attempts, begun, now, 0.5);
    if (wait === null) break;
    now = new Date(now.getTime() + wait);
  }
  expect(attempts).toBeGreaterThan(25);
  expect(now.getTime() - begun.getTime()).toBeLessThanOrEqual(86_400_000);
});
