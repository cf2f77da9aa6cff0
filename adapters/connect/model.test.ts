import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, afterEach, describe, expect, it } from "@jest/globals";
import { systemClock } from "../../core/clock.ts";
import { newId, type DepartmentId, type TenantId, type UserId } from "../../core/ids.ts";
import type { ModelCall } from "../../core/inference/model-call.ts";
import type { ModelEvent, ModelGateway } from "../../core/inference/model-gateway.ts";
import { type Logger, silentLogger } from "../../core/logger.ts";
import { modelGatewayContract } from "../../tests/contract/model-gateway.ts";
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from "../../tests/support/model-server.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { readConfig } from "../config.ts";
import { parseModels } from "../config/read-models.ts";
import { createBreakerNotes } from "../filesystem/breaker-notes.ts";
import { connectModel } from "./model.ts";

const dataFolder = mkdtempSync(join(tmpdir(), "expert-servers-"));
afterAll(() => {
  rmSync(dataFolder, { recursive: true, force: true });
});
const notes = createBreakerNotes(join(dataFolder, "model-servers"));

const started: ModelServer[] = [];
const start = async (options: ModelServerOptions = {}): Promise<ModelServer> => {
  const server = await startModelServer(options);
  started.push(server);
  return server;
};
const closeAll = async () => {
  const servers = started.splice(0);
  await Promise.all(servers.map((server) => server.close()));
  expect(servers.flatMap(({ violations }) => violations)).toEqual([]);
};

const finance = newId<DepartmentId>();
const hr = newId<DepartmentId>();
const callOf = (departmentId: DepartmentId | null = null): ModelCall => ({
  tenantId: newId<TenantId>(),
  userId: newId<UserId>(),
  departmentId,
  urgency: "interactive",
});

interface Given {
  readonly clock?: { now(): Date };
  readonly logger?: Logger;
  readonly waitMs?: number;
}

/** As the product joins what the file says. */
function gatewayOf(
  file: object,
  { clock = systemClock, logger = silentLogger, waitMs = 10_000 }: Given = {},
) {
  const config = readConfig({}, "/nowhere");
  const { routes, faults } = parseModels(JSON.stringify(file), config, () => "sk-very-secret");
  expect(faults).toEqual([]);
  const departments = new Map([
    [finance, "acme/finance"],
    [hr, "acme/hr"],
  ]);
  const gateway = connectModel(
    { MODELS: routes, MODEL_WAIT_LIMIT_MS: waitMs, DATA_DIR: dataFolder },
    clock,
    logger,
    async ({ departmentId }) => (departmentId === null ? null : (departments.get(departmentId) ?? null)),
  );
  if (!gateway) throw new Error("no gateway");
  return gateway;
}

const timeouts = { connect_ms: 500, first_token_ms: 2_000, between_tokens_ms: 500 };
const serverOf = (name: string, base_url: string, more: object = {}) => ({
  name,
  base_url,
  models: ["chat", "big", "vectors"],
  timeouts,
  ...more,
});
/** All of them in one order for everything. */
const inOrder = (servers: readonly { readonly name: string }[]) => ({
  servers,
  tiers: {
    fast: servers.map(({ name }) => ({ server: name, model: "chat" })),
    embed: servers.map(({ name }) => ({ server: name, model: "vectors" })),
  },
});

async function ask(gateway: ModelGateway, content = "A private question.", call: ModelCall = callOf()) {
  const events: ModelEvent[] = [];
  const request = { messages: [{ role: "user" as const, content }], maxTokens: 9, temperature: 0, call };
  try {
    for await (const event of gateway.generate(request)) events.push(event);
  } catch (error) {
    return { events, error, text: textOf(events) };
  }
  return { events, error: null, text: textOf(events) };
}
const textOf = (events: readonly ModelEvent[]) =>
  events.map((event) => (event.kind === "text" ? event.text : "")).join("");
const says = (text: string) => ({ kind: "text", pieces: [text] }) as const;
const fails = (status: number) => ({ kind: "error", status }) as const;

modelGatewayContract("two servers, the first of which is down", async () => {
  const second = await start({ betweenMs: 5 });
  const file = inOrder([
    serverOf("first", `http://127.0.0.1:${await freePort()}/v1`),
    serverOf("second", second.baseUrl),
  ]);
  return {
    gateway: gatewayOf(file),
    without: (model) =>
      gatewayOf({ ...file, tiers: { ...file.tiers, [model === "chat" ? "fast" : "embed"]: [] } }),
    close: closeAll,
  };
});

