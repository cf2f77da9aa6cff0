import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { newId, type TenantId, type UserId } from "../../ids.ts";
import { createInFlightLimit } from "./in-flight-limit.ts";
import { type Admission, createLane, type Lane, type Slot } from "./lane.ts";

describe("telling those who wait for a model their place", () => {
  let lane: Lane;
  let told: Record<string, number[]>;
  beforeEach(() => {
    jest.useFakeTimers();
    told = {};
    const limit = createInFlightLimit({ least: 1, most: 1, start: 1, firstTokenTargetMs: 10_000 });
    lane = createLane({ clock: { now: () => new Date() }, limit });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const enter = (name: string, more: Partial<Admission> = {}): Promise<Slot> => {
    const places: number[] = [];
    told[name] = places;
    return lane.enter({
      urgency: "interactive",
      tenantId: newId<TenantId>(),
      userId: newId<UserId>(),
      cost: 1,
      signal: undefined,
      deadline: null,
      onWaiting: (place) => places.push(place),
      ...more,
    });
  };

  it("tells each after two seconds how many are before it, and again as it moves up", async () => {
    const first = await enter("first");
    const second = enter("second");
    const third = enter("third");
    await jest.advanceTimersByTimeAsync(1_999);
    expect(told).toEqual({ first: [], second: [], third: [] });
    await jest.advanceTimersByTimeAsync(1);
    expect(told).toEqual({ first: [], second: [0], third: [1] });
    first.worked(1, 1);
    await second;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(told).toEqual({ first: [], second: [0], third: [1, 0] });
    (await second).worked(1, 1);
    await third;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual({ first: [], second: [0], third: [1, 0] });
  });

  it("tells nothing more once the call was stopped, or its time is over", async () => {
    await enter("first");
    const stop = new AbortController();
    const stopped = enter("stopped", { signal: stop.signal });
    const late = enter("late", { deadline: new Date(Date.now() + 3_000) });
    const ends = Promise.allSettled([stopped, late]);
    stop.abort();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await ends).toMatchObject([
      { reason: { code: "cancelled" } },
      { reason: { code: "model_timeout" } },
    ]);
    expect(told).toEqual({ first: [], stopped: [], late: [0] });
    expect(jest.getTimerCount()).toBe(0);
  });
});
