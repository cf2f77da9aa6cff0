import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { Redis } from "ioredis";
import pg from "pg";
import { type Logger, silentLogger } from "../../core/logger.ts";
import type { Queue } from "../../core/queue.ts";
import { queueContract } from "../../tests/contract/queue.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { hasRedis, startRedis, type TestRedis } from "../../tests/support/redis.ts";
import { until } from "../../tests/support/sample-work.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import type { QueueTiming } from "./backend.ts";
import { migrateBullmq } from "./migrate.ts";
import { createBullmqQueue, type QueueConnection } from "./queue.ts";

jest.setTimeout(180_000);

const logger = silentLogger;
const job = { tenantId: "018f0000-0000-7000-8000-000000000001", turnId: "t" };
const once = { concurrency: 1, attempts: 1, retryDelayMs: 10 };
const patient = { connectWithinMs: amplyMs, answerWithinMs: amplyMs };
const open = (
  connection: QueueConnection,
  log: Logger = logger,
  timing: Partial<QueueTiming> = { ...patient, lockMs: amplyMs },
): Queue => createBullmqQueue({ connection, logger: log, timing });

const countErrors = () => {
  const errors: string[] = [];
  return { errors, logger: { ...silentLogger, error: (message: string) => void errors.push(message) } };
};

describe("on PostgreSQL", () => {
  let database: TestDatabase;
  const appRole = () => decodeURIComponent(new URL(database.appUrl).username);
  const migrate = (schema: string) => migrateBullmq(database.ownerUrl, { schema, appRole: appRole() });
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());

  let schemas = 0;
  queueContract("BullMQ on PostgreSQL", async () => {
    const schema = `queue_${(schemas += 1)}`;
    await migrate(schema);
    const connection = { kind: "postgres", url: database.appUrl, schema } as const;
    return { queue: open(connection), reopen: () => open(connection) };
  });

  it("refuses to work on a schema that was not made, at once and with a remedy", async () => {
    const queue = open({ kind: "postgres", url: database.appUrl, schema: "absent" });
    const refused = { code: "queue_unavailable", remedy: expect.stringMatching(/migrations/) };
    await expect(queue.process("turn", async () => {}, once)).rejects.toMatchObject(refused);
    await expect(queue.enqueue("turn", job, { key: "k" })).rejects.toMatchObject(refused);
    await queue.close();
  });

  it("refuses to work without the rights, and works once they are granted", async () => {
    await migrateBullmq(database.ownerUrl, { schema: "private", appRole: "pg_monitor" });
    const queue = open({ kind: "postgres", url: database.appUrl, schema: "private" });
    await expect(queue.enqueue("turn", job, { key: "k" })).rejects.toMatchObject({
      code: "queue_unavailable",
      remedy: expect.stringMatching(/migrations as the owner/),
    });
    await migrate("private");
    await queue.enqueue("turn", job, { key: "k" });
    await queue.close();
  });

  it("gives the application no right to change the schema", async () => {
    await migrate("kept");
    const client = new pg.Client({ connectionString: database.appUrl });
    await client.connect();
    await expect(client.query("create table kept.mine (a int)")).rejects.toMatchObject({ code: "42501" });
    await expect(client.query("drop table kept.job")).rejects.toMatchObject({ code: "42501" });
    await client.end();
  });

  it("adds durably, under an id of the tenant", async () => {
    await migrate("durable");
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    await client.query(`
      create table durable.seen (synchronous_commit text);
      create function durable.see() returns trigger language plpgsql security definer as
        $$ begin insert into durable.seen values (current_setting('synchronous_commit')); return new; end $$;
      create trigger see before insert on durable.job for each row execute function durable.see();`);
    const queue = open({ kind: "postgres", url: database.appUrl, schema: "durable" });
    await queue.enqueue("turn", job, { key: "k" });
    const jobs = await client.query("select id, data from durable.job");
    expect(jobs.rows).toEqual([{ id: `${job.tenantId}.k-k`, data: job }]);
    const seen = await client.query("select * from durable.seen");
    expect(seen.rows).toEqual([{ synchronous_commit: "on" }]);
    await client.end();
    await queue.close();
  });

  it("goes on after its connections were cut, without a storm of logs", async () => {
    await migrate("cut");
    const { errors, logger: counting } = countErrors();
    const queue = open({ kind: "postgres", url: database.appUrl, schema: "cut" }, counting, patient);
    const seen: string[] = [];
    await queue.process("turn", async ({ turnId }) => void seen.push(turnId), once);
    await queue.enqueue("turn", { ...job, turnId: "before" }, { key: "before" });
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    await client.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = $1", [
      appRole(),
    ]);
    await client.end();
    await new Promise((resolve) => setTimeout(resolve, 200));
    // A connection whose end was not heard yet fails whoever asks over it.
    await until("it is taken in", () =>
      queue.enqueue("turn", { ...job, turnId: "after" }, { key: "after" }).then(
        () => true,
        () => false,
      ),
    );
    // At least once, in whatever order: where the cut came before its end was noted, the first is done again.
    await until("both are done", async () => new Set(seen).size === 2);
    expect([...new Set(seen)].toSorted()).toEqual(["after", "before"]);
    expect(errors.length).toBeLessThanOrEqual(2);
    await queue.close();
  });
});

