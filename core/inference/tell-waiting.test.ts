import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { tellWaiting } from "./tell-waiting.ts";

describe("telling a place in line", () => {
  let places: (number | null | Error)[];
  let told: number[];
  beforeEach(() => {
    jest.useFakeTimers();
    told = [];
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const begin = (...given: typeof places): (() => void) => {
    places = given;
    return tellWaiting({
      placeOf: () => {
        const next = places.length > 1 ? places.shift() : places[0];
        if (next instanceof Error) throw next;
        return next ?? null;
      },
      tell: (place) => told.push(place),
    });
  };

  it("says nothing within the first two seconds, then where it stands", async () => {
    const end = begin(12);
    await jest.advanceTimersByTimeAsync(1_999);
    expect(told).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(told).toEqual([12]);
    end();
  });

  it("says it again only where it changed, every two seconds", async () => {
    const end = begin(3, 3, 1, 0);
    await jest.advanceTimersByTimeAsync(4_000);
    expect(told).toEqual([3]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(told).toEqual([3, 1]);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(told).toEqual([3, 1, 0]);
    end();
  });

  it("goes on where a place could not be looked up", async () => {
    const end = begin(new Error("Redis is away"), null, 2);
    await jest.advanceTimersByTimeAsync(6_000);
    expect(told).toEqual([2]);
    end();
  });

  it("says nothing once it was ended, even where the place was being looked up", async () => {
    let answer = (_place: number): void => undefined;
    const end = tellWaiting({
      placeOf: () => new Promise<number>((resolve) => (answer = resolve)),
      tell: (place) => told.push(place),
    });
    await jest.advanceTimersByTimeAsync(2_000);
    end();
    answer(4);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([]);
  });

  it("may be ended by what is told", async () => {
    const end = tellWaiting({
      placeOf: () => told.length,
      tell: (place) => {
        told.push(place);
        end();
      },
    });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([0]);
  });
});
