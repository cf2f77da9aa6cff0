import { expect, it, jest } from "@jest/globals";
import { until as becomesTrue } from "../../../tests/support/sample-work.ts";
import { ExpertError } from "../../errors.ts";
import {
  ask,
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

it("tells those that waited too long that they did", async () => {
  const inference = start();
  const model = slowModel();
  const late = chat({ deadlineMs: Date.now() - 1 });
  await inference.line.add(late);
  await serve(inference, model);
  await until(() => toldOf(inference, late).length > 0);
  expect(endOf(inference, late)).toMatchObject({ kind: "failed", code: "model_timeout" });
  expect(model.asked).toEqual([]);
});

it("tells of those that it cannot read, and makes the next", async () => {
  const inference = start();
  const model = slowModel();
  inference.line.unreadable.push("of-another-version");
  await serve(inference, model);
  await ask(inference);
  await until(() => model.asked.length === 1);
  expect(inference.events.published.get("of-another-version")).toMatchObject([
    { kind: "failed", code: "model_unavailable", message: expect.stringContaining("cannot read") },
  ]);
});

it("embeds with the model alone that is wanted: another's vectors could not be compared", async () => {
  const inference = start();
  const model = slowModel();
  const embed = { gateway: model.gateway, servers: [[server(4)]] };
  await serve(inference, model, { tiers: new Map([["embed", embed]]) });
  const jobs = ["embedding", "another", null].map((wanted) =>
    chat({ tier: "embed", request: { kind: "embedding", texts: ["a"], model: wanted } }),
  );
  for (const job of jobs) await ask(inference, job);
  await until(() => inference.line.costs.size === 3);
  expect(jobs.map((job) => endOf(inference, job))).toMatchObject([
    { kind: "embedded" },
    { kind: "failed", code: "model_unavailable", facts: { wanted: "another", has: "embedding" } },
    { kind: "embedded" },
  ]);
});

it("tells what the server's refusal was, at no cost; where something was told before, at the cost that was expected", async () => {
  const inference = start();
  const model = slowModel();
  const facts = { server: "gpu", status: 400 };
  model.failWith(new ExpertError("model_refused", "No.", { remedy: "Ask else.", facts }));
  await serve(inference, model);
  const job = await ask(inference);
  await until(() => model.asked.length === 1);
  model.goOn();
  await until(() => inference.line.costs.has(job.id));
  const failed = { kind: "failed", code: "model_refused", message: "No.", remedy: "Ask else.", facts };
  expect(toldOf(inference, job)).toEqual([failed]);
  expect(inference.line.costs.get(job.id)).toBe(0);
  model.beginsWith("Open ");
  const begun = await ask(inference);
  await until(() => toldOf(inference, begun).length === 1);
  model.goOn();
  await until(() => inference.line.costs.has(begun.id));
  expect(toldOf(inference, begun)).toEqual([{ kind: "text", text: "Open " }, failed]);
  expect(inference.line.costs.get(begun.id)).toBeNull();
});

it("leaves a call to another worker where its own servers fail before the first word, and fails it where there is none", async () => {
  const inference = start();
  const [broken, sound] = [slowModel(), slowModel()];
  broken.failWith(new ExpertError("model_unavailable", "Away.", { facts: { server: "gpu-1" } }));
  const first = await serve(inference, broken);
  const job = await ask(inference);
  await until(() => broken.asked.length === 1);
  await inference.line.serve("another", ["fast"], 60_000);
  broken.goOn();
  await until(() => broken.asked.length === 2);
  await first.stop();
  await serve(inference, sound);
  await until(() => sound.asked.length === 1);
  sound.goOn();
  await until(() => inference.line.costs.has(job.id));
  expect(endOf(inference, job)).toMatchObject({ kind: "done" });
  await inference.line.serve("another", [], 0);

  const alone = start();
  await serve(alone, broken);
  const lonely = await ask(alone);
  await until(() => alone.line.jobs.size === 1);
  await until(() => {
    broken.goOn();
    return alone.line.costs.has(lonely.id);
  });
  expect(endOf(alone, lonely)).toMatchObject({ kind: "failed", code: "model_unavailable", message: "Away." });
});

it("takes care of what a worker left that has gone: again in line where nothing was told, else broken off, each once", async () => {
  const inference = start();
  const [silent, begun] = [await ask(inference), await ask(inference)];
  for (const { id } of [silent, begun])
    expect((await inference.line.take("fast", 30)).taken?.job.id).toBe(id);
  inference.events.publish(begun.id, 1, { kind: "text", text: "Open " });
  const model = slowModel();
  await serve(inference, model);
  await until(() => model.asked.length === 1);
  model.goOn();
  await until(() => inference.line.costs.has(silent.id));
  expect(toldOf(inference, silent)).toHaveLength(2);
  await until(() => toldOf(inference, begun).length === 2);
  await pause(80);
  expect(toldOf(inference, begun)).toMatchObject([
    { kind: "text" },
    { kind: "failed", code: "model_unavailable", message: expect.stringContaining("broke off") },
  ]);
  expect(inference.line.jobs.size).toBe(0);
});

it("leaves it to the next round where its words could not be written", async () => {
  const inference = start();
  const model = slowModel();
  await serve(inference, model);
  const job = await ask(inference);
  await until(() => model.asked.length === 1);
  inference.events.drops = true;
  model.goOn();
  await pause(30);
  inference.events.drops = false;
  await until(() => model.asked.length === 2);
  model.goOn();
  await until(() => inference.line.costs.has(job.id));
  expect(toldOf(inference, job)).toHaveLength(2);
});

it("leaves to those who have them the calls that nobody could hold while Redis was away", async () => {
  let now = performance.now();
  const inference = start(() => now);
  const [slow, other] = [slowModel(), slowModel()];
  slow.beginsWith("Open ");
  const counted = jest.spyOn(performance, "now").mockImplementation(() => now);
  try {
    const holding = { ...timing, holdMs: 90 };
    await serve(inference, slow, { timing: holding });
    const job = await ask(inference);
    await until(() => toldOf(inference, job).length === 1);
    // Looks for lost ones all the time, and so would be before the other's hold.
    await serve(inference, other, { timing: { ...holding, roundMs: 2 }, limit: 0 });
    inference.line.away = true;
    await pause(50);
    now += 180;
    await pause(50);
    inference.line.away = false;
    await until(() => (inference.line.heldUntil(job.id) ?? 0) >= now + 90);
    now += 60;
    await pause(50);
    slow.goOn();
    await until(() => inference.line.costs.has(job.id));
    expect(endOf(inference, job)).toMatchObject({ kind: "done" });
  } finally {
    counted.mockRestore();
  }
});

it("gives a call up that has ended worker after worker", async () => {
  const inference = start();
  const model = slowModel();
  const job = await ask(inference);
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    await inference.line.take("fast", 0);
    for (const id of await inference.line.lost("fast")) await inference.line.back("fast", id);
  }
  await serve(inference, model);
  await until(() => inference.line.costs.has(job.id));
  expect(endOf(inference, job)).toMatchObject({ kind: "failed", code: "model_unavailable" });
  expect(model.asked).toEqual([]);
});

