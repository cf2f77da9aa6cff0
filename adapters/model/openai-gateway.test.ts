import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { systemClock } from "../../core/clock.ts";
import type { ModelEvent, ModelGateway } from "../../core/inference/model-gateway.ts";
import { silentLogger } from "../../core/logger.ts";
import { modelGatewayContract } from "../../tests/contract/model-gateway.ts";
import { chooseTier } from "../../core/inference/routing/choose-tier.ts";
import { createFakeModelGateway } from "../../tests/fakes/model-gateway.ts";
import { startModelServer, type ModelServer } from "../../tests/support/model-server.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { pause, until } from "../../tests/support/sample-work.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createOpenAiGateway, type OpenAiGatewayOptions } from "./openai-gateway.ts";
import { createRoutedGateway } from "./route-models.ts";

jest.setTimeout(180_000);

const timeouts = { connectMs: amplyMs, firstTokenMs: amplyMs, betweenTokensMs: amplyMs };
const common = {
  chatModel: "some-chat",
  embeddingModel: "some-embedding",
  timeouts,
  logger: silentLogger,
};

/** The only one of its chains, as a server of the environment is. */
const alone = (options: OpenAiGatewayOptions): ModelGateway => {
  const gateway = createOpenAiGateway(options);
  const chain = [
    [
      {
        server: "the-server",
        gateway,
        breaker: { available: true, state: "closed" as const },
        load: { calls: 0, limit: () => 1 },
      },
    ],
  ];
  return createRoutedGateway({
    chains: {
      fast: gateway.chatModel === null ? [] : chain,
      heavy: [],
      vision: gateway.visionModel === null ? [] : chain,
      embed: gateway.embeddingModel === null ? [] : chain,
    },
    tierOf: async (request) => chooseTier({ heavyAboveTokens: null }, null, request),
    clock: systemClock,
    longestWaitMs: amplyMs,
    logger: options.logger,
  });
};

modelGatewayContract("fake", async () => ({
  gateway: createFakeModelGateway(),
  without: (model) => createFakeModelGateway({ [`${model}Model`]: null }),
  close: async () => {},
}));

modelGatewayContract("OpenAI's protocol", async () => {
  const server = await startModelServer({ apiKey: "a-key", betweenMs: 5 });
  const options = { ...common, baseUrl: server.baseUrl, apiKey: "a-key" };
  return {
    gateway: alone(options),
    without: (model) => alone({ ...options, [`${model}Model`]: null }),
    async close() {
      expect(server.violations).toEqual([]);
      await server.close();
    },
  };
});

describe("pictures", () => {
  const image = { mediaType: "image/webp" as const, base64: "UklGRgAAAABXRUJQ" };
  const messages = [
    { role: "system" as const, content: "Look." },
    { role: "user" as const, content: "What is this?", images: [image, image] },
  ];
  let server: ModelServer;
  beforeEach(async () => {
    server = await startModelServer();
  });
  afterEach(async () => {
    expect(server.violations).toEqual([]);
    await server.close();
  });

  it("go with the words to the model that sees, as their own bytes", async () => {
    const gateway = alone({ ...common, baseUrl: server.baseUrl, visionModel: "some-eyes" });
    expect(gateway.visionModel).toBe("some-eyes");
    server.script({ kind: "text", pieces: ["A pump."] });
    const events: ModelEvent[] = [];
    for await (const event of gateway.generate({ messages, maxTokens: 9, temperature: 0 }))
      events.push(event);
    expect(events.at(-1)).toMatchObject({ kind: "done", model: "some-eyes" });
    expect(server.chats).toMatchObject([
      {
        model: "some-eyes",
        messages: [
          { role: "system", content: "Look." },
          {
            role: "user",
            content: [
              { type: "image_url", image_url: { url: `data:image/webp;base64,${image.base64}` } },
              { type: "image_url", image_url: { url: `data:image/webp;base64,${image.base64}` } },
              { type: "text", text: "What is this?" },
            ],
          },
        ],
      },
    ]);
  });

  it.each([[alone], [createOpenAiGateway]])("go to no model that does not see", async (make) => {
    const gateway = make({ ...common, baseUrl: server.baseUrl });
    expect(gateway.visionModel).toBeNull();
    const asking = gateway.generate({ messages, maxTokens: 9, temperature: 0 });
    await expect(asking[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "model_unavailable",
      message: "No vision model is configured.",
    });
    expect(server.chats).toEqual([]);
  });
});