describe("several model servers", () => {
  afterEach(closeAll);

  const two = async (given?: Given) => {
    const [first, second] = [await start(), await start()];
    const gateway = gatewayOf(
      inOrder([serverOf("first", first.baseUrl), serverOf("second", second.baseUrl)]),
      given,
    );
    return { first, second, gateway };
  };

  it.each([401, 403, 404, 429, 500, 503, 504])("goes to the next one at once after %i", async (status) => {
    const { first, second, gateway } = await two();
    first.script(fails(status));
    second.script(says("from the second"));
    expect(await ask(gateway)).toMatchObject({ text: "from the second", error: null });
    expect([first.chats.length, second.chats.length]).toEqual([1, 1]);
  });

  it("does not ask another what no server would take", async () => {
    const { first, second, gateway } = await two();
    first.script({ kind: "error", status: 400, code: "context_length_exceeded" });
    expect((await ask(gateway)).error).toMatchObject({ code: "model_refused", facts: { server: "first" } });
    expect(second.chats).toHaveLength(0);
  });

  it("goes to the next one where the first word does not come in time, and stops the first", async () => {
    const [first, second] = [await start(), await start()];
    const slow = { timeouts: { ...timeouts, first_token_ms: 150 } };
    const gateway = gatewayOf(
      inOrder([serverOf("first", first.baseUrl, slow), serverOf("second", second.baseUrl)]),
    );
    first.script({ kind: "text", pieces: ["late"], thinkMs: 1_000 });
    second.script(says("in time"));
    expect((await ask(gateway)).text).toBe("in time");
    expect(first.abandoned).toBe(1);
  });

  it.each([
    [{ kind: "cut", pieces: ["half "] }, "model_unavailable"],
    [{ kind: "hang", pieces: ["half "] }, "model_timeout"],
  ] as const)("asks nobody else after the first word: %o", async (reply, code) => {
    const { first, second, gateway } = await two();
    first.script(reply);
    expect(await ask(gateway)).toMatchObject({ text: "half ", error: { code, facts: { server: "first" } } });
    expect(second.chats).toHaveLength(0);
  });

  it("goes down the chain again after a pause, and then names who failed last", async () => {
    const { first, second, gateway } = await two();
    first.script(fails(503), fails(503), says("at last"));
    second.script(fails(429), fails(503));
    expect((await ask(gateway)).text).toBe("at last");
    first.script(fails(503), fails(503), fails(503));
    second.script(fails(503), fails(503), fails(503));
    expect((await ask(gateway)).error).toMatchObject({ facts: { server: "second", status: 503 } });
  });

  it("waits as long as a server wants, and not at all where that would be too late", async () => {
    const server = await start();
    const gateway = gatewayOf(inOrder([serverOf("only", server.baseUrl)]), { waitMs: 3_000 });
    server.script({ kind: "error", status: 429, retryAfter: 1 }, says("later"));
    const begun = performance.now();
    expect((await ask(gateway)).text).toBe("later");
    expect(performance.now() - begun).toBeGreaterThanOrEqual(990);
    server.script({ kind: "error", status: 429, retryAfter: 30 });
    expect((await ask(gateway)).error).toMatchObject({ facts: { status: 429, retryAfterMs: 30_000 } });
    expect(server.chats).toHaveLength(3);
  });

  it("embeds by the next one, and refuses vectors of another size", async () => {
    const [first, second] = [await start({ dimension: 8 }), await start({ dimension: 16 })];
    const gateway = gatewayOf(inOrder([serverOf("a", first.baseUrl), serverOf("b", second.baseUrl)]));
    expect((await gateway.embed(["text"]))[0]).toHaveLength(8);
    first.script(fails(503));
    await expect(gateway.embed(["text"])).rejects.toMatchObject({
      code: "model_unavailable",
      message: expect.stringMatching(/16 numbers instead of 8/),
    });
  });

  it("leaves a server alone after five failures in a row, tries it with one call, and takes it back", async () => {
    let now = Date.now();
    const logged: string[] = [];
    const log = (message: string, facts?: object) => void logged.push(message + JSON.stringify(facts));
    const { first, second, gateway } = await two({
      clock: { now: () => new Date(now) },
      logger: { ...silentLogger, warn: log },
    });
    first.script(...Array.from({ length: 6 }, () => fails(500)));
    for (let turn = 0; turn < 8; turn += 1) expect((await ask(gateway)).error).toBeNull();
    expect([first.chats.length, second.chats.length]).toEqual([5, 8]);
    expect(notes.read()).toMatchObject([{ server: "first" }]);
    now += 2_001;
    for (let turn = 0; turn < 3; turn += 1) await ask(gateway);
    expect(first.chats).toHaveLength(6);
    now += 3_000;
    await ask(gateway);
    expect(first.chats).toHaveLength(6);
    now += 1_100;
    for (let turn = 0; turn < 3; turn += 1) await ask(gateway);
    expect(first.chats).toHaveLength(9);
    expect(notes.read()).toEqual([]);
    expect(logged.filter((line) => /left alone|is back/.test(line))).toEqual([
      expect.stringMatching(/left alone.*"first".*2000/),
      expect.stringMatching(/left alone.*"first".*4000/),
      expect.stringMatching(/is back.*"first"/),
    ]);
  });

  it("says at once that all are left alone", async () => {
    const server = await start();
    const gateway = gatewayOf(inOrder([serverOf("only", server.baseUrl)]));
    server.script(...Array.from({ length: 5 }, () => fails(500)));
    await ask(gateway);
    await ask(gateway);
    expect((await ask(gateway)).error).toMatchObject({
      code: "model_unavailable",
      message: expect.stringMatching(/only/),
      facts: { servers: "only" },
    });
    expect(server.chats).toHaveLength(5);
  });

  it("shares calls between servers that have the same model, and bounds each by itself", async () => {
    const [a, b] = [await start(), await start()];
    const gateway = gatewayOf({
      servers: [
        serverOf("a", a.baseUrl, { most_in_flight: 2 }),
        serverOf("b", b.baseUrl, { most_in_flight: 2 }),
      ],
      tiers: { fast: [{ servers: ["a", "b"], model: "chat" }] },
    });
    const slow = { kind: "text", pieces: ["yes"], thinkMs: 300 } as const;
    a.script(slow, slow, slow);
    b.script(slow, slow, slow);
    const asked = Array.from({ length: 6 }, () => ask(gateway));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect([a.chats.length, b.chats.length]).toEqual([2, 2]);
    expect((await Promise.all(asked)).map(({ text }) => text)).toEqual(Array(6).fill("yes"));
    expect([a.chats.length, b.chats.length]).toEqual([3, 3]);
  });

  it("sends long prompts and a department's questions to the heavy tier", async () => {
    const server = await start();
    const gateway = gatewayOf({
      servers: [serverOf("only", server.baseUrl)],
      tiers: { fast: [{ server: "only", model: "chat" }], heavy: [{ server: "only", model: "big" }] },
      heavy_above_tokens: 50,
      departments: { "acme/finance": { tier: "heavy" } },
    });
    await ask(gateway, "Short.");
    const long = await ask(gateway, "many words ".repeat(60));
    expect(long.events.at(-1)).toMatchObject({ kind: "done", model: "big" });
    await ask(gateway, "Short.", callOf(finance));
    await ask(gateway, "Short.", callOf(hr));
    expect(server.chats.map(({ model }) => model)).toEqual(["chat", "big", "big", "chat"]);
  });

  it("speaks to Azure by deployment, version and api-key, and to a second region where the first has no quota", async () => {
    const options = { apiKey: "sk-very-secret", azureVersion: "2024-10-21" };
    const [north, south] = [await start(options), await start(options)];
    const azure = {
      kind: "azure",
      key: { env: "X" },
      api_version: "2024-10-21",
      models: { chat: "our-gpt", vectors: "our-vectors" },
    };
    const gateway = gatewayOf(
      inOrder([serverOf("north", north.baseUrl, azure), serverOf("south", south.baseUrl, azure)]),
    );
    north.script(fails(429));
    south.script(says("from the south"));
    expect((await ask(gateway)).text).toBe("from the south");
    expect(gateway.chatModel).toBe("chat");
    expect((await gateway.embed(["text"]))[0]).toHaveLength(256);
    expect(north.chats[0]?.model).toBe("our-gpt");
    expect(south.chats[0]?.model).toBe("our-gpt");
    expect(north.embeddings[0]?.model).toBe("our-vectors");
  });

  it("keeps keys and prompts out of errors and logs, and names the server", async () => {
    const logged: string[] = [];
    const log = (message: string, facts?: object) => void logged.push(message + JSON.stringify(facts));
    const logger = { debug: log, info: log, warn: log, error: log };
    const bearer = await start({ apiKey: "another-key" });
    const azure = await start({ apiKey: "another-key", azureVersion: "2024-10-21" });
    const key = { env: "X" };
    const gateway = gatewayOf(
      inOrder([
        serverOf("first", bearer.baseUrl, { key }),
        serverOf("second", azure.baseUrl, { key, kind: "azure", api_version: "2024-10-21" }),
      ]),
      { logger },
    );
    const { error } = await ask(gateway);
    expect(error).toMatchObject({
      code: "model_refused",
      facts: { server: "second" },
      remedy: expect.stringMatching(/key of second/),
    });
    const told = logged.join() + inspect(error, { depth: 9 });
    expect(told).toMatch(/first/);
    for (const secret of ["sk-very-secret", "private"]) expect(told).not.toContain(secret);
  });
});

