import { randomUUID } from "node:crypto";
import { ExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { Queue, PacedWorker } from "../../core/queue.ts";
import {
  queueUnavailable,
  usualTiming,
  within,
  type Producers,
  type QueueBackend,
  type QueueTiming,
} from "./backend.ts";
import { jobIdOf } from "./job-id.ts";
import { createOutageLog } from "./outage-log.ts";
import { createPostgresStoreBackend } from "./postgres-backend.ts";
import { createRedisStoreBackend } from "./redis-backend.ts";
import { startWorker } from "./worker.ts";

export type QueueConnection =
  | { readonly kind: "postgres"; readonly url: string; readonly schema?: string }
  | { readonly kind: "redis"; readonly url: string };

export const defaultSchema = "bullmq";

/** Finished jobs are kept this long, and with them their keys: longer than any platform sends an event again. */
const keepForSeconds = 3600;
/** BullMQ wants a number when a job is added; the worker, which knows the real one, stops before. */
const attemptsUpTo = 1000;

/**
 * The queue shared by processes: BullMQ on PostgreSQL (its schema made by `migrateBullmq`) or on Redis. Connects on
 * first use; enqueuing fails within seconds, and workers wait and go on, when the store is away.
 */
export function createBullmqQueue(options: {
  readonly connection: QueueConnection;
  readonly logger: Logger;
  readonly timing?: Partial<QueueTiming>;
}): Queue {
  const { connection, logger } = options;
  const timing: QueueTiming = { ...usualTiming, ...options.timing };
  const { answerWithinMs } = timing;
  const store = connection.kind === "postgres" ? "PostgreSQL" : "Redis";
  const outage = createOutageLog(logger, `The queue in ${store}`);
  const backend: QueueBackend =
    connection.kind === "postgres"
      ? createPostgresStoreBackend(
          { url: connection.url, schema: connection.schema ?? defaultSchema },
          outage,
          timing,
        )
      : createRedisStoreBackend(connection.url, outage, timing);

  let producers: Promise<Producers> | null = null;
  const workers = new Set<PacedWorker>();
  let state: "open" | "closing" | "closed" = "open";

  const refuse = () => {
    throw new ExpertError("queue_unavailable", "The queue is closed.", {
      remedy: "The process is stopping; try again once it has started.",
    });
  };
  const openProducers = (): Promise<Producers> => {
    const opening = (producers ??= backend.openProducers());
    // A failed attempt is not kept, so that the next job tries to connect again.
    opening.catch(() => {
      if (producers === opening) producers = null;
    });
    return opening;
  };

  return {
    async enqueue(name, job, { key, delayMs = 0, again = false, forget = false }) {
      if (state === "closed") refuse();
      try {
        const open = await openProducers();
        const id = jobIdOf(job.tenantId, key);
        if (again && (await within(answerWithinMs, "Looking for a job", open.waits(name, id)))) return;
        const added = open.add(name, job, {
          // A finished job's id is remembered; that of a job which wakes again counts only until it is done.
          ...(again ? { jobId: `${id}.${randomUUID()}`, deduplication: { id } } : { jobId: id }),
          delay: delayMs,
          attempts: attemptsUpTo,
          backoff: { type: "doubling" },
          stackTraceLimit: 0,
          removeOnComplete: forget || { age: keepForSeconds },
          removeOnFail: forget || { age: keepForSeconds },
        });
        await within(answerWithinMs, "Adding a job", added);
        outage.recovered();
      } catch (error) {
        outage.failed(error);
        throw queueUnavailable(store, error);
      }
    },

    async process(name, handler, processOptions) {
      if (state !== "open") refuse();
      try {
        const worker = await startWorker({ backend, logger, outage, timing }, name, handler, processOptions);
        const handle: PacedWorker = {
          setConcurrency: (concurrency) => worker.setConcurrency(concurrency),
          async close() {
            await worker.close();
            workers.delete(handle);
          },
        };
        workers.add(handle);
        return handle;
      } catch (error) {
        throw queueUnavailable(store, error);
      }
    },

    async close() {
      if (state === "open") state = "closing";
      await Promise.all([...workers].map((worker) => worker.close()));
      state = "closed";
      const open = await producers?.catch(() => null);
      producers = null;
      await open?.close();
    },
  };
}
