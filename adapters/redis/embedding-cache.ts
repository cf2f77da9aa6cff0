import type { Redis } from "ioredis";
import {
  type EmbeddingCache,
  type EmbeddingKey,
  embeddingsKeptMs,
} from "../../core/inference/cache/embedding-cache.ts";
import { createSlots } from "./slots.ts";

/** Vectors at most: 64 MiB of them at 1,024 numbers each. The product's own choice, as the next. */
const slots = createSlots("expert:vector", 16_384);
/** The largest that is kept: 4,096 numbers. */
const mostBytes = 16 * 1024;
const numberBytes = 4;

/** Vectors as little-endian 32-bit floats, shared between processes. */
export const createRedisEmbeddingCache = (redis: Redis): EmbeddingCache => ({
  async get(keys) {
    if (keys.length === 0) return [];
    const names = keys.map(nameOf);
    const stored = await redis.mgetBuffer(names.map(slots.keyOf));
    return names.map((name, at) => read(slots.unpack(name, stored[at])));
  },
  async put(entries) {
    const kept = entries.filter(({ vector }) => vector.length > 0 && vector.byteLength <= mostBytes);
    if (kept.length === 0) return;
    const pipeline = redis.pipeline();
    for (const entry of kept) {
      const name = nameOf(entry);
      pipeline.set(slots.keyOf(name), slots.pack(name, bytesOf(entry.vector)), "PX", embeddingsKeptMs);
    }
    const fault = (await pipeline.exec())?.find(([error]) => error !== null)?.[0];
    if (fault) throw fault;
  },
});

const nameOf = ({ tenantId, textHash, model }: EmbeddingKey): string => `${tenantId} ${textHash} ${model}`;

function bytesOf(vector: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(vector.length * numberBytes);
  vector.forEach((number, at) => bytes.writeFloatLE(number, at * numberBytes));
  return bytes;
}

function read(bytes: Buffer | null): Float32Array | null {
  if (!bytes || bytes.length === 0 || bytes.length % numberBytes !== 0) return null;
  return Float32Array.from({ length: bytes.length / numberBytes }, (_, at) =>
    bytes.readFloatLE(at * numberBytes),
  );
}
