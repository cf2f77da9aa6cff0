import { afterEach, describe, expect, it } from "@jest/globals";
import { newId } from "../../core/ids.ts";
import type { Queue, QueueJobs, QueueWorker } from "../../core/queue.ts";

export interface QueueUnderTest {
  readonly queue: Queue;
  /** Another one on the same store, as after a restart; null where nothing survives. */
  readonly reopen: (() => Queue) | null;
}

type TurnJob = QueueJobs["turn"];
const turnJob = (tenantId = newId<string>()): TurnJob => ({ tenantId, turnId: newId() });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean, withinMs = 40_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error("What the test waits for did not happen in time.");
    await pause(5);
  }
}

const once = { concurrency: 4, attempts: 1, retryDelayMs: 10 };

/** What every queue must do; each test gets a queue of its own on an empty store. */
export function queueContract(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(`queue: ${name}`, () => {
    const queues: Queue[] = [];
    const fresh = async () => {
      const opened = await open();
      queues.push(opened.queue);
      return opened;
    };
    afterEach(async () => {
      await Promise.all(queues.splice(0).map((queue) => queue.close()));
    });

    it("delivers a job once, with exactly its data", async () => {
      const { queue } = await fresh();
      const seen: unknown[] = [];
      const job = { tenantId: newId<string>(), documentId: newId<string>(), revision: 7 };
      await queue.process("ingestion", async (each) => void seen.push(each), once);
      await queue.enqueue("ingestion", job, { key: "document-7" });
      await until(() => seen.length > 0);
      await pause(100);
      expect(seen).toEqual([job]);
    });

    it("keeps jobs for a worker that comes later, and its queues apart", async () => {
      const { queue } = await fresh();
      const turn = turnJob();
      await queue.enqueue("turn", turn, { key: "same" });
      await queue.enqueue("delivery", { tenantId: turn.tenantId, threadKey: "t" }, { key: "same" });
      const seen: unknown[] = [];
      await queue.process("turn", async (job) => void seen.push(job), once);
      await until(() => seen.length > 0);
      await pause(100);
      expect(seen).toEqual([turn]);
    });

    it("ignores a key that waits, runs or is done", async () => {
      const { queue } = await fresh();
      const job = turnJob();
      const other = { ...job, turnId: newId<string>() };
      const seen: TurnJob[] = [];
      let release = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      await queue.enqueue("turn", job, { key: "k" });
      await queue.enqueue("turn", other, { key: "k" });
      await queue.process("turn", async (each) => (seen.push(each), held), once);
      await until(() => seen.length === 1);
      await queue.enqueue("turn", other, { key: "k" });
      release();
      await pause(150);
      await queue.enqueue("turn", other, { key: "k" });
      await queue.enqueue("turn", other, { key: "next" });
      await until(() => seen.length === 2);
      await pause(100);
      expect(seen).toEqual([job, other]);
    });

    it("wakes again under a key that is done, and not beside one that waits", async () => {
      const { queue } = await fresh();
      const job = turnJob();
      const other = { ...job, turnId: newId<string>() };
      const seen: TurnJob[] = [];
      await queue.enqueue("turn", job, { key: "k" });
      await queue.enqueue("turn", other, { key: "k", again: true });
      const worker = await queue.process("turn", async (each) => void seen.push(each), once);
      await until(() => seen.length === 1);
      await pause(150);
      expect(seen).toEqual([job]);
      // Its end may be noted later.
      for (const end = Date.now() + 40_000; seen.length < 2 && Date.now() < end; await pause(250))
        await queue.enqueue("turn", other, { key: "k", again: true });
      // It waits until the next was told, however long that takes.
      worker.setConcurrency(0);
      await queue.enqueue("turn", other, { key: "k" });
      await queue.enqueue("turn", job, { key: "k", again: true, delayMs: 200 });
      await queue.enqueue("turn", other, { key: "k", again: true });
      worker.setConcurrency(once.concurrency);
      await until(() => seen.length === 3);
      await pause(100);
      expect(seen).toEqual([job, other, job]);
    });

    it("takes keys made of digits and keys with colons, and the same key from two tenants", async () => {
      const { queue } = await fresh();
      const seen: TurnJob[] = [];
      const [first, second] = [turnJob(), turnJob()];
      await queue.process("turn", async (job) => void seen.push(job), once);
      await queue.enqueue("turn", first, { key: "12345" });
      await queue.enqueue("turn", second, { key: "12345" });
      await queue.enqueue("turn", first, { key: "19:meeting@thread.v2;1:2" });
      await queue.enqueue("turn", first, { key: "19:meeting@thread.v2;1:2" });
      await queue.enqueue("turn", first, { key: "19:meeting@thread.v2;1:3" });
      await until(() => seen.length === 4);
      await pause(100);
      expect(seen).toHaveLength(4);
      expect(seen.filter((job) => job.tenantId === second.tenantId)).toEqual([second]);
    });

    it("waits out a delay", async () => {
      const { queue } = await fresh();
      const seen: { job: TurnJob; at: number }[] = [];
      await queue.process("turn", async (job) => void seen.push({ job, at: Date.now() }), once);
      const [slow, quick] = [turnJob(), turnJob()];
      const start = Date.now();
      await queue.enqueue("turn", slow, { key: "slow", delayMs: 400 });
      await queue.enqueue("turn", quick, { key: "quick" });
      const early = Date.now() - start < 300;
      await until(() => seen.length === 2);
      // Where the machine stood still between the two, the delay may be over first.
      if (early) expect(seen.map(({ job }) => job)).toEqual([quick, slow]);
      else expect(seen.map(({ job }) => job)).toEqual(expect.arrayContaining([quick, slow]));
      expect((seen.find(({ job }) => job.turnId === slow.turnId)?.at ?? 0) - start).toBeGreaterThanOrEqual(
        395,
      );
    });

    it("tries again with growing waits, then stops", async () => {
      const { queue } = await fresh();
      const at: number[] = [];
      const fail = async () => {
        at.push(Date.now());
        throw new Error("not today");
      };
      await queue.process("turn", fail, { concurrency: 1, attempts: 3, retryDelayMs: 200 });
      await queue.enqueue("turn", turnJob(), { key: "k" });
      await until(() => at.length === 3);
      await pause(1000);
      expect(at).toHaveLength(3);
      const [first = 0, second = 0, third = 0] = at;
      expect(second - first).toBeGreaterThanOrEqual(195);
      expect(third - second).toBeGreaterThanOrEqual(395);
    });

    it("goes on with other jobs after one failed for good, and succeeds on a later attempt", async () => {
      const { queue } = await fresh();
      const tries = new Map<string, number>();
      const done: string[] = [];
      await queue.process(
        "turn",
        async ({ turnId }) => {
          const count = (tries.get(turnId) ?? 0) + 1;
          tries.set(turnId, count);
          if (turnId === "bad" || count < 2) throw new Error("not yet");
          done.push(turnId);
        },
        { concurrency: 1, attempts: 2, retryDelayMs: 20 },
      );
      const tenantId = newId<string>();
      await queue.enqueue("turn", { tenantId, turnId: "bad" }, { key: "bad" });
      await queue.enqueue("turn", { tenantId, turnId: "good" }, { key: "good" });
      await until(() => done.length === 1 && tries.get("bad") === 2);
      expect(done).toEqual(["good"]);
    });

    it("runs as many at once as asked, not more", async () => {
      const { queue } = await fresh();
      let running = 0;
      let most = 0;
      let done = 0;
      const handler = async () => {
        most = Math.max(most, ++running);
        await until(() => most >= 3);
        await pause(60);
        running -= 1;
        done += 1;
      };
      for (let n = 0; n < 12; n += 1) await queue.enqueue("turn", turnJob(), { key: `k${n}` });
      await queue.process("turn", handler, { ...once, concurrency: 3 });
      await until(() => done === 12);
      expect(most).toBe(3);
    });

    it("runs more or fewer at once from one moment to the next, also while all hands are full, and none at 0", async () => {
      const { queue } = await fresh();
      let running = 0;
      let started = 0;
      const releases: (() => void)[] = [];
      const handler = async () => {
        running += 1;
        started += 1;
        await new Promise<void>((resolve) => releases.push(resolve));
        running -= 1;
      };
      const letGo = () => releases.splice(0).forEach((release) => release());
      for (let n = 0; n < 12; n += 1) await queue.enqueue("turn", turnJob(), { key: `k${n}` });
      const worker = await queue.process("turn", handler, { ...once, concurrency: 0 });
      await pause(150);
      expect(started).toBe(0);
      worker.setConcurrency(2);
      await until(() => running === 2);
      await pause(50);
      worker.setConcurrency(5);
      await until(() => running === 5);
      await pause(100);
      expect(started).toBe(5);
      worker.setConcurrency(1);
      letGo();
      await until(() => running === 1);
      await pause(100);
      expect(started).toBe(6);
      worker.setConcurrency(0);
      letGo();
      await pause(200);
      expect([started, running]).toEqual([6, 0]);
      worker.setConcurrency(6);
      await until(() => started === 12);
      letGo();
    });

    it("takes a key again that was to be forgotten, once it is done", async () => {
      const { queue } = await fresh();
      const seen: unknown[] = [];
      const wake = { tenantId: newId<string>(), jobId: newId<string>() };
      await queue.process("inference_fast", async (job) => void seen.push(job), once);
      const ask = () => queue.enqueue("inference_fast", wake, { key: "k", forget: true });
      await ask();
      await until(() => seen.length === 1);
      // Its end may be noted later.
      for (const end = Date.now() + 40_000; seen.length < 2 && Date.now() < end; await pause(100))
        await ask();
      expect(seen.slice(0, 2)).toEqual([wake, wake]);
    });

    it("hands out waiting jobs in their order", async () => {
      const { queue } = await fresh();
      const tenantId = newId<string>();
      const order: string[] = [];
      for (let n = 0; n < 20; n += 1)
        await queue.enqueue("turn", { tenantId, turnId: String(n) }, { key: `k${n}` });
      await queue.process("turn", async ({ turnId }) => void order.push(turnId), { ...once, concurrency: 1 });
      await until(() => order.length === 20);
      expect(order).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
    });

    it("waits for the running job when it closes, and takes no other", async () => {
      const { queue } = await fresh();
      let started = 0;
      let finished = 0;
      let release = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      const worker: QueueWorker = await queue.process(
        "turn",
        async () => {
          started += 1;
          await held;
          finished += 1;
        },
        { ...once, concurrency: 1 },
      );
      await queue.enqueue("turn", turnJob(), { key: "a" });
      await queue.enqueue("turn", turnJob(), { key: "b" });
      await until(() => started === 1);
      let closed = false;
      const closing = worker.close().then(() => (closed = true));
      await pause(150);
      expect([started, finished, closed]).toEqual([1, 0, false]);
      release();
      await closing;
      expect([started, finished]).toEqual([1, 1]);
    });

    it("refuses jobs once closed", async () => {
      const { queue } = await fresh();
      await queue.close();
      await expect(queue.enqueue("turn", turnJob(), { key: "k" })).rejects.toMatchObject({
        code: "queue_unavailable",
      });
      await expect(queue.process("turn", async () => {}, once)).rejects.toMatchObject({
        code: "queue_unavailable",
      });
    });

    it("keeps jobs and keys when it is closed and opened again, where it is durable", async () => {
      const { queue, reopen } = await fresh();
      const [first, second] = [turnJob(), turnJob()];
      await queue.enqueue("turn", first, { key: "first" });
      await queue.enqueue("turn", second, { key: "second", delayMs: 200 });
      await queue.close();
      if (!reopen) return;
      const again = reopen();
      queues.push(again);
      const seen: TurnJob[] = [];
      await again.process("turn", async (job) => void seen.push(job), once);
      await again.enqueue("turn", first, { key: "first" });
      await until(() => seen.length === 2);
      await pause(100);
      expect(seen).toEqual([first, second]);
    });
  });
}
