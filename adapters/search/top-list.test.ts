import { describe, expect, it } from "@jest/globals";
import { fuse } from "./fuse.ts";
import { TopList, type Candidate } from "./top-list.ts";

const candidate = (id: string, score: number): Candidate => ({ segment: 0, passage: 0, id, score });
const ids = (candidates: readonly Candidate[]): string => candidates.map((one) => one.id).join("");

describe("TopList", () => {
  it("keeps the best, equal ones by id, whatever the order of arrival", () => {
    const all = [
      candidate("d", 1),
      candidate("b", 2),
      candidate("a", 2),
      candidate("c", 3),
      candidate("e", 1),
    ];
    for (const order of [all, [...all].reverse()]) {
      const top = new TopList(4);
      order.forEach((one) => top.offer(one));
      expect(ids(top.sorted())).toBe("cabd");
      expect(top.threshold).toBe(1);
    }
  });

  it("keeps none where none is wanted", () => {
    const top = new TopList(0);
    top.offer(candidate("a", 1));
    expect(top.sorted()).toEqual([]);
  });
});

describe("fuse", () => {
  it("puts first what both lists rank high, and is deterministic for the rest", () => {
    const words = [candidate("a", 9), candidate("b", 8), candidate("c", 7)];
    const vectors = [candidate("b", 0.9), candidate("d", 0.8), candidate("a", 0.7)];
    const fused = fuse([words, vectors]);
    expect(ids(fused)).toBe("badc");
    expect(fused[0]!.score).toBeCloseTo(1 / 62 + 1 / 61, 12);
  });
});
