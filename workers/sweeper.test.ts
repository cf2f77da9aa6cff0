import { beforeEach, describe, expect, it } from "@jest/globals";
import type { StaleJob } from "../core/database.ts";
import { ExpertError } from "../core/errors.ts";
import { silentLogger } from "../core/logger.ts";
import { createSweeper, type SweeperParts } from "./sweeper.ts";

const tenantId = "01900000-0000-7000-8000-000000000001";
const jobs: readonly StaleJob[] = [
  { queue: "ingestion", job: { tenantId, documentId: "d", revision: 2 } },
  { queue: "turn", job: { tenantId, turnId: "t" } },
  { queue: "delivery", job: { tenantId, threadKey: "slack:C1/1.2" } },
  { queue: "event", job: { tenantId, eventId: "e" } },
];

describe("the sweeper", () => {
  let now: number;
  let enqueued: { name: string; job: unknown; key: string; again: boolean }[];
  let sweepOnce: () => Promise<void>;
  let away: string | null;
  let parts: SweeperParts;
  beforeEach(() => {
    now = 1_800_000_000_000;
    enqueued = [];
    away = null;
    parts = {
      database: { staleJobs: () => Promise.resolve(jobs) },
      queue: {
        async enqueue(name, job, { key, again = false }) {
          if (name === away) throw new ExpertError("queue_unavailable", "away");
          enqueued.push({ name, job, key, again });
        },
      },
      clock: { now: () => new Date(now) },
      logger: silentLogger,
    };
    sweepOnce = createSweeper(parts);
  });

  it("wakes each queue with its job, under the key of the job that it began with", async () => {
    await sweepOnce();
    expect(enqueued.map(({ name, job }) => ({ queue: name, job }))).toEqual(jobs);
    expect(enqueued.map(({ key }) => key)).toEqual([
      "ingestion-d-2",
      "turn-t",
      "delivery-slack:C1/1.2",
      "event-e",
    ]);
    expect(enqueued.every(({ again }) => again)).toBe(true);
  });

  it("wakes again, but not at every look; a message whenever it is due", async () => {
    const names = () => enqueued.splice(0).map(({ name }) => name);
    await sweepOnce();
    expect(names()).toHaveLength(4);
    await sweepOnce();
    expect(names()).toEqual(["delivery"]);
    now += 10_000;
    await sweepOnce();
    expect(names()).toHaveLength(4);
  });

  it("wakes the other queues where one is away, and that one when it is back", async () => {
    away = "ingestion";
    await sweepOnce();
    expect(enqueued.splice(0).map(({ name }) => name)).toEqual(["turn", "delivery", "event"]);
    away = null;
    await sweepOnce();
    expect(enqueued.map(({ name }) => name)).toEqual(["ingestion", "delivery"]);
  });
});
