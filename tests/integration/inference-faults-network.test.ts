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
  console.log("Skipped: the network before Redis cut, for there is no redis-server on this machine.");

/** As the requirement says. */
const cutMs = 30_000;

(hasRedis() ? describe : describe.skip)("questions while the network before Redis is cut", () => {
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
    ["inference", "goes on"],
    ["workers", "closes"],
  ] as const)(
    "end once and honestly: of the %s, for 30 s, until it %s",
    async (whose, how) => {
      const { asked } = await askUntilUnderWay(opened(), 40, { speaking: 3, waiting: 4 });
      const network = opened().networks[whose];
      expect(network.open).toBeGreaterThan(0);
      network.cut();
      opened().model.goOn();
      await pause(cutMs);
      network.mend(how);
      const ended = await asked.ended();
      await expectHonestEnds(opened(), ended);
      all.push(...ended, ...(await expectAnswersAgain(opened(), 1)));
    },
    480_000,
  );

  it("were recorded with the tokens that the model server has counted", async () => {
    await expectUsage(opened(), all);
  }, 120_000);
});
