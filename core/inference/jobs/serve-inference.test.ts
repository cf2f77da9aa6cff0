import { expect, it } from "@jest/globals";
import { until as becomesTrue } from "../../../tests/support/sample-work.ts";
import type { ModelGateway } from "../model-gateway.ts";
import type { InferenceTier } from "./inference-job.ts";
import {
  ask,
  call,
  chat,
  endOf,
  pause,
  serve,
  server,
  slowModel,
  start,
  timing,
  toldOf,
  until,
} from "./serve-inference.fixture.ts";
import type { PacedServer } from "./server-pace.ts";
import { vectorsOf } from "./vectors-text.ts";

const becomes = (holds: () => Promise<boolean>): Promise<void> => becomesTrue("it is so", holds);

it("makes the call of whose turn it is, tells what comes of it, and ends it with what it cost", async () => {
  const inference = start();
  const model = slowModel();
  const named: unknown[] = [];
  await serve(inference, model, { nameDepartment: (whose, name) => void named.push([whose, name]) });
  const job = await ask(inference, chat({ department: "acme/operations" }));
  await until(() => model.asked.length === 1);
  expect(model.asked[0]).toMatchObject({
    messages: [{ content: "Which valve?" }],
    maxTokens: 9,
    temperature: 0,
    call,
  });
  expect(named).toEqual([[call, "acme/operations"]]);
  model.goOn();
  await until(() => inference.line.costs.has(job.id));
  expect(toldOf(inference, job)).toEqual([
    { kind: "text", text: "V-7." },
    { kind: "done", finish: "stop", promptTokens: 10, completionTokens: 3, model: "slow" },
  ]);
  expect(inference.line.costs.get(job.id)).toBe(13);
  expect(await inference.line.has("fast", job.id)).toBe(false);
});

it("embeds, and gives the vectors in one event", async () => {
  const inference = start();
  const model = slowModel();
  const tiers = new Map([["embed" as const, { gateway: model.gateway, servers: [[server(2)]] }]]);
  await serve(inference, model, { tiers });
  const job = await ask(
    inference,
    chat({ tier: "embed", request: { kind: "embedding", texts: ["a", "bcd"], model: null } }),
  );
  await until(() => inference.line.costs.has(job.id));
  const end = endOf(inference, job);
  if (end?.kind !== "embedded") throw new Error("no vectors");
  expect(vectorsOf(end, 2)).toEqual([Float32Array.of(1, 0.25), Float32Array.of(3, 0.25)]);
  expect(inference.line.costs.get(job.id)).toBe(20);
});

it("never runs more than the servers bear, and fills a place as soon as it is free", async () => {
  const inference = start();
  const model = slowModel();
  await serve(inference, model, { limit: 3 });
  const jobs = await Promise.all(Array.from({ length: 10 }, () => ask(inference)));
  await until(() => model.asked.length === 3);
  await pause(60);
  expect(model.asked).toHaveLength(3);
  for (const expected of [6, 9, 10]) {
    model.goOn();
    await until(() => model.asked.length === expected);
    await pause(30);
    expect(model.asked).toHaveLength(expected);
  }
  model.goOn();
  await until(() => jobs.every(({ id }) => inference.line.costs.has(id)));
  expect(model.atOnce).toBe(3);
});

it("shares what a server bears between the tiers that it serves", async () => {
  const inference = start();
  const model = slowModel();
  const shared = server(2);
  const tiers = new Map(
    (["fast", "heavy"] as const).map(
      (tier) => [tier, { gateway: model.gateway, servers: [[shared]] }] as const,
    ),
  );
  await serve(inference, model, { tiers });
  const jobs = await Promise.all(
    (["fast", "heavy", "fast", "heavy"] as const).map((tier) => ask(inference, chat({ tier }))),
  );
  await until(() => model.asked.length === 2);
  await pause(80);
  expect(model.asked).toHaveLength(2);
  model.goOn();
  await until(() => model.asked.length === 4);
  model.goOn();
  await until(() => jobs.every(({ id }) => inference.line.costs.has(id)));
  expect(model.atOnce).toBe(2);
});

it("finds by itself what nobody woke it for", async () => {
  const inference = start();
  const model = slowModel();
  await serve(inference, model);
  await inference.line.add(chat());
  await inference.line.add(chat());
  await until(() => model.asked.length === 2);
});

it("stops the call at its server where its asker stops it, and where it is not its own any more", async () => {
  // No hold is over, and each is looked at again and again.
  const inference = start(() => 0);
  const model = slowModel();
  await serve(inference, model, { timing: { ...timing, holdMs: 90 } });
  const stopped = await ask(inference);
  await until(() => model.asked.length === 1);
  inference.events.stop(stopped.id);
  await until(() => model.stopped.length === 1);
  const removed = await ask(inference);
  await until(() => model.asked.length === 2);
  await inference.line.remove("fast", removed.id);
  await until(() => model.stopped.length === 2);
  await pause(50);
  for (const job of [stopped, removed]) expect(toldOf(inference, job)).toEqual([]);
});

it("holds a call for as long as it runs", async () => {
  let now = Date.now();
  const inference = start(() => now);
  const model = slowModel();
  await serve(inference, model, { timing: { ...timing, holdMs: 90 } });
  const job = await ask(inference);
  await until(() => model.asked.length === 1);
  for (let part = 0; part < 4; part += 1) {
    now += 80;
    await until(() => (inference.line.heldUntil(job.id) ?? 0) >= now + 90);
  }
  expect(model.asked).toHaveLength(1);
  model.goOn();
  await until(() => inference.line.costs.has(job.id));
});

it("shows that it is there for the tiers whose servers may be asked, and takes none of the others", async () => {
  const inference = start();
  const model = slowModel();
  const gpu = server(2);
  await serve(inference, model, {
    tiers: new Map<InferenceTier, { gateway: ModelGateway; servers: PacedServer[][] }>([
      ["fast", { gateway: model.gateway, servers: [[gpu]] }],
    ]),
  });
  expect(await inference.line.workers("fast")).toBe(1);
  expect(await inference.line.workers("heavy")).toBe(0);
  gpu.breaker.available = false;
  await becomes(async () => (await inference.line.workers("fast")) === 0);
  await ask(inference);
  await pause(120);
  expect(model.asked).toEqual([]);
  gpu.breaker.available = true;
  await until(() => model.asked.length === 1);
  await becomes(async () => (await inference.line.workers("fast")) === 1);
});
