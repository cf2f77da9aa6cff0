import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { InferenceLine } from "../../core/inference/jobs/inference-line.ts";
import { inferenceJob } from "../support/sample-inference-job.ts";

const tier = "fast";
/** Longer than any machine stands still. */
const held = 600_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What every line of model calls must do; whose turn it is among many is told elsewhere. */
export function inferenceLineContract(name: string, open: () => Promise<InferenceLine>): void {
  describe(`inference line: ${name}`, () => {
    let line: InferenceLine;
    beforeEach(async () => {
      line = await open();
    });
    afterEach(async () => {
      for (const id of added.splice(0)) await line.remove(tier, id);
      await line.close();
    });
    const added: string[] = [];
    const add = async (more: Parameters<typeof inferenceJob>[0] = {}) => {
      const job = inferenceJob(more);
      added.push(job.id);
      await line.add(job);
      return job;
    };
    const takenId = async (holdMs = held) => (await line.take(tier, holdMs)).taken?.job.id;

    it("gives a person's jobs whole, in their order, and nothing where nobody waits", async () => {
      expect(await line.take(tier, held)).toEqual({ taken: null, late: [], unreadable: [] });
      const jobs = [await add(), await add({ cost: 7.5 }), await add()];
      expect(await line.length(tier)).toBe(3);
      for (const job of jobs)
        expect(await line.take(tier, held)).toEqual({
          taken: { job, attempt: 1 },
          late: [],
          unreadable: [],
        });
      expect(await line.take(tier, held)).toEqual({ taken: null, late: [], unreadable: [] });
      expect(await line.length(tier)).toBe(0);
    });

    it("adds a job once, while it waits and while it is in somebody's hands", async () => {
      const job = await add();
      await line.add(job);
      expect(await line.length(tier)).toBe(1);
      expect(await takenId()).toBe(job.id);
      await line.add(job);
      expect(await takenId()).toBeUndefined();
    });

    it("keeps tiers apart", async () => {
      const heavy = await add({ tier: "heavy" });
      expect(await takenId()).toBeUndefined();
      expect(await line.has(tier, heavy.id)).toBe(false);
      expect((await line.take("heavy", held)).taken?.job.id).toBe(heavy.id);
      await line.remove("heavy", heavy.id);
    });

    it("takes calls of nobody, and bodies of hundreds of kilobytes", async () => {
      const nobody = await add({ call: null });
      const large = await add({
        request: {
          kind: "chat",
          messages: [{ role: "user", content: "ปั๊ม ".repeat(60_000) }],
          maxTokens: 1,
          temperature: 0,
        },
      });
      const taken = [await line.take(tier, held), await line.take(tier, held)];
      expect(taken.map((one) => one.taken?.job)).toEqual(expect.arrayContaining([nobody, large]));
    });

    it("passes over jobs whose deadline has passed, and names them once", async () => {
      const late = await add({ deadlineMs: Date.now() + 10 });
      const next = await add({ deadlineMs: Date.now() + held });
      await pause(30);
      const { taken, late: told } = await line.take(tier, held);
      expect([taken?.job.id, told]).toEqual([next.id, [late.id]]);
      expect(await line.has(tier, late.id)).toBe(false);
      expect(await line.take(tier, held)).toEqual({ taken: null, late: [], unreadable: [] });
    });

    it("lets a waiting job be taken out", async () => {
      const [first, second] = [await add(), await add()];
      await line.remove(tier, first.id);
      await line.remove(tier, first.id);
      expect(await line.has(tier, first.id)).toBe(false);
      expect(await line.placeOf(tier, first.id)).toBeNull();
      expect(await line.length(tier)).toBe(1);
      expect(await takenId()).toBe(second.id);
    });

    it("takes a job out of the hands of whoever has it, who learns it", async () => {
      const job = await add();
      await line.take(tier, held);
      expect(await line.extend(tier, job.id, 1, held)).toBe(true);
      await line.remove(tier, job.id);
      expect(await line.extend(tier, job.id, 1, held)).toBe(false);
      expect(await line.end(tier, job.id, 1, 10)).toBe(false);
      expect(await line.lost(tier)).toEqual([]);
    });

    it("ends a job once, and only for whoever has it", async () => {
      const job = await add();
      expect(await line.end(tier, job.id, 0, 10)).toBe(false);
      expect(await line.extend(tier, job.id, 0, 10)).toBe(false);
      await line.take(tier, held);
      expect(await line.end(tier, job.id, 2, 10)).toBe(false);
      expect(await line.has(tier, job.id)).toBe(true);
      expect(await line.end(tier, job.id, 1, null)).toBe(true);
      expect(await line.end(tier, job.id, 1, null)).toBe(false);
      expect(await line.has(tier, job.id)).toBe(false);
    });

    it("tells the place of a job that waits", async () => {
      const jobs = [await add(), await add(), await add()];
      expect(await Promise.all(jobs.map(({ id }) => line.placeOf(tier, id)))).toEqual([0, 1, 2]);
      await line.take(tier, held);
      expect(await Promise.all(jobs.map(({ id }) => line.placeOf(tier, id)))).toEqual([null, 0, 1]);
      expect(await line.placeOf(tier, "unknown")).toBeNull();
    });

    it("tells of a hold that has ended, once, unless it was extended", async () => {
      const [short, long] = [await add(), await add()];
      await line.take(tier, held);
      await line.take(tier, 1);
      expect(await line.extend(tier, long.id, 1, held)).toBe(true);
      await pause(10);
      expect(await line.lost(tier)).toEqual([]);
      expect(await line.extend(tier, short.id, 1, 1)).toBe(true);
      await pause(10);
      expect(await line.lost(tier)).toEqual([short.id]);
      expect(await line.lost(tier)).toEqual([]);
      expect(await line.has(tier, short.id)).toBe(true);
      expect(await line.placeOf(tier, short.id)).toBeNull();
      expect(await takenId()).toBeUndefined();
    });

    it("puts a lost job back before its person's others, for the next attempt alone", async () => {
      const [job] = [await add(), await add()];
      await line.take(tier, 1);
      await pause(10);
      expect(await line.lost(tier)).toEqual([job.id]);
      expect(await line.extend(tier, job.id, 1, held)).toBe(false);
      expect(await line.end(tier, job.id, 1, 10)).toBe(false);
      expect(await line.back(tier, job.id)).toBe(true);
      expect(await line.placeOf(tier, job.id)).toBe(0);
      expect(await line.take(tier, held)).toEqual({ taken: { job, attempt: 2 }, late: [], unreadable: [] });
      expect(await line.back(tier, job.id)).toBe(false);
      expect(await line.extend(tier, job.id, 1, held)).toBe(false);
      expect(await line.end(tier, job.id, 1, 10)).toBe(false);
      expect(await line.end(tier, job.id, 2, 10)).toBe(true);
    });

    it("does not put back what is gone", async () => {
      const job = await add();
      await line.take(tier, 1);
      await pause(10);
      await line.lost(tier);
      await line.remove(tier, job.id);
      expect(await line.back(tier, job.id)).toBe(false);
      expect(await line.back(tier, "unknown")).toBe(false);
      expect(await line.length(tier)).toBe(0);
    });

    it("knows the workers of a tier while they show themselves", async () => {
      await line.serve("one", ["fast", "heavy"], held);
      await line.serve("two", ["fast"], held);
      expect([await line.workers("fast"), await line.workers("heavy"), await line.workers("embed")]).toEqual([
        2, 1, 0,
      ]);
      await line.serve("two", ["fast"], 1);
      await pause(10);
      expect(await line.workers("fast")).toBe(1);
      await line.serve("one", ["heavy"], held);
      expect([await line.workers("fast"), await line.workers("heavy")]).toEqual([0, 1]);
      await line.serve("one", [], held);
      expect(await line.workers("heavy")).toBe(0);
    });
  });
}
