import { beforeEach, describe, expect, it } from "@jest/globals";
import { ExpertError } from "../../../core/errors.ts";
import { createMessagePace, type PaceLimits, type PaceTime, teamsPace } from "./message-pace.ts";

const wide = [{ count: 1_000, ms: 1_000 }];

describe("the pace of messages", () => {
  /** Passes only when it is told to. */
  let now = 0;
  /** What was waited for. */
  let waited: number[];
  const time: PaceTime = {
    now: () => now,
    wait(ms) {
      waited.push(ms);
      return Promise.resolve();
    },
  };
  const paceOf = (limits: Partial<PaceLimits>) => createMessagePace({ ...teamsPace, ...limits }, time);
  beforeEach(() => {
    waited = [];
  });

  it("keeps the windows of Teams at once: seven within a second, eight within two, 60 within 30", async () => {
    const pace = paceOf({ longestWaitMs: 0 });
    for (let count = 0; count < 7; count += 1) await pace.take("t", "19:a");
    const refused = await pace.take("t", "19:a").catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "rate_limited" });
    // And as long as a call may arrive late.
    expect((refused as ExpertError).facts).toMatchObject({ retryAfterMs: 1_000 + teamsPace.latenessMs });
  });

  it("counts a channel's threads together, and other conversations by themselves", async () => {
    const pace = paceOf({
      conversation: [{ count: 1, ms: 1_000 }],
      longestWaitMs: 0,
    });
    await pace.take("t", "19:a;messageid=1");
    await expect(pace.take("t", "19:a;messageid=2")).rejects.toMatchObject({ code: "rate_limited" });
    await pace.take("t", "19:b");
  });

  it("keeps to what a Microsoft tenant takes over all conversations", async () => {
    const pace = paceOf({ longestWaitMs: 0 });
    for (let count = 0; count < 30; count += 1) await pace.take("t", `19:${String(count)}`);
    await expect(pace.take("t", "19:x")).rejects.toMatchObject({ code: "rate_limited" });
    await pace.take("other", "19:x");
  });

  it("lets a conversation be read twice as often as written in, within what its Microsoft tenant takes", async () => {
    const pace = paceOf({ longestWaitMs: 0 });
    for (let count = 0; count < 7; count += 1) await pace.take("t", "19:a");
    for (let count = 0; count < 14; count += 1) await pace.read("t", "19:a;messageid=1");
    await expect(pace.read("t", "19:a")).rejects.toMatchObject({ code: "rate_limited" });
    for (let count = 0; count < 9; count += 1) await pace.read("t", "19:b");
    await expect(pace.read("t", "19:b")).rejects.toMatchObject({ code: "rate_limited" });
    await expect(pace.take("t", "19:c")).rejects.toMatchObject({ code: "rate_limited" });
  });

  it("waits a little, in the order of asking", async () => {
    const pace = paceOf({ conversation: [{ count: 2, ms: 80 }], tenant: wide, latenessMs: 0 });
    await Promise.all([0, 1, 2, 3, 4].map(() => pace.take("t", "a")));
    expect(waited).toEqual([80, 80, 160]);
  });

  it("waits by the machine's own time", async () => {
    const limits = { conversation: [{ count: 1, ms: 80 }], tenant: wide, latenessMs: 0 };
    const pace = createMessagePace({ ...teamsPace, ...limits, longestWaitMs: 60_000 });
    const since = performance.now();
    const order: number[] = [];
    await Promise.all([0, 1, 2].map((one) => pace.take("t", "a").then(() => order.push(one))));
    expect(order).toEqual([0, 1, 2]);
    expect(performance.now() - since).toBeGreaterThanOrEqual(155);
  });

  it("waits longer for a message that has begun", async () => {
    const pace = paceOf({ conversation: [{ count: 1, ms: 60 }], longestWaitMs: 0, latenessMs: 0 });
    await pace.take("t", "a");
    await expect(pace.take("t", "a")).rejects.toMatchObject({ code: "rate_limited" });
    await pace.take("t", "a", "long");
    expect(waited).toEqual([60]);
  });

  it("lets nobody wait in a Microsoft tenant for a conversation that has to", async () => {
    const pace = paceOf({
      conversation: [{ count: 1, ms: 300 }],
      tenant: [{ count: 2, ms: 100 }],
      latenessMs: 0,
    });
    await pace.take("t", "a");
    await pace.take("t", "a", "long");
    expect(waited.splice(0)).toEqual([300]);
    await pace.take("t", "b");
    expect(waited).toEqual([]);
    await pace.take("t", "c");
    await pace.take("t", "d");
    expect(waited).toEqual([100, 100]);
  });

  it("leaves to answers what they need", async () => {
    const pace = paceOf({
      conversation: [{ count: 7, ms: 1_000 }],
      longestWaitMs: 0,
    });
    for (let count = 0; count < 4; count += 1) pace.spare("t", "a");
    expect(() => {
      pace.spare("t", "a");
    }).toThrow(ExpertError);
    for (let count = 0; count < 3; count += 1) await pace.take("t", "a");
  });

  it("lets nobody write in a conversation before a pause that Teams wants is over", async () => {
    const pace = paceOf({ longestWaitMs: 0 });
    const wanted = new ExpertError("rate_limited", "slower", { facts: { retryAfterMs: 60 } });
    await expect(pace.heed("a", () => Promise.reject(wanted))).rejects.toBe(wanted);
    await expect(pace.take("t", "a")).rejects.toMatchObject({ code: "rate_limited" });
    await pace.take("t", "b");
    now += 60;
    await pace.take("t", "a");
    expect(await pace.heed("a", () => Promise.resolve(1))).toBe(1);
  });
});
