import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { AskedPumps, EndedPump } from "../support/asked-pumps.ts";
import {
  askUntilUnderWay,
  expectAnswersAgain,
  expectHonestEnds,
  expectUsage,
} from "../support/inference-expectations.ts";
import { type OpenedStack, startInferenceStack } from "../support/inference-stack.ts";
import { hasRedis } from "../support/redis.ts";

if (!hasRedis())
  console.log(
    "Skipped: questions amid faults of stores, networks, models and processes, for there is no redis-server on this machine.",
  );

/** As the requirement says. */
const cutMs = 30_000;
const inferenceWorkers = 2;

/** One stack for all: what a fault has broken must answer again before the next one. Processes are killed at the end. */
(hasRedis() ? describe : describe.skip)("questions amid faults", () => {
  let stack: OpenedStack | undefined;
  /** All that were asked before a process was killed: what that one has not yet written of its use is lost with it. */
  const all: EndedPump[] = [];
  const opened = (): OpenedStack => {
    if (!stack) throw new Error("it did not start");
    return stack;
  };
  const endedBefore = async (asked: AskedPumps) => {
    const ended = await asked.ended();
    const { tally } = await expectHonestEnds(opened(), ended);
    all.push(...ended, ...(await expectAnswersAgain(opened(), inferenceWorkers)));
    return tally;
  };
  beforeAll(async () => {
    stack = await startInferenceStack({ inferenceWorkers });
  }, 480_000);
  afterAll(() => stack?.close(), 180_000);

  it.each([
    ["with what it kept", false],
    ["empty", true],
  ])(
    "end once and honestly where Redis is killed and comes back %s",
    async (_how, empty) => {
      const { asked } = await askUntilUnderWay(opened(), 40, { speaking: 3, waiting: 4 });
      await opened().redis.kill();
      opened().model.goOn();
      await pause(2_000);
      await opened().redis.restart({ empty });
      const tally = await endedBefore(asked);
      // Those that waited are answered once it is back.
      expect({ tally, whole: (tally["whole"] ?? 0) > 20 }).toEqual({ tally, whole: true });
    },
    480_000,
  );

  it("end once and honestly where PostgreSQL breaks off and starts again", async () => {
    const { asked } = await askUntilUnderWay(opened(), 40, { speaking: 3, waiting: 4 });
    await opened().postgres.stopNow();
    opened().model.goOn();
    await pause(2_000);
    await opened().postgres.start();
    const tally = await endedBefore(asked);
    // Those that waited are answered once it is back.
    expect({ tally, whole: (tally["whole"] ?? 0) > 20 }).toEqual({ tally, whole: true });
  }, 480_000);

  it.each([
    ["inference", "goes on"],
    ["workers", "closes"],
  ] as const)(
    "end once and honestly where the network before Redis is cut: of the %s, for 30 s, until it %s",
    async (whose, how) => {
      const { asked } = await askUntilUnderWay(opened(), 40, { speaking: 3, waiting: 4 });
      const network = opened().networks[whose];
      expect(network.open).toBeGreaterThan(0);
      network.cut();
      opened().model.goOn();
      await pause(cutMs);
      network.mend(how);
      await endedBefore(asked);
    },
    480_000,
  );

  it("were recorded with the tokens that the model server has counted", async () => {
    await expectUsage(opened(), all);
  }, 120_000);

  it("end once and honestly where the model server is killed in the middle", async () => {
    // Some have said more than a sentence.
    const least = { speaking: 4, words: 120, waiting: 4 };
    const { asked, found } = await askUntilUnderWay(opened(), 40, least);
    const { speaking } = found;
    await opened().model.kill();
    await pause(2_000);
    await opened().model.restart();
    const { tally, cutOff, givenTwice } = await expectHonestEnds(opened(), await asked.ended());
    // What some words were told of is never asked for again; of some the last words were on their way.
    expect({ tally, speaking, some: cutOff > 0, tooMany: cutOff > speaking, givenTwice }).toEqual({
      ...{ tally, speaking },
      ...{ some: true, tooMany: false, givenTwice: 0 },
    });
    await expectAnswersAgain(opened(), inferenceWorkers);
  }, 480_000);

  it("are answered by the other inference worker where one is killed, unless some was told", async () => {
    const least = { speaking: 4, silent: 1, waiting: 4 };
    const { asked, found } = await askUntilUnderWay(opened(), 40, least);
    const { speaking, silent } = found;
    await opened().inference[0]?.kill();
    opened().model.goOn();
    // Its place is taken while the other one answers.
    const [ended] = await Promise.all([asked.ended(), opened().open("inference")]);
    const { tally, givenTwice, cutOff } = await expectHonestEnds(opened(), ended);
    expect({ tally, quoted: tally["quoted"] ?? 0, givenTwice }).toEqual({ tally, quoted: 0, givenTwice: 0 });
    expect({ tally, speaking, silent, tooMany: cutOff > speaking }).toEqual({
      ...{ tally, speaking, silent },
      tooMany: false,
    });
    await expectAnswersAgain(opened(), inferenceWorkers);
  }, 480_000);

  it("reach whoever watches, without a gap, where the bots are killed and start again", async () => {
    const { model, bots } = opened();
    const { asked } = await askUntilUnderWay(opened(), 40, { speaking: 4, waiting: 4 });
    await bots.kill();
    // So much is said while nobody listens, and no more, however long the bots take to start.
    const again = model.stopAt({ speaking: 4, words: 60 });
    model.goOn();
    await again;
    await model.stopped();
    await opened().open("bots");
    model.goOn();
    const ended = await asked.ended();
    const { tally, givenTwice } = await expectHonestEnds(opened(), ended);
    expect({ tally, givenTwice }).toEqual({ tally: { whole: 40 }, givenTwice: 0 });
    for (const { watched, text } of ended) {
      expect(watched.reconnects).toBeGreaterThan(0);
      // What ended meanwhile is shown by its final message.
      expect(text.slice(0, watched.streamed.trim().length)).toBe(watched.streamed.trim());
    }
    expect(ended.filter(({ watched, text }) => watched.streamed.trim() === text).length).toBeGreaterThan(0);
  }, 480_000);

  it("go on in another process where the workers are killed", async () => {
    const { asked } = await askUntilUnderWay(opened(), 24, { speaking: 4, waiting: 4 });
    await opened().workers.kill();
    opened().model.goOn();
    await opened().open("workers");
    // The model may have been asked twice, since the first who asked is gone; it is told once.
    const ended = await asked.ended();
    const { tally } = await expectHonestEnds(opened(), ended);
    expect(tally).toEqual({ whole: 24 });
    // Nor do its words follow those that the first had shown.
    for (const { watched, text } of ended)
      expect(text.slice(0, watched.streamed.trim().length)).toBe(watched.streamed.trim());
  }, 480_000);
});
