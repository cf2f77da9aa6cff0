import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { Redis } from "ioredis";
import type { InferenceEvents } from "../../core/inference/jobs/inference-events.ts";
import type { InferenceEvent } from "../../core/inference/jobs/inference-job.ts";
import { newId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { inferenceEventsContract } from "../../tests/contract/inference-events.ts";
import { createFakeEvents } from "../../tests/fakes/inference.ts";
import { hasRedis, startRedis, type TestRedis } from "../../tests/support/redis.ts";
import { until as becomesTrue } from "../../tests/support/sample-work.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createRedisInferenceEvents } from "./inference-events.ts";

jest.setTimeout(180_000);

const present = hasRedis();
if (!present)
  console.log("Skipped: the events of model calls over Redis, for there is no redis-server on this machine.");

inferenceEventsContract("fake", async () => createFakeEvents());

const text = (words: string): InferenceEvent => ({ kind: "text", text: words });
const done: InferenceEvent = { kind: "done", finish: "stop", promptTokens: 3, completionTokens: 2 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const textOf = (events: readonly InferenceEvent[]) =>
  events.map((event) => (event.kind === "text" ? event.text : "")).join("");

(present ? describe : describe.skip)("over Redis", () => {
  let redis: TestRedis;
  let look: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    look = new Redis(redis.url);
  });
  afterAll(async () => {
    look.disconnect();
    await redis.close();
  });
  const open = (): InferenceEvents =>
    createRedisInferenceEvents({ url: redis.url, logger: silentLogger, answerWithinMs: amplyMs });

  inferenceEventsContract("Redis", async () => open());

  describe("events between processes", () => {
    let worker: InferenceEvents;
    let asker: InferenceEvents;
    let job: string;
    let abort: AbortController;
    let told: InferenceEvent[];
    beforeEach(() => {
      [worker, asker, job, abort, told] = [open(), open(), newId(), new AbortController(), []];
    });
    afterEach(async () => {
      abort.abort();
      await Promise.all([worker.close(), asker.close()]);
    });
    const keyOf = (of: string) => `expert:inference:{job:${of}}`;
    const read = async () => {
      for await (const event of asker.subscribe(job, abort.signal)) told.push(event);
    };
    const becomes = (holds: () => Promise<boolean>) => becomesTrue("Redis has it so", holds);
    const until = async (holds: () => boolean) => {
      for (const end = Date.now() + 40_000; !holds() && Date.now() < end;) await pause(25);
      expect(holds()).toBe(true);
    };

    it("ends with a failure where a worker of another version tells what nobody knows here", async () => {
      const reading = read();
      worker.publish(job, 1, text("Open "));
      worker.publish(job, 1, { kind: "speech" } as unknown as InferenceEvent);
      worker.publish(job, 1, done);
      await reading;
      expect(told.at(-1)).toMatchObject({ kind: "failed", code: "model_unavailable" });
    });

    it("writes the first text at once, and joins what follows shortly after", async () => {
      const begun = performance.now();
      for (let n = 0; n < 200; n += 1) {
        worker.publish(job, 1, text(`${n} `));
        await pause(1);
      }
      const tookMs = performance.now() - begun;
      worker.publish(job, 1, done);
      await worker.flush(job);
      const entries = await look.xrange(keyOf(job), "-", "+");
      expect(entries[0]?.[1][1]).toBe(JSON.stringify(text("0 ")));
      // What comes within 15 ms is written together.
      expect(entries.length).toBeLessThan(tookMs / 12 + 5);
      await read();
      expect(textOf(told)).toBe(Array.from({ length: 200 }, (_, n) => `${n} `).join(""));
    });

    it("keeps nothing for ever: half a minute after the end, a quarter of an hour without one", async () => {
      worker.publish(job, 1, text("one"));
      await worker.flush(job);
      const running = await look.ttl(keyOf(job));
      worker.publish(job, 1, done);
      await worker.flush(job);
      const ended = await look.ttl(keyOf(job));
      worker.stop(job);
      await becomes(async () => (await look.exists(`${keyOf(job)}:stop`)) === 1);
      const stopped = await look.ttl(`${keyOf(job)}:stop`);
      expect([running > 600, ended > 0 && ended <= 30, stopped > 60 && stopped <= 300]).toEqual([
        true,
        true,
        true,
      ]);
    });

    it("writes nothing more of a job that is stopped", async () => {
      worker.publish(job, 1, text("one"));
      await worker.flush(job);
      asker.stop(job);
      await becomes(async () => (await look.exists(`${keyOf(job)}:stop`)) === 1);
      worker.publish(job, 1, text("two"));
      worker.publish(job, 1, done);
      expect(await worker.flush(job)).toBe(false);
      expect(await look.exists(keyOf(job))).toBe(0);
    });

    it("keeps nothing of a job whose end was read but for a minute that it was, and makes no other attempt go on", async () => {
      const reading = read();
      worker.publish(job, 1, { kind: "embedded", dimensions: 1, vectors: "AAAA".repeat(50_000) });
      await reading;
      expect(await worker.flush(job)).toBe(true);
      asker.forget(job);
      await becomes(async () => (await look.exists(keyOf(job))) === 0);
      expect(await look.ttl(`${keyOf(job)}:stop`)).toBeLessThanOrEqual(60);
      const stopped = new Promise<void>((resolve) => worker.onStop(job, resolve));
      await stopped;
    });

    it("does not join what two workers say of a job", async () => {
      const reading = read();
      worker.publish(job, 1, text("the pump "));
      await until(() => told.length > 0);
      const other = open();
      other.publish(job, 2, text("is primed"));
      other.publish(job, 2, done);
      await reading;
      expect(textOf(told)).toBe("the pump ");
      expect(told.at(-1)).toMatchObject({ kind: "failed", code: "model_unavailable" });
      worker.publish(job, 1, done);
      expect(await worker.flush(job)).toBe(false);
      await other.close();
    });

    it("does not let two workers write as the same attempt", async () => {
      const other = open();
      worker.publish(job, 1, text("one"));
      await worker.flush(job);
      other.publish(job, 1, text("another"));
      other.publish(job, 1, done);
      expect(await other.flush(job)).toBe(false);
      worker.publish(job, 1, done);
      expect(await worker.flush(job)).toBe(true);
      await read();
      expect([textOf(told), told.at(-1)]).toEqual(["one", done]);
      await other.close();
    });

    it("tells a reader of a hole rather than what follows it", async () => {
      for (const word of ["one ", "two ", "three "]) {
        worker.publish(job, 1, text(word));
        await worker.flush(job);
      }
      await look.xdel(keyOf(job), "1-2");
      worker.publish(job, 1, done);
      await worker.flush(job);
      await read();
      expect(textOf(told)).toBe("one ");
      expect(told.at(-1)).toMatchObject({ kind: "failed", code: "model_unavailable" });
    });

    it("writes in order what was said while Redis was away, for readers who were there before", async () => {
      const reading = read();
      worker.publish(job, 1, text("before "));
      await until(() => told.length > 0);
      await redis.kill();
      for (let n = 0; n < 20; n += 1) {
        worker.publish(job, 1, text(`${n} `));
        await pause(10);
      }
      worker.publish(job, 1, done);
      const written = worker.flush(job);
      await pause(300);
      await redis.restart();
      expect(await written).toBe(true);
      await reading;
      expect(textOf(told)).toBe(`before ${Array.from({ length: 20 }, (_, n) => `${n} `).join("")}`);
      expect(told.at(-1)).toEqual(done);
      // Whoever comes now finds that the beginning is gone.
      told = [];
      await read();
      expect(told).toEqual([expect.objectContaining({ kind: "failed", code: "model_unavailable" })]);
    });

    it("gives up text beyond its bound while Redis is away, and says so", async () => {
      const reading = read();
      worker.publish(job, 1, text("before "));
      await until(() => told.length > 0);
      await redis.kill();
      await pause(50);
      for (let n = 0; n < 40; n += 1) worker.publish(job, 1, text("x".repeat(10_000)));
      worker.publish(job, 1, done);
      const written = worker.flush(job);
      await redis.restart();
      expect(await written).toBe(false);
      await reading;
      expect(textOf(told).length).toBeLessThan(300_000);
      expect(told.at(-1)).toMatchObject({ kind: "failed", code: "model_unavailable" });
    });

    it("fails in a bounded time to say what was told while Redis is away, and hears of stops after it", async () => {
      let stops = 0;
      const end = worker.onStop(job, () => (stops += 1));
      await pause(50);
      await redis.kill();
      const asked = performance.now();
      await expect(asker.told(job)).rejects.toMatchObject({ code: "queue_unavailable" });
      expect(performance.now() - asked).toBeLessThan(60_000);
      asker.stop(job);
      await redis.restart();
      await until(() => stops > 0);
      expect(stops).toBe(1);
      end();
    });
  });
});
