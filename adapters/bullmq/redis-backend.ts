import { Queue, Worker } from "bullmq";
import { Redis, type RedisOptions } from "ioredis";
import type { QueueName } from "../../core/queue.ts";
import { queueNames, type QueueBackend, type QueueTiming, producersOf } from "./backend.ts";
import type { OutageLog } from "./outage-log.ts";

const prefix = "expert";
const longestRetryWaitMs = 2000;

interface RedisConnection {
  readonly redis: Redis;
  disconnect(): void;
  /**
   * Lets connections that are waiting to retry end by themselves: told to disconnect in that state, a client never
   * reports its end, and BullMQ would wait for it for ever.
   */
  stopRetrying(): Promise<void>;
}

export function createRedisStoreBackend(
  url: string,
  outage: OutageLog,
  { connectWithinMs }: QueueTiming,
): QueueBackend {
  const connect = async (
    options: Pick<RedisOptions, "enableOfflineQueue" | "maxRetriesPerRequest">,
  ): Promise<RedisConnection> => {
    let retrying = false;
    let reason: Error | undefined;
    const redis = new Redis(url, {
      ...options,
      lazyConnect: true,
      connectTimeout: connectWithinMs,
      retryStrategy: (times) => (retrying ? Math.min(times * 100, longestRetryWaitMs) : null),
    });
    redis.on("error", (error: Error) => {
      reason = error;
      outage.failed(error);
    });
    redis.on("ready", () => outage.recovered());
    try {
      await redis.connect();
    } catch (error) {
      throw reason ?? error;
    }
    retrying = true;
    // BullMQ copies the connection for its blocking reads and shows the copy to nobody.
    const all = [redis];
    const duplicate = redis.duplicate.bind(redis);
    redis.duplicate = (override) => {
      const copy = duplicate(override);
      all.push(copy);
      return copy;
    };
    return {
      redis,
      disconnect() {
        if (redis.status !== "end") redis.disconnect();
      },
      async stopRetrying() {
        retrying = false;
        const end = Date.now() + longestRetryWaitMs + 500;
        const settled = () => all.every(({ status }) => status === "ready" || status === "end");
        while (!settled() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 25));
      },
    };
  };

  return {
    async openProducers() {
      // Fails at once while Redis is away; the rows are written, and the sweeper finds what was not enqueued.
      const { redis, disconnect, stopRetrying } = await connect({
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
      });
      const queues = new Map<QueueName, Queue>(
        queueNames.map((name) => [name, new Queue(name, { connection: redis, prefix })]),
      );
      return await producersOf(queues, outage, async () => {
        await stopRetrying();
        await Promise.all([...queues.values()].map((queue) => queue.close()));
        disconnect();
      });
    },

    async openWorker(name, processor, settings) {
      // A worker waits for Redis to return as long as it takes.
      const { redis, disconnect, stopRetrying } = await connect({ maxRetriesPerRequest: null });
      const worker = new Worker(name, processor, {
        ...settings,
        connection: redis,
        prefix,
        autorun: false,
      });
      worker.on("error", (error) => outage.failed(error));
      const release = async () => disconnect();
      try {
        await worker.waitUntilReady();
      } catch (error) {
        await worker.close(true);
        await release();
        throw error;
      }
      return { worker, beforeClose: stopRetrying, release };
    },
  };
}
