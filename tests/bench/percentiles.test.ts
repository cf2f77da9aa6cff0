import { describe, expect, it } from "@jest/globals";
import { latencyFigures, median, percentile } from "./percentiles.ts";

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, place) => 100 - place);

  it("is the nearest rank, whatever the order", () => {
    expect(percentile(hundred, 50)).toBe(50);
    expect(percentile(hundred, 95)).toBe(95);
    expect(percentile(hundred, 100)).toBe(100);
    expect(percentile(hundred, 0)).toBe(1);
  });

  it("is always a value that was measured", () => {
    expect(percentile([1, 10], 50)).toBe(1);
    expect(percentile([1, 10], 51)).toBe(10);
    expect(median([3, 1, 2])).toBe(2);
    expect(percentile([7], 99)).toBe(7);
  });

  it("leaves its input as it is", () => {
    const values = [3, 1, 2];
    percentile(values, 50);
    expect(values).toEqual([3, 1, 2]);
  });

  it("refuses to speak about nothing", () => {
    expect(() => percentile([], 50)).toThrow(RangeError);
  });
});

it("names the figures of latencies with their unit", () => {
  expect(latencyFigures("reply", [1.04, 2, 3])).toEqual({
    replyP50Ms: 2,
    replyP95Ms: 3,
    replyP99Ms: 3,
    replyMaxMs: 3,
  });
});
