import { beforeEach, describe, expect, it } from "@jest/globals";
import { createServerBreaker, type ServerBreaker } from "./server-breaker.ts";

describe("the breaker of a server", () => {
  let now: number;
  let pauses: number[];
  let breaker: ServerBreaker;
  beforeEach(() => {
    now = 0;
    pauses = [];
    breaker = createServerBreaker({
      clock: { now: () => new Date(now) },
      onChange: ({ pauseMs }) => pauses.push(pauseMs),
    });
  });
  const fail = (times: number) => {
    for (let turn = 0; turn < times; turn += 1) breaker.permit()?.failed();
  };

  it("opens after five failures in a row, not after five in all", () => {
    fail(4);
    breaker.permit()?.worked();
    fail(4);
    expect(breaker.available).toBe(true);
    fail(1);
    expect([breaker.available, breaker.permit()]).toEqual([false, null]);
  });

  it("lets one call try for all, and closes when it works", () => {
    fail(5);
    now = 2_000;
    const probe = breaker.permit();
    expect(probe).not.toBeNull();
    expect(breaker.permit()).toBeNull();
    probe?.worked();
    expect(breaker.permit()).not.toBeNull();
    expect(pauses).toEqual([2_000, 0]);
    fail(4);
    expect(breaker.available).toBe(true);
  });

  it("doubles the pause with each try that fails, up to a minute, and begins anew once it was closed", () => {
    fail(5);
    for (let turn = 0; turn < 7; turn += 1) {
      now += 60_000;
      fail(1);
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    now += 60_000;
    breaker.permit()?.worked();
    fail(5);
    expect(pauses.slice(-2)).toEqual([0, 2_000]);
  });

  it("lets another try where the one that tried was stopped", () => {
    fail(5);
    now = 2_000;
    breaker.permit()?.dropped();
    expect(breaker.available).toBe(true);
  });

  it("hears nothing from calls that began before it opened", () => {
    const [good, bad] = [breaker.permit(), breaker.permit()];
    fail(5);
    good?.worked();
    bad?.failed();
    expect(breaker.available).toBe(false);
    expect(pauses).toEqual([2_000]);
  });
});
