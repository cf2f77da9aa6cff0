import { afterEach, describe, expect, it } from "@jest/globals";
import { silentLogger } from "../../core/logger.ts";
import type { Queue } from "../../core/queue.ts";
import { queueContract } from "../../tests/contract/queue.ts";
import { pause, until } from "../../tests/support/sample-work.ts";
import { createMemoryQueue } from "./queue.ts";

queueContract("memory", async () => ({ queue: createMemoryQueue({ logger: silentLogger }), reopen: null }));

const tenantId = "018f0000-0000-7000-8000-000000000001";
const options = { concurrency: 1, attempts: 1, retryDelayMs: 1 };
/** As many have run, and no more follow. */
const settled = async (ran: () => number, expected: number): Promise<void> => {
  await until("they have run", async () => ran() >= expected);
  await pause(20);
};

describe("the memory queue's keys", () => {
  let queue: Queue;
  afterEach(() => queue.close());

  it("are forgotten after their time", async () => {
    let now = 0;
    let runs = 0;
    queue = createMemoryQueue({
      logger: silentLogger,
      clock: { now: () => new Date(now) },
      rememberMs: 1000,
    });
    await queue.process("turn", async () => void (runs += 1), options);
    const add = () => queue.enqueue("turn", { tenantId, turnId: "t" }, { key: "k" });
    await add();
    await settled(() => runs, 1);
    now = 999;
    await add();
    await settled(() => runs, 1);
    expect(runs).toBe(1);
    now = 1001;
    await add();
    await settled(() => runs, 2);
    expect(runs).toBe(2);
  });

  it("are bounded in number: the oldest is forgotten first", async () => {
    const runs: string[] = [];
    queue = createMemoryQueue({ logger: silentLogger, maximumRememberedKeys: 2 });
    await queue.process("turn", async ({ turnId }) => void runs.push(turnId), options);
    const add = (turnId: string) => queue.enqueue("turn", { tenantId, turnId }, { key: turnId });
    for (const key of ["a", "b", "c"]) await add(key);
    await settled(() => runs.length, 3);
    await add("c");
    await add("a");
    await settled(() => runs.length, 4);
    expect(runs).toEqual(["a", "b", "c", "a"]);
  });

  it("do not wait for a delayed job when the queue closes", async () => {
    queue = createMemoryQueue({ logger: silentLogger });
    let runs = 0;
    await queue.process("turn", async () => void (runs += 1), options);
    await queue.enqueue("turn", { tenantId, turnId: "t" }, { key: "k", delayMs: 60_000 });
    await queue.close();
    expect(runs).toBe(0);
  });
});
