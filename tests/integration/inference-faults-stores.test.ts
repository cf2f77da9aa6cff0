import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { EndedPump } from "../support/asked-pumps.ts";
import {
  askUntilUnderWay,
  expectAnswersAgain,
  expectHonestEnds,
  expectUsage,
} from "../support/inference-expectations.ts";
import { type OpenedStack, startInferenceStack } from "../support/inference-stack.ts";
import { hasRedis } from "../support/redis.ts";

if (!hasRedis())
  console.log("Skipped: Redis and PostgreSQL restarted, for there is no redis-server on this machine.");

(hasRedis() ? describe : describe.skip)("questions while Redis or PostgreSQL starts again", () => {
  let stack: OpenedStack | undefined;
  const all: EndedPump[] = [];
  const opened = (): OpenedStack => {
    if (!stack) throw new Error("it did not start");
    return stack;
  };
  beforeAll(async () => {
    stack = await startInferenceStack({ inferenceWorkers: 1 });
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
      const ended = await asked.ended();
      const { tally } = await expectHonestEnds(opened(), ended);
      // Those that waited are answered once it is back.
      expect({ tally, whole: (tally["whole"] ?? 0) > 20 }).toEqual({ tally, whole: true });
      all.push(...ended, ...(await expectAnswersAgain(opened(), 1)));
    },
    480_000,
  );

  it("end once and honestly where PostgreSQL breaks off and starts again", async () => {
    const { asked } = await askUntilUnderWay(opened(), 40, { speaking: 3, waiting: 4 });
    await opened().postgres.stopNow();
    opened().model.goOn();
    await pause(2_000);
    await opened().postgres.start();
    const ended = await asked.ended();
    const { tally } = await expectHonestEnds(opened(), ended);
    // Those that waited are answered once it is back.
    expect({ tally, whole: (tally["whole"] ?? 0) > 20 }).toEqual({ tally, whole: true });
    all.push(...ended, ...(await expectAnswersAgain(opened(), 1)));
  }, 480_000);

  it("were recorded with the tokens that the model server has counted", async () => {
    await expectUsage(opened(), all);
  }, 120_000);
});
