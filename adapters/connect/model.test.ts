import { inspect } from "node:util";
import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { silentLogger } from "../../core/logger.ts";
import { modelGatewayContract } from "../../tests/contract/model-gateway.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { pause, until } from "../../tests/support/sample-work.ts";
import {
  notes,
  start,
  closeAll,
  finance,
  hr,
  callOf,
  type Given,
  gatewayOf,
  timeouts,
  serverOf,
  inOrder,
  ask,
  says,
  fails,
} from "./model.fixture.ts";

jest.setTimeout(180_000);

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
    first.script({ kind: "hang", pieces: [] });
    second.script(says("in time"));
    expect((await ask(gateway)).text).toBe("in time");
    // Where the machine stands still, the time may be over before the first was asked at all.
    await until("the first hears of it", async () => first.abandoned === first.chats.length);
    expect(first.chats.length).toBeLessThanOrEqual(1);
  });

  it.each([
    [{ kind: "cut", pieces: ["half "] }, "model_unavailable"],
    [{ kind: "hang", pieces: ["half "] }, "model_timeout"],
  ] as const)("asks nobody else after the first word: %o", async (reply, code) => {
    const [first, second] = [await start(), await start()];
    const hasty = { timeouts: { ...timeouts, between_tokens_ms: 200 } };
    const gateway = gatewayOf(
      inOrder([
        serverOf("first", first.baseUrl, reply.kind === "hang" ? hasty : {}),
        serverOf("second", second.baseUrl),
      ]),
    );
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
    const gateway = gatewayOf(inOrder([serverOf("only", server.baseUrl)]), { waitMs: 60_000 });
    server.script({ kind: "error", status: 429, retryAfter: 1 }, says("later"));
    const begun = performance.now();
    expect((await ask(gateway)).text).toBe("later");
    expect(performance.now() - begun).toBeGreaterThanOrEqual(990);
    server.script({ kind: "error", status: 429, retryAfter: 90 });
    expect((await ask(gateway)).error).toMatchObject({ facts: { status: 429, retryAfterMs: 90_000 } });
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
    const going: Record<"a" | "b", (() => void)[]> = { a: [], b: [] };
    const slow = (name: "a" | "b") =>
      ({
        kind: "text",
        pieces: ["yes"],
        before: () => new Promise<void>((resolve) => going[name].push(resolve)),
      }) as const;
    a.script(slow("a"), slow("a"), slow("a"));
    b.script(slow("b"), slow("b"), slow("b"));
    const asked = Array.from({ length: 6 }, () => ask(gateway));
    await until("they are asked", async () => going.a.length + going.b.length >= 4);
    await pause(100);
    expect([a.chats.length, b.chats.length]).toEqual([2, 2]);
    for (const name of ["a", "b"] as const) {
      going[name].shift()?.();
      await until("the next is asked", async () => going[name].length === 2);
    }
    for (const go of [...going.a, ...going.b]) go();
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
