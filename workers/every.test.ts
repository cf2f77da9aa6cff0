import { describe, expect, it } from "@jest/globals";
import { pause, until } from "../tests/support/sample-work.ts";
import { type Logger, silentLogger } from "../core/logger.ts";
import { every } from "./every.ts";

describe("every", () => {
  it("does its work at once and again and again, never two rounds at a time", async () => {
    let running = 0;
    let most = 0;
    let rounds = 0;
    const schedule = every("work", 1, silentLogger, async () => {
      most = Math.max(most, (running += 1));
      await pause(3);
      running -= 1;
      rounds += 1;
    });
    await until("four rounds", async () => rounds >= 4);
    await schedule.stop();
    expect(most).toBe(1);
  });

  it("lets the last round end before it has stopped, and begins no other", async () => {
    let ended = 0;
    const schedule = every("work", 1, silentLogger, async () => {
      await pause(20);
      ended += 1;
    });
    await schedule.stop();
    expect(ended).toBe(1);
    await pause(30);
    expect(ended).toBe(1);
  });

  it("says that a round failed, and goes on", async () => {
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
    let rounds = 0;
    const schedule = every("looking", 1, logger, () => {
      rounds += 1;
      return rounds === 1 ? Promise.reject(new Error("away")) : Promise.resolve();
    });
    await until("a second round", async () => rounds >= 2);
    await schedule.stop();
    expect(warnings).toEqual(["looking failed; it is tried again"]);
  });
});
