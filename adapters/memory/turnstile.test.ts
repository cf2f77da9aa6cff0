import { afterEach, beforeEach, expect, it, jest } from "@jest/globals";
import { createTurnstile, type Turnstile } from "./turnstile.ts";

let now: number;
let turnstile: Turnstile;
let woken: number;
const wake = (): void => {
  woken += 1;
};
const pass = (milliseconds: number): void => {
  now += milliseconds;
  jest.advanceTimersByTime(milliseconds);
};
/** So many events a second, evenly. */
const arrive = (perSecond: number, forMs: number): void => {
  for (let sent = 0; sent < (perSecond * forMs) / 1_000; sent += 1) {
    turnstile.arrived();
    pass(1_000 / perSecond);
  }
};

beforeEach(() => {
  jest.useFakeTimers();
  now = 1_000;
  woken = 0;
  turnstile = createTurnstile({ now: () => now });
});
afterEach(() => {
  turnstile.close();
  jest.useRealTimers();
});

it("lets everyone in as long as events arrive singly", () => {
  arrive(40, 5_000);
  expect([1, 2, 3, 4].map(() => turnstile.enter(wake))).toEqual([true, true, true, true]);
});

it("lets one in at a time in a rush, after a rest as long as the last one took", () => {
  arrive(200, 1_000);
  expect(turnstile.enter(wake)).toBe(true);
  expect(turnstile.enter(wake)).toBe(false);
  arrive(200, 20);
  turnstile.left(20);
  expect(turnstile.enter(wake)).toBe(false);
  arrive(200, 15);
  expect(woken).toBe(0);
  arrive(200, 10);
  expect(woken).toBe(1);
  expect(turnstile.enter(wake)).toBe(true);
});

it("rests no longer than a tenth of a second for a job that waited for others", () => {
  arrive(200, 1_000);
  expect(turnstile.enter(wake)).toBe(true);
  turnstile.left(30_000);
  expect(turnstile.enter(wake)).toBe(false);
  arrive(200, 100);
  expect(turnstile.enter(wake)).toBe(true);
});

it("lets everyone in again when the rush is over, also while a job is inside", () => {
  arrive(200, 1_000);
  expect(turnstile.enter(wake)).toBe(true);
  expect(turnstile.enter(wake)).toBe(false);
  pass(1_100);
  expect(woken).toBe(1);
  expect([1, 2].map(() => turnstile.enter(wake))).toEqual([true, true]);
});

it("holds nobody up for longer than a minute", () => {
  arrive(200, 1_000);
  expect(turnstile.enter(wake)).toBe(true);
  arrive(200, 59_000);
  expect(turnstile.enter(wake)).toBe(false);
  arrive(200, 1_500);
  expect([1, 2].map(() => turnstile.enter(wake))).toEqual([true, true]);
});
