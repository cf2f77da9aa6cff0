import { beforeEach, describe, expect, it } from "@jest/globals";
import { newId, type TenantId } from "../../ids.ts";
import type { Logger } from "../../logger.ts";
import type { ModelCall } from "../model-call.ts";
import type { ModelGateway } from "../model-gateway.ts";
import { createCachedEmbeddings } from "./cached-embeddings.ts";
import type { EmbeddingCache, EmbeddingKey } from "./embedding-cache.ts";

const nameOf = (key: EmbeddingKey): string => `${key.tenantId} ${key.model} ${key.textHash}`;

function mapCache(): EmbeddingCache & { readonly kept: Map<string, Float32Array> } {
  const kept = new Map<string, Float32Array>();
  return {
    kept,
    get: async (keys) => keys.map((key) => kept.get(nameOf(key)) ?? null),
    put: async (entries) => {
      for (const entry of entries) kept.set(nameOf(entry), entry.vector);
    },
  };
}

const callOf = (tenantId: TenantId): ModelCall => ({
  tenantId,
  userId: null,
  departmentId: null,
  urgency: "interactive",
});

describe("embeddings with a cache", () => {
  const tenant = newId<TenantId>();
  let asked: (readonly string[])[];
  let dimension: number;
  let time: number;
  let warnings: string[];
  let cache: ReturnType<typeof mapCache>;
  beforeEach(() => {
    asked = [];
    dimension = 2;
    time = 0;
    warnings = [];
    cache = mapCache();
  });
  const logger: Logger = {
    debug() {},
    info() {},
    warn: (message) => void warnings.push(message),
    error() {},
  };
  const vectorOf = (text: string): Float32Array => new Float32Array(dimension).fill(text.length);
  const gatewayOf = (embeddingModel: string | null = "small"): ModelGateway => ({
    chatModel: null,
    visionModel: null,
    embeddingModel,
    generate: () => {
      throw new Error("not a chat");
    },
    async embed(texts) {
      asked.push(texts);
      return texts.map(vectorOf);
    },
  });
  const clock = { now: () => new Date(time) };
  const cached = (kept: EmbeddingCache = cache, gateway = gatewayOf()) =>
    createCachedEmbeddings(gateway, kept, { clock, logger, limitMs: 20 });

  it("are asked only where they are missing, each text once, and given in the order of the call", async () => {
    const gateway = cached();
    const call = callOf(tenant);
    expect(await gateway.embed(["a", "bb", "a"], undefined, call)).toEqual(["a", "bb", "a"].map(vectorOf));
    expect(await gateway.embed(["ccc", "bb", "ccc", "a"], undefined, call)).toEqual(
      ["ccc", "bb", "ccc", "a"].map(vectorOf),
    );
    await gateway.embed(["a"], undefined, call);
    expect(asked).toEqual([["a", "bb"], ["ccc"]]);
  });

  it("are never another tenant's, another model's, or another text's by a space", async () => {
    const gateway = cached();
    await gateway.embed(["a"], undefined, callOf(tenant));
    await gateway.embed(["a"], undefined, callOf(newId<TenantId>()));
    await gateway.embed(["a "], undefined, callOf(tenant));
    await cached(cache, gatewayOf("large")).embed(["a"], undefined, callOf(tenant));
    expect(asked).toEqual([["a"], ["a"], ["a "], ["a"]]);
  });

  it("go past it in nobody's name, and where no model is configured", async () => {
    await cached().embed(["a"]);
    await cached().embed(["a"]);
    await cached(cache, gatewayOf(null)).embed(["a"], undefined, callOf(tenant));
    expect(asked).toHaveLength(3);
    expect(cache.kept.size).toBe(0);
  });

  it("are all made anew where the model under this name now gives others", async () => {
    const gateway = cached();
    await gateway.embed(["a"], undefined, callOf(tenant));
    dimension = 3;
    const vectors = await gateway.embed(["a", "bb"], undefined, callOf(tenant));
    expect(vectors.map(({ length }) => length)).toEqual([3, 3]);
    expect(asked.slice(1)).toEqual([["bb"], ["a", "bb"]]);
  });

  it("do not wait for a cache that is away, which is told once and left alone for a while", async () => {
    let tries = 0;
    let away = true;
    const broken: EmbeddingCache = {
      async get(keys) {
        tries += 1;
        if (away) throw new Error("no connection");
        return await cache.get(keys);
      },
      put: (entries) => (away ? Promise.reject(new Error("no connection")) : cache.put(entries)),
    };
    const gateway = cached(broken);
    for (const text of ["a", "a", "a"])
      expect(await gateway.embed([text], undefined, callOf(tenant))).toEqual([vectorOf("a")]);
    expect([tries, asked.length, warnings.length]).toEqual([1, 3, 1]);
    time += 6_000;
    await gateway.embed(["a"], undefined, callOf(tenant));
    expect([tries, warnings.length]).toEqual([2, 1]);
    time += 6_000;
    away = false;
    await gateway.embed(["a"], undefined, callOf(tenant));
    await gateway.embed(["a"], undefined, callOf(tenant));
    expect(asked).toHaveLength(5);
    expect(warnings).toEqual([
      "the cache of embeddings is away; it goes on without",
      "the cache of embeddings is back",
    ]);
  });

  it("do not wait for a cache that is slow", async () => {
    const slow: EmbeddingCache = { get: () => new Promise(() => undefined), put: async () => undefined };
    const begun = Date.now();
    await cached(slow).embed(["a"], undefined, callOf(tenant));
    expect(Date.now() - begun).toBeLessThan(60_000);
    expect(asked).toEqual([["a"]]);
  });

  it("fail as the model does, and leave nothing behind", async () => {
    const gateway = cached(cache, { ...gatewayOf(), embed: () => Promise.reject(new Error("away")) });
    await expect(gateway.embed(["a"], undefined, callOf(tenant))).rejects.toThrow("away");
    expect(cache.kept.size).toBe(0);
  });
});
