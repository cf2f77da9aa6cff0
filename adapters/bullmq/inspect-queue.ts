import { Redis } from "ioredis";
import { queueUnavailable, usualTiming } from "./backend.ts";
import { checkPostgres } from "./postgres-backend.ts";
import { defaultSchema, type QueueConnection } from "./queue.ts";

export interface QueueFacts {
  readonly store: "PostgreSQL" | "Redis";
  /** Of Redis; null where the database says its own. */
  readonly version: string | null;
  /** True where a Redis that is full would drop jobs; null where it does not tell. */
  readonly evicts: boolean | null;
}

/** Looks whether the queue's store answers and is fit. Throws `queue_unavailable`. */
export async function inspectQueue(connection: QueueConnection): Promise<QueueFacts> {
  if (connection.kind === "redis") return await inspectRedis(connection.url);
  try {
    await checkPostgres({ url: connection.url, schema: connection.schema ?? defaultSchema });
  } catch (error) {
    throw queueUnavailable("PostgreSQL", error);
  }
  return { store: "PostgreSQL", version: null, evicts: null };
}

async function inspectRedis(url: string): Promise<QueueFacts> {
  const { connectWithinMs } = usualTiming;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectWithinMs,
    commandTimeout: connectWithinMs,
    retryStrategy: () => null,
  });
  let reason: Error | undefined;
  redis.on("error", (error: Error) => {
    reason = error;
  });
  try {
    await redis.connect();
    const info = await redis.info();
    const fact = (name: string): string | null =>
      new RegExp(`^${name}:(.*)$`, "m").exec(info)?.[1]?.trim() ?? null;
    const policy = fact("maxmemory_policy");
    return {
      store: "Redis",
      version: fact("redis_version"),
      evicts: policy === null ? null : policy !== "noeviction",
    };
  } catch (error) {
    throw queueUnavailable("Redis", reason ?? error);
  } finally {
    redis.disconnect();
  }
}
