import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { newId, type TenantId } from "../../core/ids.ts";
import type { EmbeddingCache, EmbeddingKey } from "../../core/inference/cache/embedding-cache.ts";

export interface EmbeddingCacheUnderTest {
  readonly cache: EmbeddingCache;
  close?(): Promise<void>;
}

/** What every cache of embeddings must do. */
export function embeddingCacheContract(name: string, open: () => Promise<EmbeddingCacheUnderTest>): void {
  describe(`embedding cache: ${name}`, () => {
    let opened: EmbeddingCacheUnderTest;
    let cache: EmbeddingCache;
    let tenantId: TenantId;
    beforeEach(async () => {
      opened = await open();
      ({ cache } = opened);
      tenantId = newId();
    });
    afterEach(() => opened.close?.());
    const keyOf = (text: string, change: Partial<EmbeddingKey> = {}): EmbeddingKey => ({
      tenantId,
      model: "small",
      textHash: text,
      ...change,
    });
    const vector = (...numbers: readonly number[]) => Float32Array.from(numbers);

    it("gives back each vector as it was, in the order that was asked", async () => {
      const one = vector(0.1, -0.2, 3e-38);
      const two = vector(1);
      await cache.put([
        { ...keyOf("one"), vector: one },
        { ...keyOf("two"), vector: two },
      ]);
      expect(await cache.get([keyOf("two"), keyOf("three"), keyOf("one")])).toEqual([two, null, one]);
    });

    it("takes and gives nothing where nothing is asked", async () => {
      await cache.put([]);
      expect(await cache.get([])).toEqual([]);
    });

    it("gives nothing of another tenant, another model or another text", async () => {
      await cache.put([{ ...keyOf("one"), vector: vector(1, 2) }]);
      const others = [
        keyOf("one", { tenantId: newId() }),
        keyOf("one", { model: "large" }),
        keyOf("one", { model: "small " }),
        keyOf("One"),
      ];
      expect(await cache.get(others)).toEqual([null, null, null, null]);
    });

    it("keeps the newest, and nothing that a caller does to its own", async () => {
      const given = vector(1, 2);
      await cache.put([{ ...keyOf("one"), vector: vector(9) }]);
      await cache.put([{ ...keyOf("one"), vector: given }]);
      given[0] = 7;
      const [taken] = await cache.get([keyOf("one")]);
      if (taken) taken[1] = 7;
      expect(await cache.get([keyOf("one")])).toEqual([vector(1, 2)]);
    });

    it("takes no more than its bound, however much is put there", async () => {
      const many = Array.from({ length: 40 }, (_, at) => keyOf(`text ${String(at)}`));
      for (const key of many) await cache.put([{ ...key, vector: new Float32Array(100_000) }]);
      const kept = await cache.get(many);
      expect(kept.filter((found) => found !== null).length).toBeLessThan(many.length);
    });
  });
}
