import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { Redis } from "ioredis";
import { newId, type TenantId, type UserId } from "../../core/ids.ts";
import { createFairLine, type Waiting } from "../../core/inference/line/fair-line.ts";
import type { InferenceJob } from "../../core/inference/jobs/inference-job.ts";
import type { InferenceLine } from "../../core/inference/jobs/inference-line.ts";
import type { Urgency } from "../../core/inference/model-call.ts";
import { silentLogger } from "../../core/logger.ts";
import { inferenceLineContract } from "../../tests/contract/inference-line.ts";
import { createFakeLine } from "../../tests/fakes/inference.ts";
import { hasRedis, startRedis, type TestRedis } from "../../tests/support/redis.ts";
import { inferenceJob } from "../../tests/support/sample-inference-job.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createRedisInferenceLine } from "./inference-line.ts";

jest.setTimeout(180_000);

const present = hasRedis();
if (!present)
  console.log("Skipped: the line of model calls in Redis, for there is no redis-server on this machine.");

inferenceLineContract("fake", async () => createFakeLine());

const tenants = Array.from({ length: 12 }, () => newId<TenantId>());
const people = Array.from({ length: 6 }, () => newId<UserId>());

/** The same numbers each time (Park, Miller: "Random number generators: good ones are hard to find", CACM 31, 1988). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

(present ? describe : describe.skip)("over Redis", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  const open = (): InferenceLine =>
    createRedisInferenceLine({ url: redis.url, logger: silentLogger, answerWithinMs: amplyMs });

  inferenceLineContract("Redis", async () => open());

  describe("the fair line in Redis", () => {
    let line: InferenceLine;
    let look: Redis;
    beforeEach(async () => {
      look = new Redis(redis.url);
      await look.flushall();
      line = open();
    });
    afterEach(async () => {
      await line.close();
      look.disconnect();
    });

    const jobOf = (tenantId: TenantId, userId: UserId | null, cost = 100, urgency: Urgency = "interactive") =>
      inferenceJob({ call: { tenantId, userId, departmentId: null, urgency }, cost });
    const addMany = async (count: number, make: () => InferenceJob) => {
      const jobs = Array.from({ length: count }, make);
      for (const job of jobs) await line.add(job);
      return jobs;
    };
    const takeMany = async (count: number) => {
      const taken: InferenceJob[] = [];
      for (let n = 0; n < count; n += 1) {
        const next = (await line.take("fast", 60_000)).taken;
        if (next) taken.push(next.job);
      }
      return taken;
    };
    const [acme = newId<TenantId>(), globex = newId<TenantId>()] = tenants;
    const [ana = newId<UserId>(), ben = newId<UserId>()] = people;

    it("shares nine to one between those who wait and batches", async () => {
      await addMany(40, () => jobOf(acme, null, 100, "batch"));
      await addMany(40, () => jobOf(acme, ana));
      const taken = await takeMany(40);
      expect(taken.filter(({ call }) => call?.urgency === "batch")).toHaveLength(4);
    });

    it("shares equally between tenants by what they cost, and between a tenant's people", async () => {
      await addMany(20, () => jobOf(acme, ana, 300));
      await addMany(20, () => jobOf(acme, ben, 300));
      await addMany(60, () => jobOf(globex, ana, 100));
      const taken = await takeMany(40);
      const of = (tenantId: TenantId, userId: UserId) =>
        taken.filter(({ call }) => call?.tenantId === tenantId && call.userId === userId).length;
      expect([of(acme, ana), of(acme, ben), of(globex, ana)]).toEqual([5, 5, 30]);
    });

    it("gives no credit for having been away, and charges what was really spent", async () => {
      await addMany(30, () => jobOf(acme, ana));
      await takeMany(20);
      await addMany(10, () => jobOf(globex, ana));
      const next = await takeMany(10);
      expect(next.filter(({ call }) => call?.tenantId === globex)).toHaveLength(5);
      const [dear] = next.filter(({ call }) => call?.tenantId === globex);
      expect(await line.end("fast", dear?.id ?? "", 1, 500)).toBe(true);
      const then = await takeMany(5);
      expect(then.filter(({ call }) => call?.tenantId === globex).length).toBeLessThanOrEqual(1);
    });

    it("charges a job once that was lost and taken again", async () => {
      await line.add(jobOf(acme, ana));
      await line.take("fast", 0);
      const [lost = ""] = await line.lost("fast");
      await line.back("fast", lost);
      await line.take("fast", 60_000);
      await line.end("fast", lost, 2, 100);
      await addMany(4, () => jobOf(acme, ana));
      await addMany(4, () => jobOf(globex, ana));
      const order = (await takeMany(4)).map(({ call }) => call?.tenantId);
      expect(order.filter((tenant) => tenant === acme)).toHaveLength(2);
    });

    it("shares by weight, by another as soon as it is another", async () => {
      let weight = 1;
      const weighing = createRedisInferenceLine({
        url: redis.url,
        logger: silentLogger,
        answerWithinMs: amplyMs,
        tenantWeight: (tenant) => (tenant === acme ? weight : 1),
      });
      const add = async (tenantId: TenantId, count: number) => {
        for (let n = 0; n < count; n += 1) await weighing.add(jobOf(tenantId, ana));
      };
      const acmeOf = (jobs: readonly InferenceJob[]) =>
        jobs.filter(({ call }) => call?.tenantId === acme).length;
      await add(acme, 30);
      await add(globex, 30);
      expect(acmeOf(await takeMany(8))).toBe(4);
      weight = 3;
      await add(acme, 1);
      expect(acmeOf(await takeMany(20))).toBe(15);
      await takeMany(60);
      await add(acme, 9);
      await add(globex, 9);
      expect(acmeOf(await takeMany(8))).toBe(6);
      await weighing.close();
    });

    it.each([1, 2, 3])("takes the same as the line in one process, in random order %#", async (seed) => {
      interface Call extends Waiting {
        readonly job: InferenceJob;
      }
      const random = seeded(seed * 7_919);
      const weightOf = (tenant: TenantId) => (tenant === acme ? 3 : 1);
      const shared = createRedisInferenceLine({
        url: redis.url,
        logger: silentLogger,
        answerWithinMs: amplyMs,
        tenantWeight: weightOf,
      });
      const own = createFairLine<Call>({ tenantWeight: weightOf });
      const waiting: Call[] = [];
      const running: Call[] = [];
      const pick = (calls: Call[]) => calls.splice(random(calls.length), 1)[0];
      for (let step = 0; step < 1_500; step += 1) {
        const kind = random(20);
        if (kind < 9) {
          const job = jobOf(
            tenants[random(tenants.length)] ?? acme,
            people[random(people.length + 1)] ?? null,
            1 + random(3) * 33,
            random(3) === 0 ? "batch" : "interactive",
          );
          const { cost, call } = job;
          const one: Call = {
            job,
            cost,
            tenantId: call?.tenantId ?? acme,
            userId: call?.userId ?? null,
            urgency: call?.urgency ?? "batch",
          };
          own.add(one);
          await shared.add(job);
          waiting.push(one);
        } else if (kind < 15) {
          const expected = own.take();
          const { taken } = await shared.take("fast", 60_000);
          expect(taken?.job.id).toBe(expected?.job.id);
          if (!expected) continue;
          waiting.splice(waiting.indexOf(expected), 1);
          running.push(expected);
        } else if (kind < 18) {
          const ended = pick(running);
          if (!ended) continue;
          const cost = random(200);
          own.settle(ended, cost);
          expect(await shared.end("fast", ended.job.id, 1, cost)).toBe(true);
        } else if (kind === 18) {
          const gone = pick(waiting);
          if (!gone) continue;
          own.remove(gone);
          await shared.remove("fast", gone.job.id);
        } else {
          const asks = waiting[random(waiting.length)];
          if (asks) expect(await shared.placeOf("fast", asks.job.id)).toBe(own.placeOf(asks));
        }
        expect(await shared.length("fast")).toBe(own.length);
      }
      await shared.close();
    });

    it("tells the place exactly where all cost the same", async () => {
      const jobs: InferenceJob[] = [];
      for (const tenantId of tenants.slice(0, 4))
        for (const userId of people.slice(0, 2))
          jobs.push(...(await addMany(3, () => jobOf(tenantId, userId))));
      const places = await Promise.all(jobs.map(({ id }) => line.placeOf("fast", id)));
      const order = (await takeMany(jobs.length)).map(({ id }) => id);
      expect(jobs.map(({ id }) => order.indexOf(id))).toEqual(places);
    });

    it("tells about the place where more people than it looks through wait with several jobs each", async () => {
      const own = createFairLine<Waiting & { readonly id: string }>();
      const waiting: (Waiting & { readonly id: string })[] = [];
      const some = Array.from({ length: 1_300 }, () => newId<UserId>());
      for (const count of [3, 2, 1])
        for (const userId of some.slice(0, 400 * count)) {
          const job = jobOf(acme, userId);
          waiting.push({ id: job.id, urgency: "interactive", tenantId: acme, userId, cost: 100 });
          await line.add(job);
        }
      for (const one of waiting) own.add(one);
      for (const one of [waiting[0], waiting[1_500], waiting.at(-900), waiting.at(-1)]) {
        const [place, exact] = [await line.placeOf("fast", one?.id ?? ""), one ? own.placeOf(one) : 0];
        expect(Math.abs((place ?? -1_000) - exact)).toBeLessThanOrEqual(waiting.length / 20);
      }
    });

    it("keeps nothing for ever, and no job that is over", async () => {
      const jobs = await addMany(30, () => jobOf(tenants[0] ?? acme, newId<UserId>()));
      await line.serve("worker", ["fast"], 10_000);
      await line.remove("fast", jobs[0]?.id ?? "");
      for (const job of await takeMany(28)) await line.end("fast", job.id, 1, 150);
      const keys = await look.keys("*");
      for (const key of keys) expect([key, await look.ttl(key)]).toEqual([key, expect.any(Number)]);
      const forEver = await Promise.all(keys.map((key) => look.ttl(key)));
      expect(Math.min(...forEver)).toBeGreaterThan(0);
      expect(keys.filter((key) => key.includes("job:"))).toHaveLength(1);
      await takeMany(1);
      expect(await line.length("fast")).toBe(0);
      expect(
        (await look.keys("*")).filter((key) => key.includes("waiting:") || key.includes("queue:")),
      ).toEqual([]);
    });

    it("forgets people and tenants who neither wait nor owe anything", async () => {
      for (let n = 0; n < 300; n += 1) {
        await line.add(jobOf(newId<TenantId>(), newId<UserId>()));
        const [job] = await takeMany(1);
        await line.end("fast", job?.id ?? "", 1, 100);
      }
      expect(await look.hlen("expert:inference:{fast}:share:interactive")).toBeLessThan(100);
      expect((await look.keys("*")).length).toBeLessThan(150);
    });

    it.each([-3_600_000, 3_600_000])(
      "keeps a deadline where the asker's clock is %i ms off",
      async (offMs) => {
        const clock = { now: () => new Date(Date.now() + offMs) };
        const asker = createRedisInferenceLine({
          url: redis.url,
          logger: silentLogger,
          answerWithinMs: amplyMs,
          clock,
        });
        const inTime = inferenceJob({ deadlineMs: clock.now().getTime() + 60_000 });
        const late = inferenceJob({ deadlineMs: clock.now().getTime() + 20 });
        for (const job of [inTime, late]) await asker.add(job);
        await new Promise((resolve) => setTimeout(resolve, 40));
        expect((await line.take("fast", 60_000)).taken?.job.id).toBe(inTime.id);
        expect(await line.take("fast", 60_000)).toEqual({ taken: null, late: [late.id], unreadable: [] });
        await asker.close();
      },
    );

    it("refuses at once what would be one too many, in words, and takes it once there is room", async () => {
      const small = createRedisInferenceLine({
        url: redis.url,
        logger: silentLogger,
        answerWithinMs: amplyMs,
        mostWaiting: 2,
      });
      for (const job of [jobOf(acme, ana), jobOf(acme, ben)]) await small.add(job);
      const third = jobOf(globex, ana);
      await expect(small.add(third)).rejects.toMatchObject({
        code: "model_unavailable",
        message: "Too many requests wait for the model.",
      });
      expect(await small.has("fast", third.id)).toBe(false);
      await takeMany(1);
      await small.add(third);
      expect(await small.length("fast")).toBe(2);
      await small.close();
    });

    it("names jobs that cannot be read and takes the next, and leaves out what it does not know", async () => {
      const [broken, strange, next] = await addMany(3, () => jobOf(acme, ana));
      const put = (job: InferenceJob | undefined, body: object | string) =>
        look.hset(
          `expert:inference:{fast}:job:${job?.id ?? ""}`,
          "body",
          typeof body === "string" ? body : JSON.stringify(body),
        );
      await put(broken, "{");
      await put(strange, { ...strange, request: { kind: "speech" } });
      await put(next, { ...next, colour: "green" });
      const { taken, unreadable } = await line.take("fast", 60_000);
      expect(taken?.job).toEqual(next);
      expect(unreadable).toEqual([broken?.id, strange?.id]);
      expect(await line.has("fast", broken?.id ?? "")).toBe(false);
      expect(await line.lost("fast")).toEqual([]);
    });

    it("goes on where a part of what it kept is gone", async () => {
      const [first, second] = await addMany(2, () => jobOf(acme, ana));
      const third = jobOf(globex, ana);
      await line.add(third);
      await look.del(`expert:inference:{fast}:queue:interactive/${acme}/${ana}`);
      expect((await takeMany(1)).map(({ id }) => id)).toEqual([third.id]);
      expect(await line.length("fast")).toBe(0);
      expect(await line.placeOf("fast", first?.id ?? "")).toBeNull();
      await line.remove("fast", second?.id ?? "");
      await line.add(jobOf(acme, ana));
      expect(await takeMany(2)).toHaveLength(1);
    });

    it("hands each job to one of many workers", async () => {
      const lines = Array.from({ length: 4 }, open);
      await addMany(120, () => jobOf(tenants[0] ?? acme, newId<UserId>()));
      const taken = await Promise.all(
        lines.flatMap((one) => Array.from({ length: 40 }, () => one.take("fast", 60_000))),
      );
      const ids = taken.flatMap((one) => one.taken?.job.id ?? []);
      expect([ids.length, new Set(ids).size]).toEqual([120, 120]);
      await Promise.all(lines.map((one) => one.close()));
    });
  });
});
