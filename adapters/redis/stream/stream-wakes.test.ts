import { EventEmitter } from "node:events";
import { describe, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import { createStreamWakes } from "./stream-wakes.ts";

describe("the wakes of a stream's readers", () => {
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
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(woken).toBe(false);
    // What grew since then was told to nobody.
    const asked = performance.now();
    listens();
    await again;
    expect(performance.now() - asked).toBeLessThan(950);
    for (const wake of [await first, second]) wake.end();
  });
});
