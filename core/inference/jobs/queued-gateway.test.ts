import { afterEach, expect, it } from "@jest/globals";
import { systemClock } from "../../clock.ts";
import { type ExpertError, isExpertError } from "../../errors.ts";
import { type DepartmentId, newId, type TenantId, type UserId } from "../../ids.ts";
import { silentLogger } from "../../logger.ts";
import type { ModelCall } from "../model-call.ts";
import type { GenerateRequest, ModelEvent, ModelGateway } from "../model-gateway.ts";
import { until } from "../../../tests/support/sample-work.ts";
import { createFakeInference, type FakeInference } from "../../../tests/fakes/inference.ts";
import type { InferenceEvent, InferenceJob, InferenceTier } from "./inference-job.ts";
import { createQueuedGateway, type QueuedGatewayPorts } from "./queued-gateway.ts";
import { embeddedOf } from "./vectors-text.ts";

const call: ModelCall = {
  tenantId: newId<TenantId>(),
  userId: newId<UserId>(),
  departmentId: newId<DepartmentId>(),
  urgency: "interactive",
};
const question: GenerateRequest = {
  messages: [{ role: "user", content: "How is the pump primed?" }],
  maxTokens: 100,
  temperature: 0,
  call,
};
const done: InferenceEvent = {
  kind: "done",
  finish: "stop",
  promptTokens: 6,
  completionTokens: 2,
  model: "fast-model",
};
const text = (words: string): InferenceEvent => ({ kind: "text", text: words });
/** What is never over in a test. */
const longMs = 600_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const open: FakeInference[] = [];
afterEach(async () => {
  for (const { queue } of open.splice(0)) await queue.close();
});

async function start(
  ports: Partial<QueuedGatewayPorts> = {},
  inference: FakeInference = createFakeInference(),
): Promise<FakeInference & { readonly gateway: ModelGateway }> {
  open.push(inference);
  await inference.line.serve("worker", ["fast", "embed"], longMs);
  const gateway = createQueuedGateway({
    ...inference,
    models: { chatModel: "fast-model", embeddingModel: "embedding", visionModel: null },
    tierOf: async () => "fast",
    departmentOf: async () => "acme/operations",
    batches: function* (texts) {
      for (let at = 0; at < texts.length; at += 2) yield texts.slice(at, at + 2);
    },
    checkDimension: () => undefined,
    longestWaitMs: longMs,
    lookMs: 30,
    clock: systemClock,
    logger: silentLogger,
    ...ports,
  });
  return { ...inference, gateway };
}

/** The next job of a tier, once one is in line. */
async function taken({ line }: FakeInference, tier: InferenceTier = "fast"): Promise<InferenceJob> {
  for (;;) {
    const { taken: found } = await line.take(tier, 10_000);
    if (found) return found.job;
    await pause(5);
  }
}

const leftLine = ({ line }: FakeInference): Promise<void> =>
  until("it has left the line", async () => line.jobs.size === 0);

