import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { pictureLimits } from "../../core/conversation/picture-limits.ts";
import type { InferenceEvent, InferenceJob } from "../../core/inference/jobs/inference-job.ts";
import type { InferenceEvents } from "../../core/inference/jobs/inference-events.ts";
import type { InferenceLine } from "../../core/inference/jobs/inference-line.ts";
import { silentLogger } from "../../core/logger.ts";
import { hasRedis, startRedis, type TestRedis } from "../../tests/support/redis.ts";
import { inferenceJob } from "../../tests/support/sample-inference-job.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createRedisInferenceEvents } from "./inference-events.ts";
import { createRedisInferenceLine } from "./inference-line.ts";

jest.setTimeout(180_000);

const present = hasRedis();
if (!present) console.log("Skipped: pictures in line, for there is no redis-server on this machine.");

/** As much as one question may bring, in pictures of which each is unlike the others. */
const picturesOf = (seed: number) =>
  Array.from({ length: 2 }, (_, place) => ({
    mediaType: "image/png" as const,
    base64: Buffer.alloc(pictureLimits.allBytes / 2, seed * 2 + place + 1).toString("base64"),
  }));
const jobWithPictures = (seed: number): InferenceJob =>
  inferenceJob({
    tier: "vision",
    request: {
      kind: "chat",
      messages: [{ role: "user", content: "What is this?", images: picturesOf(seed) }],
      maxTokens: 40,
      temperature: 0,
    },
  });

(present ? describe : describe.skip)("calls with as many pictures as a question may bring, in Redis", () => {
  let redis: TestRedis;
  let line: InferenceLine;
  let events: InferenceEvents;
  beforeAll(async () => {
    redis = await startRedis();
    line = createRedisInferenceLine({ url: redis.url, logger: silentLogger, answerWithinMs: amplyMs });
    events = createRedisInferenceEvents({ url: redis.url, logger: silentLogger, answerWithinMs: amplyMs });
  });
  afterAll(async () => {
    await events.close();
    await line.close();
    await redis.close();
  });

  it("come out of the line as they went in, and are answered", async () => {
    const job = jobWithPictures(0);
    await line.add(job);
    expect(JSON.stringify(job).length).toBeGreaterThan(pictureLimits.allBytes);
    const { taken } = await line.take("vision", 60_000);
    expect(taken?.attempt).toBe(1);
    // Not by `toEqual`, which would print all of it.
    expect(JSON.stringify(taken?.job) === JSON.stringify(job)).toBe(true);
    const seen: InferenceEvent[] = [];
    events.publish(job.id, 1, { kind: "text", text: "A pump." });
    events.publish(job.id, 1, { kind: "done", finish: "stop", promptTokens: 2_000, completionTokens: 3 });
    expect(await events.flush(job.id)).toBe(true);
    for await (const event of events.subscribe(job.id, new AbortController().signal)) seen.push(event);
    expect(seen.map(({ kind }) => kind)).toEqual(["text", "done"]);
    expect(await line.end("vision", job.id, 1, 2_003)).toBe(true);
  });

  it("wait several at once, each for its turn, and may be given back", async () => {
    const jobs = Array.from({ length: 8 }, (_, seed) => jobWithPictures(seed));
    await Promise.all(jobs.map((job) => line.add(job)));
    expect(await line.length("vision")).toBe(8);
    const first = (await line.take("vision", 0)).taken?.job.id ?? "";
    expect(await line.lost("vision")).toEqual([first]);
    expect(await line.back("vision", first)).toBe(true);
    const taken = new Set<string>();
    for (let next = await line.take("vision", 60_000); next.taken; next = await line.take("vision", 60_000)) {
      const { job, attempt } = next.taken;
      const asked = jobs.find(({ id }) => id === job.id);
      expect(JSON.stringify(job) === JSON.stringify(asked)).toBe(true);
      expect(await line.end("vision", job.id, attempt, 10)).toBe(true);
      taken.add(job.id);
    }
    expect(taken.size).toBe(8);
    expect(await line.length("vision")).toBe(0);
  });
});
