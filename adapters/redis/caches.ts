import { Redis } from "ioredis";
import type { AnswerCache } from "../../core/inference/cache/answer-cache.ts";
import type { EmbeddingCache } from "../../core/inference/cache/embedding-cache.ts";
import type { SecretBox } from "../../core/secrets/secret-box.ts";
import { createRedisAnswerCache } from "./answer-cache.ts";
import { createRedisEmbeddingCache } from "./embedding-cache.ts";

export interface RedisCaches {
  readonly embeddings: EmbeddingCache;
  readonly answers: AnswerCache;
  close(): Promise<void>;
}

/** Both caches over one connection of their own, which never waits for Redis to come back: what is asked meanwhile fails at once. */
export function createRedisCaches({
  url,
  secrets,
  answerWithinMs = 1_000,
}: {
  readonly url: string;
  readonly secrets: Pick<SecretBox, "seal" | "open">;
  /** A cache that does not answer within this time counts as empty for whoever asks, in milliseconds; 1,000 unless told. */
  readonly answerWithinMs?: number;
}): RedisCaches {
  const redis = new Redis(url, {
    commandTimeout: answerWithinMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  });
  // Told once by whoever asks; without a listener it would end the process.
  redis.on("error", () => undefined);
  return {
    embeddings: createRedisEmbeddingCache(redis),
    answers: createRedisAnswerCache(redis, secrets),
    async close() {
      redis.disconnect();
    },
  };
}
