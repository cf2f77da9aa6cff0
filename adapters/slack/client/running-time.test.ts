import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "@jest/globals";
import { afterRunning, signalAfterRunning } from "./running-time.ts";

/** Keeps this process from doing anything else. */
const standStill = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

it("does not count the time in which the process stands still", async () => {
  let over = false;
  const end = afterRunning(1_000, () => (over = true));
  standStill(1_500);
  await pause(1);
  expect(over).toBe(false);
  end();
});

it("ends a wait that is long enough, and none that was ended before", async () => {
  const ended = signalAfterRunning(20);
  ended.end();
  const { signal } = signalAfterRunning(20);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  expect(signal.reason).toMatchObject({ name: "TimeoutError" });
  await pause(40);
  expect(ended.signal.aborted).toBe(false);
});
