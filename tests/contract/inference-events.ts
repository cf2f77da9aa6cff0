import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { InferenceEvents } from "../../core/inference/jobs/inference-events.ts";
import type { InferenceEvent } from "../../core/inference/jobs/inference-job.ts";
import { newId } from "../../core/ids.ts";
import { until } from "../support/sample-work.ts";

const text = (words: string): InferenceEvent => ({ kind: "text", text: words });
const done: InferenceEvent = { kind: "done", finish: "stop", promptTokens: 3, completionTokens: 2 };
const failed: InferenceEvent = {
  kind: "failed",
  code: "model_timeout",
  message: "Too slow.",
  remedy: null,
  facts: { seconds: 3 },
};
const textOf = (events: readonly InferenceEvent[]) =>
  events.map((event) => (event.kind === "text" ? event.text : "")).join("");
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

/** What every way of a job's events from its worker to its asker must do. */
export function inferenceEventsContract(name: string, open: () => Promise<InferenceEvents>): void {
  describe(`inference events: ${name}`, () => {
    let events: InferenceEvents;
    let job: string;
    beforeEach(async () => {
      events = await open();
      job = newId();
    });
    afterEach(() => events.close());

    const read = async (
      signal = new AbortController().signal,
      of = job,
      all: InferenceEvent[] = [],
    ): Promise<readonly InferenceEvent[]> => {
      for await (const event of events.subscribe(of, signal)) all.push(event);
      return all;
    };

    it("tells a reader from the first on, in order, ending after the end", async () => {
      const seen: InferenceEvent[] = [];
      const reading = read(undefined, undefined, seen);
      const told = [text("one "), text("two"), done];
      for (const [place, event] of told.entries()) {
        events.publish(job, 1, event);
        await until("it is told", async () => seen.length > place);
      }
      expect(await reading).toEqual(told);
    });

    it("tells a late reader all of it, and what is an end by itself", async () => {
      for (const event of [text("one "), text("two"), failed]) events.publish(job, 1, event);
      const late = await read();
      expect([textOf(late), late.at(-1)]).toEqual(["one two", failed]);
      const other = newId<string>();
      const embedded: InferenceEvent = { kind: "embedded", dimensions: 2, vectors: "A".repeat(400_000) };
      events.publish(other, 1, embedded);
      expect(await read(undefined, other)).toEqual([embedded]);
    });

    it("says whether all of it is written, and whether something was told", async () => {
      expect([await events.flush(job), await events.told(job)]).toEqual([true, false]);
      events.publish(job, 1, text("one"));
      expect([await events.flush(job), await events.told(job)]).toEqual([true, true]);
      events.publish(job, 1, done);
      expect(await events.flush(job)).toBe(true);
    });

    it("drops what an earlier attempt says once a later one has spoken", async () => {
      const reading = read();
      events.publish(job, 2, text("second"));
      await events.flush(job);
      events.publish(job, 1, text("first"));
      events.publish(job, 1, done);
      await settle();
      events.publish(job, 2, done);
      const told = await reading;
      expect([textOf(told), told.at(-1)]).toEqual(["second", done]);
    });

    it("passes on that it failed, whoever says so", async () => {
      const reading = read();
      events.publish(job, 1, text("broken"));
      await events.flush(job);
      await settle();
      events.publish(job, Number.MAX_SAFE_INTEGER, failed);
      const told = await reading;
      expect([textOf(told), told.at(-1)]).toEqual(["broken", failed]);
    });

    it("tells a stop to whoever watches, now or later, and forgets what is kept", async () => {
      let stops = 0;
      const end = events.onStop(job, () => (stops += 1));
      events.publish(job, 1, text("one"));
      await events.flush(job);
      await settle();
      expect(stops).toBe(0);
      events.stop(job);
      await until("the stop is told", async () => stops > 0);
      await until("what was kept is forgotten", async () => !(await events.told(job)));
      let late = 0;
      const endLate = events.onStop(job, () => (late += 1));
      await until("the stop is told to whoever is late", async () => late > 0);
      await settle();
      expect([stops, late]).toEqual([1, 1]);
      end();
      endLate();
    });

    it("does not tell a stop to whoever watches no more", async () => {
      let stops = 0;
      events.onStop(job, () => (stops += 1))();
      events.stop(job);
      await settle();
      expect(stops).toBe(0);
    });

    it("ends for a reader who leaves, before or while it waits", async () => {
      const abort = new AbortController();
      const reading = read(abort.signal);
      await settle();
      abort.abort();
      expect(await reading).toEqual([]);
      expect(await read(abort.signal)).toEqual([]);
    });

    it("keeps jobs apart", async () => {
      const reading = read();
      events.publish(newId(), 1, text("of another"));
      events.publish(job, 1, done);
      expect(await reading).toEqual([done]);
    });
  });
}