describe("a store that is down", () => {
  it.each(["postgres", "redis"] as const)("fails fast and is logged once: %s", async (kind) => {
    const url =
      kind === "redis"
        ? `redis://:secret-word@127.0.0.1:${await freePort()}`
        : `postgres://app:secret-word@127.0.0.1:${await freePort()}/expert`;
    const { errors, logger: counting } = countErrors();
    const queue = open({ kind, url }, counting);
    const start = Date.now();
    for (let n = 0; n < 5; n += 1) {
      const failure: unknown = await queue
        .enqueue("turn", job, { key: "k" })
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: "queue_unavailable",
        remedy: expect.stringMatching(/Check that/),
      });
      expect(String(failure)).not.toContain("secret-word");
    }
    await expect(queue.process("turn", async () => {}, once)).rejects.toMatchObject({
      code: "queue_unavailable",
    });
    expect(Date.now() - start).toBeLessThan(60_000);
    expect(errors).toHaveLength(1);
    await queue.close();
  });
});

if (!hasRedis()) console.log("Skipped: the queue on Redis, for there is no redis-server on this machine.");
(hasRedis() ? describe : describe.skip)("on Redis", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  queueContract("BullMQ on Redis", async () => {
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
    const connection = { kind: "redis", url: redis.url } as const;
    return { queue: open(connection), reopen: () => open(connection) };
  });

  it("fails fast while Redis is away, and producers and workers go on when it is back", async () => {
    const { errors, logger: counting } = countErrors();
    const queue = open({ kind: "redis", url: redis.url }, counting);
    const seen: string[] = [];
    await queue.process("turn", async ({ turnId }) => void seen.push(turnId), once);
    await queue.enqueue("turn", { ...job, turnId: "before" }, { key: "before" });
    await redis.kill();
    const start = Date.now();
    await expect(queue.enqueue("turn", job, { key: "k" })).rejects.toMatchObject({
      code: "queue_unavailable",
    });
    expect(Date.now() - start).toBeLessThan(60_000);
    await redis.restart();
    const end = Date.now() + 60_000;
    const after = { ...job, turnId: "after" };
    while (!seen.includes("after") && Date.now() < end) {
      await queue.enqueue("turn", after, { key: "after" }).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(seen).toContain("after");
    expect(errors.length).toBeLessThanOrEqual(3);
    await queue.close();
  });

  it("closes within seconds while Redis is away", async () => {
    const queue = open({ kind: "redis", url: redis.url });
    await queue.process("turn", async () => {}, once);
    await queue.enqueue("turn", job, { key: "x" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await redis.kill();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const start = Date.now();
    await queue.close();
    expect(Date.now() - start).toBeLessThan(60_000);
    await redis.restart();
  });
});