describe("LoRA adapters of departments", () => {
  afterEach(closeAll);
  const lora = (most: number) => ({
    models: ["chat"],
    lora: { base: "chat", most, adapters: { "finance-7": "/adapters/finance", "hr-2": "/adapters/hr" } },
  });
  const open = async (most: number, loadable = ["finance-7", "hr-2"], logger = silentLogger) => {
    const server = await start({ vllm: { models: ["chat"], loadable }, loadMs: 30 });
    const gateway = gatewayOf(
      {
        servers: [serverOf("gpu", server.baseUrl, lora(most))],
        tiers: { fast: [{ server: "gpu", model: "chat" }] },
        departments: { "acme/finance": { adapter: "finance-7" }, "acme/hr": { adapter: "hr-2" } },
      },
      { logger },
    );
    return { server, gateway };
  };
  const models = (server: ModelServer) => server.chats.map(({ model }) => model);

  it("loads one once, however many ask at the same time, and leaves others to the base model", async () => {
    const { server, gateway } = await open(2);
    const asked = await Promise.all(Array.from({ length: 20 }, () => ask(gateway, "?", callOf(finance))));
    expect(asked.filter(({ error }) => error !== null)).toEqual([]);
    expect(server.adapterCalls).toEqual(["load finance-7"]);
    await ask(gateway);
    expect(models(server)).toEqual([...Array<string>(20).fill("finance-7"), "chat"]);
  });

  it("unloads the one that was used least recently, and none that is in use", async () => {
    const { server, gateway } = await open(1);
    server.script({ kind: "text", pieces: ["slow"], thinkMs: 200 });
    const [slow, next] = [ask(gateway, "?", callOf(finance)), ask(gateway, "?", callOf(hr))];
    await slow;
    await next;
    expect(server.adapterCalls).toEqual(["load finance-7", "unload finance-7", "load hr-2"]);
    expect(models(server)).toEqual(["finance-7", "hr-2"]);
  });

  it("loads one again that the server has forgotten", async () => {
    const { server, gateway } = await open(2);
    await ask(gateway, "?", callOf(hr));
    server.forgetAdapters();
    expect((await ask(gateway, "?", callOf(hr))).error).toBeNull();
    expect(server.adapterCalls).toEqual(["load hr-2", "load hr-2"]);
  });

  it("answers by the base model where one cannot be loaded, and does not try each time", async () => {
    const { server, gateway } = await open(2, []);
    for (let turn = 0; turn < 3; turn += 1) expect((await ask(gateway, "?", callOf(hr))).error).toBeNull();
    expect(server.adapterCalls).toEqual(["load hr-2"]);
    expect(models(server)).toEqual(["chat", "chat", "chat"]);
  });

  it("takes one that another process has loaded as loaded", async () => {
    const { server, gateway } = await open(2);
    await ask(gateway, "?", callOf(hr));
    const other = gatewayOf({
      servers: [serverOf("gpu", server.baseUrl, lora(2))],
      tiers: { fast: [{ server: "gpu", model: "chat" }] },
      departments: { "acme/hr": { adapter: "hr-2" } },
    });
    await ask(other, "?", callOf(hr));
    expect(server.adapterCalls).toEqual(["load hr-2", "load hr-2"]);
    expect(models(server)).toEqual(["hr-2", "hr-2"]);
  });
});
