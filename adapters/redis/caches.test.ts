import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { Redis } from "ioredis";
import { answerCacheContract } from "../../tests/contract/answer-cache.ts";
import { embeddingCacheContract } from "../../tests/contract/embedding-cache.ts";
import { plainBox } from "../../tests/fakes/plain-box.ts";
import { hasRedis, startRedis, type TestRedis } from "../../tests/support/redis.ts";
import { newId, type TenantId } from "../../core/ids.ts";
import { until } from "../../tests/support/sample-work.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createRedisCaches, type RedisCaches } from "./caches.ts";

jest.setTimeout(180_000);

const present = hasRedis();
if (!present) console.log("Skipped: the caches in Redis, for there is no redis-server on this machine.");

/** Opens a `|` of the text as it is, unlike `plainBox`, whose own sign it is. */
const box = (key: string): Parameters<typeof createRedisCaches>[0]["secrets"] => {
  const plain = plainBox(key);
  return {
    seal: (text, context) => plain.seal(Buffer.from(text).toString("base64"), context),
    open: (sealed, context) => Buffer.from(plain.open(sealed, context), "base64").toString("utf8"),
  };
};

(present ? describe : describe.skip)("over Redis", () => {
  let redis: TestRedis;
  let look: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    look = new Redis(redis.url);
    look.on("error", () => undefined);
  });
  afterAll(async () => {
    look.disconnect();
    await redis.close();
  });

  const open = async (key = "one"): Promise<RedisCaches> => {
    const caches = createRedisCaches({ url: redis.url, secrets: box(key), answerWithinMs: amplyMs });
    for (const end = Date.now() + 40_000; Date.now() < end;) {
      const ready = await caches.answers.find(newId(), "none").then(
        () => true,
        () => false,
      );
      if (ready) return caches;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error("Redis did not answer");
  };

  embeddingCacheContract("Redis", async () => {
    const caches = await open();
    return { cache: caches.embeddings, close: caches.close };
  });
  answerCacheContract("Redis", async () => {
    const caches = await open();
    return { cache: caches.answers, close: caches.close };
  });

  describe("caches in Redis", () => {
    const tenant = newId<TenantId>();
    const draft = { text: "a secret of the house", citations: [], answeredBy: "llama", complete: true };
    let caches: RedisCaches;
    beforeEach(async () => {
      caches = await open();
      await look.flushall();
    });
    afterEach(() => caches.close());

    it("give every value its end, and fill no more places than there are", async () => {
      const vector = Float32Array.from([1, 2, 3]);
      const entries = Array.from({ length: 20_000 }, (_, at) => ({
        tenantId: tenant,
        model: "small",
        textHash: String(at),
        vector,
      }));
      const parts = Array.from({ length: 40 }, (_, at) => entries.slice(at * 500, (at + 1) * 500));
      for (const part of parts) await caches.embeddings.put(part);
      await caches.answers.keep(tenant, "one", draft, 60_000);
      const keys = await look.keys("expert:*");
      expect(keys.length).toBeLessThanOrEqual(16_384 + 1);
      const ends = await Promise.all(keys.map((key) => look.pttl(key)));
      expect(Math.min(...ends)).toBeGreaterThan(0);
      expect(Math.max(...ends)).toBeLessThanOrEqual(86_400_000);
      const kept: Float32Array[] = [];
      for (const part of parts)
        for (const each of await caches.embeddings.get(part)) if (each !== null) kept.push(each);
      // Random names fill 1 - e^(-20,000 / 16,384) of the places.
      expect(kept.length).toBeGreaterThan(11_000);
      expect(kept.every((each) => each[2] === 3)).toBe(true);
    });

    it("show nobody who reads Redis what a draft says, and open under its own name alone", async () => {
      await caches.answers.keep(tenant, "one", draft, 60_000);
      const [key = ""] = await look.keys("expert:answer:*");
      expect((await look.getBuffer(key))?.toString("utf8")).not.toContain("secret of the house");
      const stored = await look.getBuffer(key);
      const moved = Buffer.from(stored ?? "");
      await caches.answers.keep(tenant, "two", draft, 60_000);
      const other = (await look.keys("expert:answer:*")).find((each) => each !== key) ?? "";
      const digest = (await look.getBuffer(other))?.subarray(0, 32) ?? Buffer.alloc(0);
      await look.set(other, Buffer.concat([digest, moved.subarray(32)]));
      expect(await caches.answers.find(tenant, "two")).toBeNull();
      const elsewhere = await open("another key");
      expect(await elsewhere.answers.find(tenant, "one")).toBeNull();
      await elsewhere.close();
    });

    it("fail at once while Redis is away, and go on when it is back", async () => {
      await redis.kill();
      const begun = Date.now();
      await expect(caches.answers.find(tenant, "one")).rejects.toThrow();
      await expect(
        caches.embeddings.put([{ tenantId: tenant, model: "m", textHash: "h", vector: Float32Array.of(1) }]),
      ).rejects.toThrow();
      expect(Date.now() - begun).toBeLessThan(60_000);
      await redis.restart();
      await until("it is kept", () =>
        caches.answers.keep(tenant, "one", draft, 60_000).then(
          () => true,
          () => false,
        ),
      );
      expect(await caches.answers.find(tenant, "one")).toEqual(draft);
    });
  });
});
