import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Redis } from "ioredis";
import { createStreamWakes } from "./stream-wakes.ts";

describe("the wakes of a stream's readers", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it("have a second reader look again that came before Redis listened for the first", async () => {
    let listens: () => void = () => undefined;
    const listening = Object.assign(new EventEmitter(), {
      subscribe: () => new Promise<void>((resolve) => (listens = resolve)),
      unsubscribe: () => Promise.resolve(),
    });
    const wakes = createStreamWakes(listening as unknown as Redis);
    const { signal } = new AbortController();
    const first = wakes.listen("stream");
    const second = await wakes.listen("stream");
    await second.next(signal);
    let woken = false;
    const again = second.next(signal).then(() => (woken = true));
    await jest.advanceTimersByTimeAsync(950);
    expect(woken).toBe(false);
    // What grew since then was told to nobody. No time passes any more.
    listens();
    await again;
    for (const wake of [await first, second]) wake.end();
  });
});
