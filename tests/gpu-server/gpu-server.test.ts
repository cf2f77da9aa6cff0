import { afterEach, describe, expect, it } from "@jest/globals";
import { until } from "../support/sample-work.ts";
import { createFates, noFailures } from "./gpu-failures.ts";
import { createPrefixCache } from "./prefix-cache.ts";
import { type GpuServer, startGpuServer } from "./start-gpu-server.ts";

const fast = { stepMs: 2, perSequenceMs: 0, prefillPerSecond: 1e7 };
const open: GpuServer[] = [];
const start = async (...options: Parameters<typeof startGpuServer>): Promise<GpuServer> => {
  const server = await startGpuServer(...options);
  open.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const post = (server: GpuServer, path: string, body: object): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const chat = (server: GpuServer, maxTokens = 4): Promise<Response> =>
  post(server, "/chat/completions", {
    model: "simulated",
    max_tokens: maxTokens,
    messages: [{ role: "user", content: "How is the pump primed?" }],
  });
const fates = (failures: object, count = 2_000) => {
  const next = createFates({ ...noFailures, ...failures });
  return Array.from({ length: count }, () => next());
};

describe("the simulated GPU server", () => {
  it("streams an answer of exactly so many tokens and tells what it has cost", async () => {
    const server = await start(fast);
    const text = await (await chat(server, 5)).text();
    expect(text.match(/"content":"w\d+ "/g)).toHaveLength(5);
    expect(text).toContain('"usage":{"prompt_tokens":6,"completion_tokens":5,"total_tokens":11}');
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(server.state()).toEqual({ tokens: 5, running: 0, waiting: 0, requests: 1 });
  });

  it("embeds texts, the same one always alike, each request after the one before", async () => {
    const server = await start({ ...fast, embeddingMs: 30, dimensions: 8 });
    const begun = performance.now();
    const embed = async (input: readonly string[]) => {
      const response = await post(server, "/embeddings", { model: "simulated", input });
      const { data } = (await response.json()) as { data: readonly { embedding: readonly number[] }[] };
      return data.map(({ embedding }) => embedding);
    };
    const [[one, two], [again]] = await Promise.all([embed(["one", "two"]), embed(["one"])]);
    expect(one).toHaveLength(8);
    expect(again).toEqual(one);
    expect(two).not.toEqual(one);
    expect(performance.now() - begun).toBeGreaterThan(55);
  });

  it("names its models", async () => {
    const server = await start(fast, { models: ["a", "b"] });
    const list = (await (await fetch(`${server.url}/models`)).json()) as { data: readonly { id: string }[] };
    expect(list.data.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it.each([
    ["refused429", 429],
    ["refused503", 503],
  ])("refuses: %s", async (failure, status) => {
    const server = await start(fast, { failures: { [failure]: 1, retryAfterS: 7 } });
    const response = await chat(server);
    expect([response.status, response.headers.get("retry-after")]).toEqual([status, "7"]);
  });

  it("breaks off in the middle", async () => {
    const server = await start(fast, { failures: { cut: 1 } });
    const response = await chat(server, 8);
    const reader = response.body?.getReader();
    let read = "";
    const reading = async (): Promise<void> => {
      for (;;) {
        const part = await reader?.read();
        if (!part || part.done) return;
        read += Buffer.from(part.value).toString();
      }
    };
    await expect(reading()).rejects.toThrow();
    expect(read).toContain("w4 ");
    expect(read).not.toContain("w5 ");
  });

  it("falls silent in the middle, until its client goes", async () => {
    const server = await start(fast, { failures: { stalled: 1 } });
    const gone = new AbortController();
    const response = await fetch(`${server.url}/chat/completions`, {
      method: "POST",
      body: JSON.stringify({
        model: "m",
        max_tokens: 4_000,
        messages: [{ role: "user", content: "x" }],
      }),
      signal: gone.signal,
    });
    expect(response.status).toBe(200);
    expect(server.state().running).toBe(1);
    gone.abort();
    for (const end = Date.now() + 30_000; Date.now() < end && server.state().running > 0;)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(server.state().running).toBe(0);
  });

  it("is not ready while it loads its model", async () => {
    const slow = await start(fast, { failures: { slowStartMs: 600_000 } });
    expect((await chat(slow)).status).toBe(503);
    const server = await start(fast, { failures: { slowStartMs: 150 } });
    await new Promise((resolve) => setTimeout(resolve, 160));
    expect((await chat(server)).status).toBe(200);
  });

  it("can be killed and brought back at its address", async () => {
    const server = await start({ ...fast, stepMs: 20 });
    const asked = chat(server, 50_000).then((response) => response.text());
    asked.catch(() => undefined);
    while (server.state().tokens === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await server.kill();
    await expect(asked).rejects.toThrow();
    const back = await start(fast, { port: server.port });
    expect(back.url).toBe(server.url);
    expect((await chat(back)).status).toBe(200);
  });

  it("reads a beginning that it holds only once", async () => {
    const server = await start({ ...fast, prefillPerSecond: 10_000, prefixCaching: true });
    const ask = async (): Promise<number> => {
      const begun = performance.now();
      const messages = [{ role: "user", content: "x".repeat(8_000) }];
      await (await post(server, "/chat/completions", { model: "m", max_tokens: 1, messages })).text();
      return performance.now() - begun;
    };
    expect(await ask()).toBeGreaterThan(190);
    // The next where the machine stood still for a moment: without what is held, each takes as long.
    await until("one is quick", async () => (await ask()) < 150);
  });
});

describe("what becomes of requests", () => {
  it("is the same for a seed, and about as often as is said", () => {
    const shares = { refused429: 0.1, refused503: 0.05, cut: 0.2, stalled: 0.02 };
    const drawn = fates({ ...shares, seed: 7 });
    expect(drawn).toEqual(fates({ ...shares, seed: 7 }));
    expect(drawn).not.toEqual(fates({ ...shares, seed: 8 }));
    for (const [fate, share] of Object.entries(shares)) {
      const found = drawn.filter((each) => each === fate).length / drawn.length;
      expect(Math.abs(found - share)).toBeLessThan(0.03);
    }
    expect(new Set(fates({}))).toEqual(new Set(["well"]));
  });
});

describe("beginnings of prompts that are held", () => {
  it("count in whole blocks of 16 tokens, up to the first difference, but for the last token", () => {
    const cache = createPrefixCache(10_000);
    const prompt = "a".repeat(64) + "b".repeat(64) + "c".repeat(64);
    expect(cache.read(prompt)).toBe(0);
    expect(cache.read(prompt)).toBe(47);
    expect(cache.read("a".repeat(64) + "x".repeat(128))).toBe(16);
    expect(cache.read("x".repeat(64))).toBe(0);
  });

  it("make room for others, those first that were used longest ago", () => {
    const cache = createPrefixCache(32);
    cache.read("a".repeat(70));
    cache.read("b".repeat(70));
    cache.read("c".repeat(70));
    expect([cache.read("c".repeat(70)), cache.read("a".repeat(70))]).toEqual([16, 0]);
  });
});
