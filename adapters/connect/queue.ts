import type { Logger } from "../../core/logger.ts";
import type { Queue, QueueName } from "../../core/queue.ts";
import { createBullmqQueue } from "../bullmq/queue.ts";
import type { Config } from "../config.ts";
import { createMemoryQueue } from "../memory/queue.ts";
import type { ConnectedDatabase } from "./database.ts";

/** How what waits is woken: see `ConnectOptions.wake`. */
export type Wake = "memory" | "queue";

/** Wakes workers in another thread, to which events, turns and deliveries belong. */
type FarQueue = Pick<Queue, "enqueue">;

/** Uploads always wait in the shared queue; events, turns and deliveries in memory unless told otherwise. */
export function connectQueue(
  config: Config,
  connected: ConnectedDatabase,
  wake: Wake | FarQueue,
  logger: Logger,
  timeoutMs?: number,
): Queue {
  const shared = createBullmqQueue({
    connection:
      config.REDIS_URL === undefined
        ? { kind: "postgres", url: connected.appUrl }
        : { kind: "redis", url: config.REDIS_URL },
    logger,
    ...(timeoutMs === undefined ? {} : { timing: { connectWithinMs: timeoutMs, answerWithinMs: timeoutMs } }),
  });
  if (wake === "queue") return shared;
  const near = typeof wake === "string" ? createMemoryQueue({ logger }) : elsewhere(wake);
  const queueOf = (name: QueueName): Queue => (name === "ingestion" ? shared : near);
  return {
    enqueue: (name, job, options) => queueOf(name).enqueue(name, job, options),
    process: (name, handler, options) => queueOf(name).process(name, handler, options),
    async close() {
      await Promise.all([near.close(), shared.close()]);
    },
  };
}

const elsewhere = ({ enqueue }: FarQueue): Queue => ({
  enqueue,
  process: () => Promise.reject(new TypeError("the workers of this process are in another thread")),
  close: () => Promise.resolve(),
});
