import { expect, it } from "@jest/globals";
import { pauseAfter, probeMs } from "./breaker.ts";

it.each([
  [0, null],
  [1, null],
  [4, null],
  [5, 30_000],
  [6, 60_000],
  [7, 120_000],
  [9, 480_000],
  [10, 600_000],
  [11, 600_000],
  [5_000, 600_000],
])("after %d failures in a row it is left alone for %s ms", (failures, pauseMs) => {
  expect(pauseAfter(failures)).toBe(pauseMs);
});

it("keeps the others waiting for longer than the call that tries for all may take", () => {
  expect(probeMs).toBeGreaterThan(30_000);
});
