import { LRUCache } from "lru-cache";
import type { Clock } from "../../core/clock.ts";
import {
  type EmbeddingCache,
  type EmbeddingKey,
  embeddingsKeptMs,
} from "../../core/inference/cache/embedding-cache.ts";

/** Bytes of vectors in one thread: about 16,000 of 1,024 numbers. The product's own choice. */
const mostBytes = 64 * 2 ** 20;
/** What an entry takes beside its vector: its key and what finds it, about. */
const entryBytes = 256;

/** Vectors in this process, of which those that were not used for the longest time make room. */
export function createMemoryEmbeddingCache({
  clock,
  bytes = mostBytes,
}: {
  readonly clock: Clock;
  readonly bytes?: number;
}): EmbeddingCache {
  const kept = new LRUCache<string, Float32Array>({
    maxSize: bytes,
    sizeCalculation: (vector) => vector.byteLength + entryBytes,
    ttl: embeddingsKeptMs,
    ttlResolution: 0,
    perf: { now: () => clock.now().getTime() },
  });
  return {
    get: async (keys) => keys.map((key) => kept.get(nameOf(key))?.slice() ?? null),
    async put(entries) {
      for (const entry of entries) kept.set(nameOf(entry), entry.vector.slice());
    },
  };
}

const nameOf = ({ tenantId, textHash, model }: EmbeddingKey): string => `${tenantId} ${textHash} ${model}`;
