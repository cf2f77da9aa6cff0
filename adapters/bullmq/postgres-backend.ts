import {
  assertSchemaCompatibility,
  createPostgresBackend,
  Queue,
  Worker,
  type BackendFactory,
  type PostgresConnectionOptions,
  type IQueueBackend,
} from "bullmq";
import pg from "pg";
import type { QueueName } from "../../core/queue.ts";
import {
  queueNames,
  producersOf,
  type ProducerQueue,
  type QueueBackend,
  type QueueTiming,
  usualTiming,
} from "./backend.ts";
import type { OutageLog } from "./outage-log.ts";

export interface PostgresStore {
  readonly url: string;
  /** The schema that holds BullMQ's tables. */
  readonly schema: string;
}

/**
 * A worker on a schema that is missing or foreign spins at full load, so it is checked over a connection of its own
 * before any BullMQ object is made.
 */
export async function checkPostgres(
  { url, schema }: PostgresStore,
  { connectWithinMs, answerWithinMs } = usualTiming,
): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: answerWithinMs,
  });
  // A connection cut while idle must not end the process; the query itself rejects.
  client.on("error", () => {});
  await client.connect();
  try {
    await assertSchemaCompatibility(client, schema);
  } finally {
    await client.end();
  }
}

export function createPostgresStoreBackend(
  store: PostgresStore,
  outage: OutageLog,
  timing: QueueTiming,
): QueueBackend {
  const pool = (synchronousCommit: "on" | "off", max: number, role: string): PostgresConnectionOptions => ({
    connectionString: store.url,
    schema: store.schema,
    options: `-c synchronous_commit=${synchronousCommit}`,
    application_name: `expert-${role}`,
    max,
    connectionTimeoutMillis: timing.connectWithinMs,
  });

  return {
    async openProducers() {
      await checkPostgres(store, timing);
      // Durable: whoever enqueued has been told so. One pool for all queues.
      const connection = pool("on", 4, "enqueue");
      const options = { connection, streams: { events: { maxLen: 100 } } };
      const [firstName = "turn", ...otherNames] = queueNames;
      const first = new Queue(firstName, options, createPostgresBackend);
      const sibling: BackendFactory<IQueueBackend, PostgresConnectionOptions> = (name) =>
        first.getBackend().forQueue(name, "");
      const queues = new Map<QueueName, ProducerQueue>([[firstName, first]]);
      for (const name of otherNames) queues.set(name, new Queue(name, options, sibling));
      return await producersOf(queues, outage, async () => {
        for (const queue of [...queues.values()].reverse()) await queue.close();
      });
    },

    async openWorker(name, processor, settings) {
      await checkPostgres(store, timing);
      // Not durable: a finished job that comes back after a crash is harmless, its handler is idempotent.
      const connection = pool("off", Math.min(4, settings.concurrency ?? 1) + 1, `work-${name}`);
      const worker = new Worker(
        name,
        processor,
        { ...settings, connection, autorun: false },
        createPostgresBackend,
      );
      worker.on("error", (error) => outage.failed(error));
      try {
        await worker.waitUntilReady();
      } catch (error) {
        await worker.close(true);
        throw error;
      }
      return { worker, beforeClose: async () => {}, release: async () => {} };
    },
  };
}
