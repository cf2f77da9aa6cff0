import { describe, expect, it } from "@jest/globals";
import { auroc, mean, ndcg, recall, reciprocalRank } from "./metrics.ts";

const judged = new Map([
  ["a", 3],
  ["b", 2],
  ["c", 0],
]);

describe("metrics", () => {
  it("computes nDCG with linear gains", () => {
    expect(ndcg(["a", "b"], judged, 10)).toBe(1);
    const ideal = 3 + 2 / Math.log2(3);
    expect(ndcg(["c", "b", "x", "a"], judged, 10)).toBeCloseTo(
      (2 / Math.log2(3) + 3 / Math.log2(5)) / ideal,
      12,
    );
    expect(ndcg(["c", "b"], judged, 1)).toBe(0);
    expect(ndcg(["a"], new Map(), 10)).toBe(0);
  });

  it("computes recall over the relevant documents only", () => {
    expect(recall(["c", "a"], judged, 5)).toBe(0.5);
    expect(recall(["c", "a", "b"], judged, 2)).toBe(0.5);
    expect(recall(["a", "a"], judged, 5)).toBe(0.5);
  });

  it("computes the reciprocal rank within its depth", () => {
    expect(reciprocalRank(["x", "c", "b"], judged, 10)).toBeCloseTo(1 / 3, 12);
    expect(reciprocalRank(["x", "c", "b"], judged, 2)).toBe(0);
  });

  it("computes the area under the curve, ties counting half", () => {
    expect(auroc([3, 4], [1, 2])).toBe(1);
    expect(auroc([1, 2], [3, 4])).toBe(0);
    expect(auroc([1, 1], [1])).toBe(0.5);
    expect(auroc([2, 1], [1, 0])).toBe(0.875);
    expect(auroc([], [1])).toBeNaN();
  });

  it("has no mean of nothing", () => {
    expect(mean([1, 2])).toBe(1.5);
    expect(mean([])).toBeNaN();
  });
});