async function read(stream: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

const errorFrom = (work: Promise<unknown>): Promise<ExpertError> =>
  work.then(
    () => Promise.reject(new Error("nothing was thrown")),
    (error: unknown) => (isExpertError(error) ? error : Promise.reject(error as Error)),
  );

it("puts a call in line with its department, cost and deadline, wakes a worker, and gives what it tells in order", async () => {
  const inference = await start();
  const woken: string[] = [];
  await inference.queue.process("inference_fast", async ({ jobId }) => void woken.push(jobId), {
    concurrency: 1,
    attempts: 1,
    retryDelayMs: 1,
  });
  const begun = Date.now();
  const answer = read(inference.gateway.generate(question));
  const job = await taken(inference);
  expect(job).toMatchObject({
    tier: "fast",
    call,
    department: "acme/operations",
    request: { kind: "chat", messages: question.messages, maxTokens: 100, temperature: 0 },
    cost: 56,
  });
  expect(job.deadlineMs).toBeGreaterThanOrEqual(begun + longMs);
  for (const event of [text("Open "), text("V-7."), done]) inference.events.publish(job.id, 1, event);
  expect(await answer).toEqual([
    { kind: "text", text: "Open " },
    { kind: "text", text: "V-7." },
    { kind: "done", finish: "stop", promptTokens: 6, completionTokens: 2 },
  ]);
  expect(woken).toEqual([job.id]);
  expect(inference.events.stops.size).toBe(0);
  expect([...inference.events.forgotten]).toEqual([job.id]);
});

it("names the model where another one answered", async () => {
  const inference = await start();
  const answer = read(inference.gateway.generate(question));
  const { id } = await taken(inference);
  inference.events.publish(id, 1, { ...done, model: "stand-in" });
  expect(await answer).toMatchObject([{ kind: "done", model: "stand-in" }]);
});

it("tells at once that no worker serves the tier, and puts nothing in line", async () => {
  const inference = await start({ tierOf: async () => "heavy" });
  const begun = performance.now();
  expect(await errorFrom(read(inference.gateway.generate(question)))).toMatchObject({
    code: "model_unavailable",
    message: "No inference worker serves the tier heavy.",
    remedy: expect.stringContaining("ROLE=inference"),
  });
  expect(performance.now() - begun).toBeLessThan(60_000);
  expect(inference.line.jobs.size).toBe(0);
});

it("gives up a call in line once its workers have stayed away for some looks", async () => {
  const inference = await start();
  const answer = errorFrom(read(inference.gateway.generate(question)));
  await until("it is in line", async () => inference.line.jobs.size === 1);
  await inference.line.serve("worker", [], 0);
  expect(await answer).toMatchObject({ code: "model_unavailable", facts: { tier: "fast" } });
  await leftLine(inference);
});

it("tells the place while it waits, and no more once it is taken", async () => {
  const inference = await start();
  const places: number[] = [];
  const first = read(inference.gateway.generate(question));
  while (inference.line.jobs.size === 0) await pause(1);
  const second = read(
    inference.gateway.generate({ ...question, onWaiting: (place) => void places.push(place) }),
  );
  await until("a place is told", async () => places.length === 1);
  const { id } = await taken(inference);
  await until("another place is told", async () => places.length === 2);
  const { id: next } = await taken(inference);
  await pause(100);
  expect(places).toEqual([1, 0]);
  for (const job of [id, next]) inference.events.publish(job, 1, done);
  await Promise.all([first, second]);
});

it("is stopped by its signal: the worker is told, and it leaves the line", async () => {
  const inference = await start();
  const stop = new AbortController();
  const answer = errorFrom(read(inference.gateway.generate({ ...question, signal: stop.signal })));
  const { id } = await taken(inference);
  inference.events.publish(id, 1, text("Open "));
  await pause(20);
  stop.abort();
  expect((await answer).code).toBe("cancelled");
  expect(inference.events.stops).toEqual(new Set([id]));
  await leftLine(inference);
});

it("stops the call where its reader leaves early, and one that was stopped before is not put in line", async () => {
  const inference = await start();
  const reading = inference.gateway.generate(question)[Symbol.asyncIterator]();
  const first = reading.next();
  const { id } = await taken(inference);
  inference.events.publish(id, 1, text("Open "));
  await first;
  await reading.return?.();
  expect(inference.events.stops).toEqual(new Set([id]));
  await leftLine(inference);
  const stopped = read(inference.gateway.generate({ ...question, signal: AbortSignal.abort() }));
  expect((await errorFrom(stopped)).code).toBe("cancelled");
  expect(inference.line.jobs.size).toBe(0);
});

it("gives up what waits beyond its deadline, with the reason of one process, and lets go on what was begun in time", async () => {
  const fake = createFakeInference(() => 0);
  let id = "";
  const inference = await start(
    {
      longestWaitMs: 80,
      line: {
        ...fake.line,
        /** A worker takes the first at once, before its time can be over. */
        async add(job) {
          await fake.line.add(job);
          if (id === "") ({ id } = await taken(fake));
        },
      },
    },
    fake,
  );
  const begun = read(inference.gateway.generate(question));
  await until("it is taken", async () => id !== "");
  const late = read(inference.gateway.generate(question));
  expect(await errorFrom(late)).toMatchObject({
    code: "model_timeout",
    message: "The model had too much to do: the request waited until it was of no use.",
  });
  await pause(60);
  inference.events.publish(id, 1, done);
  expect(await begun).toHaveLength(1);
});

it("throws what the worker has met, with its code, remedy and facts", async () => {
  const inference = await start();
  const answer = errorFrom(read(inference.gateway.generate(question)));
  const { id } = await taken(inference);
  const failure = {
    code: "model_refused",
    message: "No.",
    remedy: "Ask else.",
    facts: { status: 400 },
  } as const;
  inference.events.publish(id, 1, { kind: "failed", ...failure });
  expect(await answer).toMatchObject(failure);
});

it("puts a call in line again that Redis has forgotten, under another id, where nothing was told", async () => {
  const inference = await start();
  const answer = read(inference.gateway.generate(question));
  const first = await taken(inference);
  inference.line.forget();
  const second = await taken(inference);
  expect(second.id).not.toBe(first.id);
  expect(second).toEqual({ ...first, id: second.id });
  expect(inference.events.stops).toEqual(new Set([first.id]));
  inference.events.publish(first.id, 1, text("of nobody"));
  inference.events.publish(second.id, 1, done);
  expect(await answer).toEqual([{ kind: "done", finish: "stop", promptTokens: 6, completionTokens: 2 }]);
});

it("gives it up where Redis forgets it again and again", async () => {
  const inference = await start();
  const answer = errorFrom(read(inference.gateway.generate(question)));
  for (let times = 0; times < 3; times += 1) {
    await taken(inference);
    inference.line.forget();
  }
  expect((await answer).code).toBe("model_unavailable");
});

it("says that it broke off where Redis forgets it in the middle of an answer", async () => {
  const inference = await start();
  const answer = errorFrom(read(inference.gateway.generate(question)));
  const { id } = await taken(inference);
  inference.events.publish(id, 1, text("Open "));
  inference.line.forget();
  expect(await answer).toMatchObject({
    code: "model_unavailable",
    message: expect.stringContaining("broke off"),
  });
});

it("waits a little for a Redis that is away, and then says so in a way that answers do without a model", async () => {
  const began = new Date();
  const inference = await start({ clock: { now: () => began } });
  inference.line.away = true;
  const answer = read(inference.gateway.generate(question));
  await pause(100);
  inference.line.away = false;
  const { id } = await taken(inference);
  inference.events.publish(id, 1, done);
  expect(await answer).toHaveLength(1);

  const impatient = await start({ longestWaitMs: 300 });
  impatient.line.away = true;
  expect(await errorFrom(read(impatient.gateway.generate(question)))).toMatchObject({
    code: "model_unavailable",
    message: "The queue before the models cannot be reached.",
    facts: { queue: true },
  });
});

it("embeds long texts in pieces, so many in line at once, and gives the vectors in order", async () => {
  const inference = await start();
  const texts = Array.from({ length: 11 }, (_text, index) => `text ${String(index)}`);
  const vectors = inference.gateway.embed(texts, undefined, { ...call, urgency: "batch" });
  await until("some are in line", async () => (await inference.line.length("embed")) >= 4);
  await pause(60);
  expect(await inference.line.length("embed")).toBe(4);
  const seen: number[] = [];
  for (let piece = 0; piece < 6; piece += 1) {
    const { id, request, deadlineMs } = await taken(inference, "embed");
    expect(deadlineMs).toBeNull();
    const asked = request.kind === "embedding" ? request.texts : [];
    seen.push(asked.length);
    inference.events.publish(
      id,
      1,
      embeddedOf(asked.map((each) => Float32Array.of(Number(each.slice(5)), 0.5))),
    );
  }
  expect(await vectors).toEqual(texts.map((_text, index) => Float32Array.of(index, 0.5)));
  expect(seen.toSorted()).toEqual([1, 2, 2, 2, 2, 2]);
});

it("takes the other pieces out of line where one fails", async () => {
  const inference = await start();
  const vectors = errorFrom(inference.gateway.embed(["a", "b", "c", "d", "e"], undefined, call));
  const { id } = await taken(inference, "embed");
  inference.events.publish(id, 1, {
    kind: "failed",
    code: "model_refused",
    message: "No.",
    remedy: null,
    facts: {},
  });
  expect((await vectors).code).toBe("model_refused");
  await until("the others are out of line", async () => inference.line.jobs.size === 1);
});

it("embeds nothing without asking anybody", async () => {
  const inference = await start();
  await inference.line.serve("worker", [], 0);
  expect(await inference.gateway.embed([])).toEqual([]);
});
