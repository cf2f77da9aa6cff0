import { beforeEach, describe, expect, it } from "@jest/globals";
import type { StaleJob } from "../core/database.ts";
import { ExpertError } from "../core/errors.ts";
import { silentLogger } from "../core/logger.ts";
import { sweepOnce, type SweeperParts } from "./sweeper.ts";

const tenantId = "01900000-0000-7000-8000-000000000001";
const jobs: readonly StaleJob[] = [
  { queue: "ingestion", job: { tenantId, documentId: "d", revision: 2 } },
  { queue: "turn", job: { tenantId, turnId: "t" } },
  { queue: "delivery", job: { tenantId, threadKey: "slack:C1/1.2" } },
];

describe("the sweeper", () => {
  let now: number;
  let enqueued: { name: string; job: unknown; key: string }[];
  let away: string | null;
  let parts: SweeperParts;
  beforeEach(() => {
    now = 1_800_000_000_000;
    enqueued = [];
    away = null;
    parts = {
      database: { staleJobs: () => Promise.resolve(jobs) },
      queue: {
        async enqueue(name, job, { key }) {
          if (name === away) throw new ExpertError("queue_unavailable", "away");
          if (!enqueued.some((known) => known.key === key)) enqueued.push({ name, job, key });
        },
      },
      clock: { now: () => new Date(now) },
      logger: silentLogger,
    };
  });

  it("wakes each queue with its job, under a key that the queue accepts", async () => {
    await sweepOnce(parts);
    expect(enqueued.map(({ name, job }) => ({ queue: name, job }))).toEqual(jobs);
    for (const { key } of enqueued) expect(key).toMatch(/^[\w-]*[a-z][\w-]*$/);
  });

  it("wakes again, but not at every look", async () => {
    await sweepOnce(parts);
    await sweepOnce(parts);
    expect(enqueued).toHaveLength(3);
    now += 10_000;
    await sweepOnce(parts);
    expect(enqueued).toHaveLength(6);
  });

  it("wakes the other queues where one is away", async () => {
    away = "ingestion";
    await sweepOnce(parts);
    expect(enqueued.map(({ name }) => name)).toEqual(["turn", "delivery"]);
  });
});