it("is there again for those who ask soon after Redis has lost its memory", async () => {
  const inference = start();
  await serve(inference, slowModel());
  inference.line.forgetWorkers();
  expect(await inference.line.workers("fast")).toBe(0);
  await becomesTrue("it shows itself", async () => (await inference.line.workers("fast")) === 1);
});

it("goes on once Redis is back, and says how it is meanwhile", async () => {
  const inference = start();
  const model = slowModel();
  const service = await serve(inference, model);
  await service.check();
  inference.line.away = true;
  await expect(service.check()).rejects.toMatchObject({ code: "queue_unavailable" });
  await pause(100);
  inference.line.away = false;
  await inference.line.add(chat());
  await until(() => model.asked.length === 1);
});

it("gives back what has told nothing when it is stopped, lets answers end that were begun, and takes no more", async () => {
  const inference = start();
  const model = slowModel();
  const service = await serve(inference, model);
  model.beginsWith("Open ");
  const begun = await ask(inference);
  await until(() => toldOf(inference, begun).length === 1);
  model.beginsWith("");
  const silent = await ask(inference);
  await until(() => model.asked.length === 2);
  const stopping = service.stop();
  await until(() => model.stopped.length === 1);
  expect(await inference.line.workers("fast")).toBe(0);
  await ask(inference);
  await pause(30);
  model.goOn();
  await stopping;
  expect(endOf(inference, begun)).toMatchObject({ kind: "done" });
  expect(toldOf(inference, silent)).toEqual([]);
  expect(await inference.line.placeOf("fast", silent.id)).toBe(0);
  expect(await inference.line.length("fast")).toBe(2);
});

it("breaks off answers that do not end within its bound when it is stopped", async () => {
  const inference = start();
  const model = slowModel();
  const service = await serve(inference, model, { timing: { ...timing, drainMs: 100 } });
  model.beginsWith("Open ");
  const begun = await ask(inference);
  await until(() => toldOf(inference, begun).length === 1);
  await service.stop();
  expect(endOf(inference, begun)).toMatchObject({ kind: "failed", code: "model_unavailable" });
  expect(model.stopped).toHaveLength(1);
  expect(inference.line.jobs.size).toBe(0);
});
