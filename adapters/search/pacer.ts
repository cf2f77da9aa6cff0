import { setImmediate } from "node:timers/promises";

const longestStretchMs = 10;

/** Keeps long work from holding up the process: call `pause` between small steps. */
export class Pacer {
  #started = performance.now();

  async pause(): Promise<void> {
    if (performance.now() - this.#started < longestStretchMs) return;
    await setImmediate();
    this.#started = performance.now();
  }
}
