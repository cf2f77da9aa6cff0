import { describe, expect, it } from "@jest/globals";
import { openLoop } from "./load-generator.ts";

/** A clock that moves when somebody sleeps, and as far as `overshoot` says beyond. */
function handClock(overshoot = 0): {
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  skip(ms: number): void;
} {
  let time = 1_000;
  return {
    now: () => time,
    sleep: (ms) => {
      time += ms + overshoot;
      return Promise.resolve();
    },
    skip: (ms) => {
      time += ms;
    },
  };
}

describe("openLoop", () => {
  it("sends on schedule", async () => {
    const clock = handClock();
    const arrivals = await openLoop({ perSecond: 100, seconds: 0.05, ...clock }, (index) =>
      Promise.resolve(index),
    );
    expect(arrivals.map(({ scheduledAt }) => scheduledAt)).toEqual([1_000, 1_010, 1_020, 1_030, 1_040]);
    expect(arrivals.map(({ sentAt }) => sentAt)).toEqual([1_000, 1_010, 1_020, 1_030, 1_040]);
    expect(arrivals.map(({ outcome }) => outcome)).toEqual(
      [0, 1, 2, 3, 4].map((value) => ({ status: "fulfilled", value })),
    );
  });

  it("does not wait for answers", async () => {
    const answers: (() => void)[] = [];
    const clock = handClock();
    const running = openLoop({ perSecond: 10, seconds: 1, ...clock }, () => {
      return new Promise<void>((resolve) => {
        answers.push(resolve);
        if (answers.length === 10) for (const answer of answers) answer();
      });
    });
    expect(await running).toHaveLength(10);
  });

  it("counts from the schedule when it was held up itself, and catches up", async () => {
    const clock = handClock();
    const arrivals = await openLoop({ perSecond: 100, seconds: 0.06, ...clock }, (index) => {
      if (index === 1) clock.skip(35);
      return Promise.resolve();
    });
    expect(arrivals.map(({ scheduledAt }) => scheduledAt)).toEqual([
      1_000, 1_010, 1_020, 1_030, 1_040, 1_050,
    ]);
    expect(arrivals.map(({ sentAt }) => sentAt)).toEqual([1_000, 1_010, 1_045, 1_045, 1_045, 1_050]);
  });

  it("drifts no further than one oversleep", async () => {
    const clock = handClock(3);
    const arrivals = await openLoop({ perSecond: 100, seconds: 1, ...clock }, () => Promise.resolve());
    const last = arrivals.at(-1);
    expect(last?.scheduledAt).toBe(1_990);
    expect(last && last.sentAt - last.scheduledAt).toBeLessThanOrEqual(3);
  });

  it("keeps failures apart from answers", async () => {
    const arrivals = await openLoop({ perSecond: 10, seconds: 0.2, ...handClock() }, (index) =>
      index === 0 ? Promise.reject(new Error("refused")) : Promise.resolve("answered"),
    );
    expect(arrivals.map(({ outcome }) => outcome.status)).toEqual(["rejected", "fulfilled"]);
  });
});
