import type { JobsOptions, Processor, WorkerOptions } from "bullmq";
import { ExpertError } from "../../core/errors.ts";
import type { QueueName } from "../../core/queue.ts";
import type { OutageLog } from "./outage-log.ts";

/** What this folder needs of a store: the same for PostgreSQL and Redis. */
export interface QueueBackend {
  /** Connects, and checks that the store is fit; rejects quickly where it is not. */
  openProducers(): Promise<Producers>;
  openWorker(name: QueueName, processor: Processor, options: WorkerSettings): Promise<OpenWorker>;
}

export interface Producers {
  add(name: QueueName, job: object, options: JobsOptions): Promise<void>;
  /** Is there a job of this id that no worker has taken yet? */
  waits(name: QueueName, id: string): Promise<boolean>;
  close(): Promise<void>;
}

/** The part of BullMQ's Queue that is used, whatever its store. */
export interface ProducerQueue {
  add(name: string, data: unknown, options: JobsOptions): Promise<unknown>;
  getJobState(id: string): Promise<string>;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export type WorkerSettings = Omit<WorkerOptions, "connection">;

export interface OpenWorker {
  /** The BullMQ worker, ready and not yet running. */
  readonly worker: RunningWorker;
  /** Makes the worker closable where its store is away. */
  beforeClose(): Promise<void>;
  /** Lets go of connections that the worker does not own. */
  release(): Promise<void>;
}

/** The part of BullMQ's Worker that is used, whatever its store. */
export interface RunningWorker {
  /** 1 at least. */
  concurrency: number;
  run(): Promise<void>;
  pause(doNotWaitActive?: boolean): Promise<void>;
  resume(): Promise<void>;
  close(force?: boolean): Promise<void>;
  on(event: "active", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

const everyQueue: Readonly<Record<QueueName, true>> = {
  event: true,
  turn: true,
  ingestion: true,
  approval: true,
  dispatch: true,
  delivery: true,
  inference_fast: true,
  inference_heavy: true,
  inference_vision: true,
  inference_embed: true,
};
export const queueNames = Object.keys(everyQueue) as readonly QueueName[];

/** What BullMQ calls a job that waits. */
const waitingStates: ReadonlySet<string | undefined> = new Set(["waiting", "delayed", "prioritized"]);

/** The producers over a store's queues, once all are ready; where one is not, everything is closed again. */
export async function producersOf(
  queues: ReadonlyMap<QueueName, ProducerQueue>,
  outage: OutageLog,
  close: () => Promise<void>,
): Promise<Producers> {
  for (const queue of queues.values()) queue.on("error", (error) => outage.failed(error));
  try {
    await Promise.all([...queues.values()].map((queue) => queue.waitUntilReady()));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async add(name, job, jobOptions) {
      await queues.get(name)?.add(name, job, jobOptions);
    },
    waits: async (name, id) => waitingStates.has(await queues.get(name)?.getJobState(id)),
    close,
  };
}

/** All in milliseconds. */
export interface QueueTiming {
  /** How long to wait for a store that does not answer. */
  readonly connectWithinMs: number;
  readonly answerWithinMs: number;
  /**
   * How long a job counts as held by a worker that gives no sign of life; BullMQ renews it at half the time. Short, since
   * what a killed worker held, and whatever else wakes under its key, waits this long; a job taken twice does no harm.
   */
  readonly lockMs: number;
}

export const usualTiming: QueueTiming = { connectWithinMs: 3_000, answerWithinMs: 5_000, lockMs: 6_000 };

const remedies: Readonly<Record<string, string>> = {
  SchemaMigrationRequiredError: "Run the database migrations, then start again.",
  SchemaVersionMismatchError:
    "The queue's tables were made by a newer version of the product: install that version or a newer one.",
  UnsupportedPostgresVersionError: "Use PostgreSQL 14 or newer.",
};

/** Translates what a store threw; an error that is already the product's own passes. */
export function queueUnavailable(store: string, error: unknown): ExpertError {
  if (error instanceof ExpertError) return error;
  const { name = "", code = "", message = "" } = Object(error) as Partial<NodeJS.ErrnoException>;
  const reason = message.startsWith("NOAUTH") ? "it wants a password" : message || code || String(error);
  const remedy =
    code === "42501"
      ? "Run the database migrations as the owner: they grant the queue's rights to the application's role."
      : (remedies[name] ?? `Check that ${store} runs and that its address and password are right.`);
  return new ExpertError("queue_unavailable", `The queue cannot be reached in ${store}: ${reason}`, {
    remedy,
    cause: error,
  });
}

/** Rejects after `ms`; the work itself is not stopped, so it must be harmless when it ends late. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
