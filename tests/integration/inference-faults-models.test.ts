import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { askUntilUnderWay, expectAnswersAgain, expectHonestEnds } from "../support/inference-expectations.ts";
import { type OpenedStack, startInferenceStack } from "../support/inference-stack.ts";
import { hasRedis } from "../support/redis.ts";

if (!hasRedis())
  console.log("Skipped: killed model servers and processes, for there is no redis-server on this machine.");

(hasRedis() ? describe : describe.skip)("questions whose model server or process is killed", () => {
  let stack: OpenedStack | undefined;
  const opened = (): OpenedStack => {
    if (!stack) throw new Error("it did not start");
    return stack;
  };
  beforeAll(async () => {
    stack = await startInferenceStack({ inferenceWorkers: 2 });
  }, 480_000);
  afterAll(() => stack?.close(), 180_000);

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
    await expectAnswersAgain(opened(), 2);
  }, 480_000);

  it("are answered by the other inference worker where one is killed, unless some was told", async () => {
    const least = { speaking: 4, silent: 1, waiting: 4 };
    const { asked, found } = await askUntilUnderWay(opened(), 40, least);
    const { speaking, silent } = found;
    await opened().inference[0]?.kill();
    opened().model.goOn();
    const { tally, givenTwice, cutOff } = await expectHonestEnds(opened(), await asked.ended());
    expect({ tally, quoted: tally["quoted"] ?? 0, givenTwice }).toEqual({ tally, quoted: 0, givenTwice: 0 });
    expect({ tally, speaking, silent, tooMany: cutOff > speaking }).toEqual({
      ...{ tally, speaking, silent },
      tooMany: false,
    });
    await opened().open("inference");
    await expectAnswersAgain(opened(), 2);
  }, 480_000);

  it("reach whoever watches, without a gap, where the bots are killed and start again", async () => {
    const { asked } = await askUntilUnderWay(opened(), 40, { speaking: 4, waiting: 4 });
    await opened().bots.kill();
    opened().model.goOn();
    await opened().open("bots");
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