describe("a model server that fails", () => {
  let server: ModelServer;
  beforeEach(async () => {
    server = await startModelServer();
  });
  afterEach(() => server.close());

  const gateway = (more: Partial<OpenAiGatewayOptions> = {}) =>
    alone({ ...common, baseUrl: server.baseUrl, ...more });

  const run = async (of = gateway()) => {
    const events: ModelEvent[] = [];
    const messages = [{ role: "user" as const, content: "The question, which is private." }];
    try {
      for await (const event of of.generate({ messages, maxTokens: 9, temperature: 0 })) events.push(event);
    } catch (error) {
      return { events, error };
    }
    return { events, error: null };
  };
  const hello = { kind: "text", pieces: ["hello"] } as const;

  it.each([
    [401, undefined, "model_refused", /MODEL_API_KEY/],
    [403, undefined, "model_refused", /MODEL_API_KEY/],
    [404, "model_not_found", "model_unavailable", /MODEL_BASE_URL/],
    [400, "context_length_exceeded", "model_refused", /shorter/],
    [422, undefined, "model_refused", /configured/],
  ] as const)("%i %s is %s, and is not asked again", async (status, code, expected, remedy) => {
    server.script({ kind: "error", status, ...(code ? { code } : {}) });
    expect((await run()).error).toMatchObject({
      code: expected,
      remedy: expect.stringMatching(remedy),
      facts: { status, model: "some-chat" },
    });
    expect(server.chats).toHaveLength(1);
  });

  it.each([
    [429, "model_unavailable"],
    [500, "model_unavailable"],
    [503, "model_unavailable"],
    [504, "model_timeout"],
  ])("%i is asked again, and then is %s", async (status, code) => {
    server.script(...Array.from({ length: 3 }, () => ({ kind: "error", status }) as const));
    expect((await run()).error).toMatchObject({ code });
    expect(server.chats).toHaveLength(3);
  });

  it("recovers from a failure before the first token", async () => {
    server.script({ kind: "error", status: 503 }, { kind: "reset" }, hello);
    const { events, error } = await run();
    expect(error).toBeNull();
    expect(events.map(({ kind }) => kind)).toEqual(["text", "done"]);
  });

  it("does not ask again once text came, and says that it broke off", async () => {
    server.script({ kind: "cut", pieces: ["half ", "an"] }, hello);
    const { events, error } = await run();
    expect(events).toEqual([
      { kind: "text", text: "half " },
      { kind: "text", text: "an" },
    ]);
    expect(error).toMatchObject({ code: "model_unavailable" });
    expect(server.chats).toHaveLength(1);
  });

  it.each([
    ["length", "length"],
    ["content_filter", "refused"],
  ] as const)("finish %s is %s; usage may be missing", async (finish, expected) => {
    server.script({ kind: "text", pieces: ["a"], finish, usage: false });
    expect((await run()).events.at(-1)).toEqual({
      kind: "done",
      finish: expected,
      promptTokens: null,
      completionTokens: null,
    });
  });

  it("takes a prompt that a filter refused as refused", async () => {
    server.script({ kind: "error", status: 400, code: "content_filter" });
    expect(await run()).toMatchObject({ events: [{ kind: "done", finish: "refused" }], error: null });
  });

  it("adapts to a server that wants max_completion_tokens and no temperature, and remembers it", async () => {
    const of = gateway();
    server.script(
      { kind: "error", status: 400, code: "unsupported_parameter", param: "max_tokens" },
      { kind: "error", status: 400, code: "unsupported_value", param: "temperature" },
      hello,
      hello,
    );
    expect((await run(of)).error).toBeNull();
    expect((await run(of)).error).toBeNull();
    expect(server.chats).toHaveLength(4);
    expect(server.chats.at(-1)).toMatchObject({ max_completion_tokens: 9 });
    expect(server.chats.at(-1)).not.toHaveProperty("temperature");
    expect(server.chats.at(-1)).not.toHaveProperty("max_tokens");
  });

  it("gives up when the first token takes too long, and stops the server's work", async () => {
    server.script({ kind: "hang", pieces: [] });
    const { events, error } = await run(gateway({ timeouts: { ...timeouts, firstTokenMs: 150 } }));
    expect(events).toEqual([]);
    expect(error).toMatchObject({ code: "model_timeout", message: expect.stringMatching(/first token/) });
    // Where the machine stands still, the time may be over before the server was asked at all.
    await until("the server hears of it", async () => server.abandoned === server.chats.length);
    expect(server.chats.length).toBeLessThanOrEqual(1);
  });

  it("gives up when the next token takes too long, not while the reader is slow", async () => {
    const of = gateway({ timeouts: { ...timeouts, betweenTokensMs: 150 } });
    server.script({ kind: "hang", pieces: ["one"] });
    const { events, error } = await run(of);
    expect(events).toEqual([{ kind: "text", text: "one" }]);
    expect(error).toMatchObject({ code: "model_timeout", message: expect.stringMatching(/next token/) });

    server.script({ kind: "text", pieces: ["one", "two"] });
    const kinds: string[] = [];
    const messages = [{ role: "user" as const, content: "Hi." }];
    for await (const event of of.generate({ messages, maxTokens: 9, temperature: 0 })) {
      kinds.push(event.kind);
      // Longer than the limit, and all that is said is there when it is asked for.
      await pause(250);
      await pause(0);
    }
    expect(kinds).toEqual(["text", "text", "done"]);
  });

  it("stops the server's work when the reader leaves", async () => {
    server.script({ kind: "hang", pieces: ["one", "two"] });
    const messages = [{ role: "user" as const, content: "Hi." }];
    for await (const event of gateway().generate({ messages, maxTokens: 9, temperature: 0 })) {
      expect(event.kind).toBe("text");
      break;
    }
    await until("the server hears of it", async () => server.abandoned === 1);
  });

  it("says quickly that nobody listens", async () => {
    const baseUrl = `http://127.0.0.1:${await freePort()}/v1`;
    const startedAt = Date.now();
    expect((await run(gateway({ baseUrl }))).error).toMatchObject({
      code: "model_unavailable",
      facts: { code: "ECONNREFUSED", server: new URL(baseUrl).host },
    });
    await expect(gateway({ baseUrl }).embed(["text"])).rejects.toMatchObject({ code: "model_unavailable" });
    expect(Date.now() - startedAt).toBeLessThan(60_000);
  });

  it("gives up connecting in time", async () => {
    // A process that listens, but is stopped and has its queue full, leaves further connections hanging.
    const listen = `require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () {
      process.stdout.write(String(this.address().port)) })`;
    const child = spawn(process.execPath, ["-e", listen], { stdio: ["ignore", "pipe", "ignore"] });
    const [printed] = (await once(child.stdout, "data")) as [Buffer];
    child.kill("SIGSTOP");
    const port = Number(printed.toString());
    const queued = Array.from({ length: 6 }, () => connect(port, "127.0.0.1").on("error", () => {}));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const startedAt = Date.now();
    const of = gateway({
      baseUrl: `http://127.0.0.1:${port}/v1`,
      timeouts: { ...timeouts, connectMs: 250 },
    });
    expect((await run(of)).error).toMatchObject({ code: "model_timeout", facts: { code: "ETIMEDOUT" } });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(240);
    expect(Date.now() - startedAt).toBeLessThan(60_000);
    for (const socket of queued) socket.destroy();
    child.kill("SIGKILL");
  });

  it("refuses vectors that are none, too few, or of another size", async () => {
    const of = gateway();
    const refused = { code: "model_unavailable", remedy: expect.stringMatching(/embedding model/) };
    for (const vectors of [
      [[0, 0, 0]],
      [[1, 0, 0]],
      [
        [1, Number.MAX_VALUE],
        [1, Number.MAX_VALUE],
      ],
    ]) {
      server.script({ kind: "vectors", vectors });
      await expect(of.embed(["a", "b"])).rejects.toMatchObject(refused);
    }
    server.script({ kind: "vectors", vectors: [[3, 4]] }, { kind: "vectors", vectors: [[1, 0, 0]] });
    expect(Array.from((await of.embed(["a"]))[0] ?? [])).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    await expect(of.embed(["a"])).rejects.toMatchObject(refused);
  });

  it("keeps the key, the address's password and the prompt out of errors and logs", async () => {
    const logged: string[] = [];
    const log = (message: string, facts?: object) => void logged.push(message + JSON.stringify(facts));
    const logger = { debug: log, info: log, warn: log, error: log };
    const baseUrl = server.baseUrl.replace("http://", "http://user:hidden-word@");
    const failures: unknown[] = [];
    for (const more of [{ apiKey: "sk-very-secret" }, { baseUrl }]) {
      const of = gateway({ ...more, logger });
      server.script({ kind: "error", status: 401, code: "invalid_api_key" }, { kind: "cut", pieces: ["x"] });
      failures.push((await run(of)).error, (await run(of)).error);
    }
    expect(failures).toMatchObject(
      ["refused", "unavailable", "refused", "unavailable"].map((code) => ({ code: `model_${code}` })),
    );
    const told = logged.join() + failures.map((error) => inspect(error, { depth: 9 })).join();
    expect(logged.length).toBeGreaterThan(3);
    for (const secret of ["sk-very-secret", "hidden-word", "private"]) expect(told).not.toContain(secret);
  });

  it("sends the key as a bearer token, and an address's name and password to a proxy before it", async () => {
    await server.close();
    for (const [more, address] of [
      [{ apiKey: "a-key" }, "http://"],
      [{}, "http://name:p%40ss@"],
    ] as const) {
      const authorization = more.apiKey ? "Bearer a-key" : `Basic ${btoa("name:p@ss")}`;
      server = await startModelServer({ authorization });
      server.script(hello);
      const of = gateway({ ...more, baseUrl: server.baseUrl.replace("http://", address) });
      expect((await run(of)).error).toBeNull();
      await server.close();
    }
  });
});
