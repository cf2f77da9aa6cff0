import { describe, expect, it } from "@jest/globals";
import { createInFlightLimit, type InFlightLimit } from "./in-flight-limit.ts";

const open = (more = {}): InFlightLimit =>
  createInFlightLimit({ least: 1, most: 64, start: 4, firstTokenTargetMs: 1_000, ...more });
const good = (limit: InFlightLimit, count: number, full = true): void => {
  for (let n = 0; n < count; n += 1) limit.worked({ firstTokenMs: 100, full });
};

describe("the limit of calls in flight", () => {
  it("doubles with each round until it is too much, then grows by one for each", () => {
    const limit = open();
    good(limit, 4);
    expect(limit.current).toBe(8);
    good(limit, 8);
    expect(limit.current).toBe(16);
    limit.overloaded();
    expect(limit.current).toBe(11);
    good(limit, 11);
    expect(limit.current).toBe(12);
    good(limit, 12);
    expect(limit.current).toBe(13);
  });

  it("is cut once for all that were under way together", () => {
    const limit = open({ start: 20 });
    for (let n = 0; n < 5; n += 1) limit.overloaded();
    expect(limit.current).toBe(14);
    good(limit, 20, false);
    limit.overloaded();
    expect(limit.current).toBe(9);
  });

  it("takes a late first token for too much", () => {
    const limit = open({ start: 10 });
    limit.worked({ firstTokenMs: 1_001, full: true });
    expect(limit.current).toBe(7);
  });

  it("learns nothing from calls that had the server for themselves", () => {
    const limit = open();
    good(limit, 100, false);
    expect(limit.current).toBe(4);
  });

  it("is used by more than half of it until it was too much once, and then by all of it", () => {
    const limit = open({ start: 8 });
    expect([4, 5, 8].map((underWay) => limit.isUsed(underWay))).toEqual([false, true, true]);
    limit.overloaded();
    expect(limit.current).toBe(5);
    expect([3, 4, 5].map((underWay) => limit.isUsed(underWay))).toEqual([false, false, true]);
  });

  it("stays within its bounds", () => {
    const limit = open({ most: 6, least: 3 });
    good(limit, 100);
    expect(limit.current).toBe(6);
    for (let n = 0; n < 10; n += 1) {
      limit.overloaded();
      good(limit, 10, false);
    }
    expect(limit.current).toBe(3);
  });

  it("finds what a server bears, and stays near it", () => {
    const limit = open({ start: 1 });
    const bears = 24;
    const seen: number[] = [];
    for (let round = 0; round < 300; round += 1) {
      const sent = limit.current;
      for (let n = 0; n < sent; n += 1)
        if (n < bears) limit.worked({ firstTokenMs: 100, full: true });
        else limit.overloaded();
      if (round > 100) seen.push(sent);
    }
    const mean = seen.reduce((sum, each) => sum + each, 0) / seen.length;
    expect(mean).toBeGreaterThan(bears * 0.7);
    expect(mean).toBeLessThan(bears * 1.1);
  });
});
