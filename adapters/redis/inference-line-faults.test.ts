import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { Redis } from "ioredis";
import type { InferenceLine } from "../../core/inference/jobs/inference-line.ts";
import { silentLogger } from "../../core/logger.ts";
import { hasRedis, startRedis, type TestRedis, type TestRedisOptions } from "../../tests/support/redis.ts";
import { inferenceJob } from "../../tests/support/sample-inference-job.ts";
import { until } from "../../tests/support/sample-work.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createRedisInferenceEvents } from "./inference-events.ts";
import { createRedisInferenceLine } from "./inference-line.ts";

jest.setTimeout(180_000);

const present = hasRedis();
if (!present)
  console.log("Skipped: outages of the line of model calls, for there is no redis-server on this machine.");

const tier = "fast";
/** Far above the time after which a command counts as not answered, for a machine that stands still meanwhile. */
const boundMs = 60_000;

interface StartOptions extends TestRedisOptions {
  readonly answerWithinMs?: number;
}

(present ? describe : describe.skip)("the line in Redis through outages", () => {
  let redis: TestRedis | null = null;
  let line: InferenceLine | null = null;
  const start = async ({ answerWithinMs = amplyMs, ...options }: StartOptions = {}) => {
    redis = await startRedis(options);
    line = createRedisInferenceLine({ url: redis.url, logger: silentLogger, answerWithinMs });
    return { redis, line };
  };
  afterEach(async () => {
    await line?.close();
    await redis?.close();
  });
  const away = async (ask: () => Promise<unknown>) => {
    const asked = performance.now();
    await expect(ask()).rejects.toMatchObject({ code: "queue_unavailable" });
    expect(performance.now() - asked).toBeLessThan(boundMs);
  };
  const whenBack = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (const end = Date.now() + 40_000; ;)
      try {
        return await ask();
      } catch (error) {
        if (Date.now() > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
  };

  it("lets what is in line be taken and ended where Redis has no memory left, and adds no more", async () => {
    const { redis, line } = await start();
    const job = inferenceJob();
    await line.add(job);
    const admin = new Redis(redis.url);
    await admin.config("SET", "maxmemory", "1");
    await expect(line.add(inferenceJob())).rejects.toMatchObject({ code: "queue_unavailable" });
    expect((await line.take(tier, 0)).taken?.job).toEqual(job);
    expect(await line.lost(tier)).toEqual([job.id]);
    expect(await line.back(tier, job.id)).toBe(true);
    expect((await line.take(tier, 10_000)).taken?.attempt).toBe(2);
    const events = createRedisInferenceEvents({
      url: redis.url,
      logger: silentLogger,
      answerWithinMs: amplyMs,
    });
    events.publish(job.id, 2, { kind: "text", text: "Open" });
    expect(await events.flush(job.id)).toBe(true);
    await events.close();
    expect(await line.end(tier, job.id, 2, 7)).toBe(true);
    admin.disconnect();
  });

  it("says so in a bounded time while Redis is away, and goes on by itself, with nothing, where it has lost its memory", async () => {
    const { redis, line } = await start();
    const [held, waits] = [inferenceJob(), inferenceJob()];
    await line.add(held);
    await line.add(waits);
    await line.serve("worker", [tier], 60_000);
    await line.take(tier, 60_000);
    await redis.kill();
    await away(() => line.add(inferenceJob()));
    await away(() => line.take(tier, 1_000));
    await away(() => line.has(tier, held.id));
    await away(() => line.workers(tier));
    await redis.restart();
    expect(await whenBack(() => line.has(tier, held.id))).toBe(false);
    expect([await line.length(tier), await line.workers(tier)]).toEqual([0, 0]);
    expect([
      await line.placeOf(tier, waits.id),
      await line.extend(tier, held.id, 1, 1_000),
      await line.end(tier, held.id, 1, 10),
      await line.back(tier, held.id),
      await line.lost(tier),
    ]).toEqual([null, false, false, false, []]);
    await line.add(waits);
    expect((await line.take(tier, 1_000)).taken).toEqual({ job: waits, attempt: 1 });
    expect(await line.end(tier, waits.id, 1, 10)).toBe(true);
  });

  it("knows all of it again where Redis is killed and keeps its data", async () => {
    const { redis, line } = await start({ keepsData: true });
    const jobs = Array.from({ length: 5 }, () => inferenceJob());
    for (const job of jobs) await line.add(job);
    await line.serve("worker", [tier], 60_000);
    const [held, brief, ...waiting] = jobs;
    await line.take(tier, 60_000);
    await line.take(tier, 1);
    await redis.kill();
    await redis.restart();
    expect(await whenBack(() => line.length(tier))).toBe(3);
    expect(await Promise.all(waiting.map(({ id }) => line.placeOf(tier, id)))).toEqual([0, 1, 2]);
    expect(await line.workers(tier)).toBe(1);
    expect(await line.extend(tier, held?.id ?? "", 1, 60_000)).toBe(true);
    expect(await line.lost(tier)).toEqual([brief?.id]);
    expect(await line.back(tier, brief?.id ?? "")).toBe(true);
    expect(await line.end(tier, held?.id ?? "", 1, 200)).toBe(true);
    const taken = [];
    for (let n = 0; n < 4; n += 1) taken.push((await line.take(tier, 60_000)).taken);
    expect(taken).toEqual([{ job: brief, attempt: 2 }, ...waiting.map((job) => ({ job, attempt: 1 }))]);
  });

  it("says so in a bounded time where Redis takes what is sent and answers nothing", async () => {
    const { redis, line } = await start({ answerWithinMs: 2_000 });
    const patient = createRedisInferenceLine({
      url: redis.url,
      logger: silentLogger,
      answerWithinMs: amplyMs,
    });
    // What Redis has never run it does not know by its digest, and could not run later.
    await patient.take(tier, 50);
    await patient.add(inferenceJob());
    await whenBack(() => line.length(tier));
    redis.freeze();
    await Promise.all([
      away(() => line.add(inferenceJob())),
      away(() => line.take(tier, 50)),
      away(() => line.length(tier)),
    ]);
    redis.thaw();
    expect(await whenBack(() => line.length(tier))).toBeGreaterThanOrEqual(0);
    // What was taken for nobody is found by its hold.
    let lost: readonly string[] = [];
    await until("it is found", async () => (lost = await patient.lost(tier)).length > 0);
    expect(lost).toHaveLength(1);
    await patient.close();
  });

  it("tells a lost job again where whoever was told did nothing", async () => {
    const { redis, line } = await start();
    const job = inferenceJob();
    await line.add(job);
    await line.take(tier, 0);
    const before = Date.now();
    // Together, so that no time passes between the two.
    expect(await Promise.all([line.lost(tier), line.lost(tier)])).toEqual([[job.id], []]);
    const after = Date.now();
    const look = new Redis(redis.url);
    const held = `expert:inference:{${tier}}:held`;
    const again = Number(await look.zscore(held, job.id));
    expect(again).toBeGreaterThanOrEqual(before + 10_000);
    expect(again).toBeLessThanOrEqual(after + 10_000);
    await look.zadd(held, Date.now() - 1, job.id);
    look.disconnect();
    expect(await line.lost(tier)).toEqual([job.id]);
    expect(await line.back(tier, job.id)).toBe(true);
  });
});
