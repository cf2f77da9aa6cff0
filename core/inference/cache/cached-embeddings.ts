import { createHash } from "node:crypto";
import type { ModelCall } from "../model-call.ts";
import type { ModelGateway } from "../model-gateway.ts";
import type { EmbeddingCache, EmbeddingKey } from "./embedding-cache.ts";
import { createForgiving, type ForgivingCacheOptions } from "./forgiving-cache.ts";

/**
 * The same gateway, which asks for vectors only of texts that the tenant's cache does not hold, and once for a text that
 * stands in a call several times. Calls of nobody's go past it. A cache that is away or slow counts as empty.
 */
export function createCachedEmbeddings(
  gateway: ModelGateway,
  cache: EmbeddingCache,
  options: Omit<ForgivingCacheOptions, "name">,
): ModelGateway {
  const forgiving = createForgiving({ ...options, name: "the cache of embeddings" });

  async function embed(
    model: string,
    texts: readonly string[],
    call: ModelCall,
    signal?: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const distinct = [...new Set(texts)];
    const keys = distinct.map((text): EmbeddingKey => keyOf(text, model, call));
    const known = await forgiving(() => cache.get(keys), []);
    const vectors = new Map<string, Float32Array>();
    distinct.forEach((text, at) => {
      const vector = known[at];
      if (vector) vectors.set(text, vector);
    });
    await fill(vectors, distinct);
    const [made] = vectors.values();
    // The model at this name has changed: vectors of two models cannot be compared.
    if (made && [...vectors.values()].some(({ length }) => length !== made.length)) {
      vectors.clear();
      await fill(vectors, distinct);
    }
    return texts.flatMap((text) => vectors.get(text) ?? []);

    async function fill(into: Map<string, Float32Array>, wanted: readonly string[]): Promise<void> {
      const missing = wanted.filter((text) => !into.has(text));
      if (missing.length === 0) return;
      const fresh = await gateway.embed(missing, signal, call);
      const entries = missing.flatMap((text, at) => {
        const vector = fresh[at];
        if (!vector) return [];
        into.set(text, vector);
        return [{ ...keyOf(text, model, call), vector }];
      });
      // Nobody waits for it to be kept.
      void forgiving(() => cache.put(entries), undefined);
    }
  }

  return {
    ...gateway,
    embed: (texts, signal, call) =>
      gateway.embeddingModel === null || call === undefined || texts.length === 0
        ? gateway.embed(texts, signal, call)
        : embed(gateway.embeddingModel, texts, call, signal),
  };
}

const keyOf = (text: string, model: string, { tenantId }: ModelCall): EmbeddingKey => ({
  tenantId,
  model,
  textHash: createHash("sha256").update(text, "utf8").digest("hex"),
});
