/** The queues whose jobs rows ask for, and the data of their jobs: identifiers only, the rows hold the rest. */
export interface RowJobs {
  event: { readonly tenantId: string; readonly eventId: string };
  turn: { readonly tenantId: string; readonly turnId: string };
  ingestion: { readonly tenantId: string; readonly documentId: string; readonly revision: number };
  approval: { readonly tenantId: string; readonly approvalId: string };
  dispatch: { readonly tenantId: string; readonly subject: string };
  delivery: { readonly tenantId: string; readonly threadKey: string };
}
export type RowQueueName = keyof RowJobs;

/** All queues of the product. */
export interface QueueJobs extends RowJobs {
  /** A model is wanted: whoever is woken takes whose turn it is, which may be another call than the one that is named. */
  inference_fast: InferenceWake;
  inference_heavy: InferenceWake;
  inference_vision: InferenceWake;
  inference_embed: InferenceWake;
}
interface InferenceWake {
  readonly tenantId: string;
  readonly jobId: string;
}
export type QueueName = keyof QueueJobs;

export interface EnqueueOptions {
  /** A job with the key of one of the same queue and tenant that is still remembered is not added again. */
  readonly key: string;
  readonly delayMs?: number;
  /** Wakes again: a job of this key keeps another from being added only while it waits, not once it is done. */
  readonly again?: boolean;
  /** Its key is not remembered once it is done: for what is woken often and under a key of its own each time. */
  readonly forget?: boolean;
}

export interface ProcessOptions {
  /** At once; 0: none before `setConcurrency` says more. */
  readonly concurrency: number;
  /** How often a failing job is tried in all; waits grow from `retryDelayMs`, doubling. */
  readonly attempts: number;
  readonly retryDelayMs: number;
}

export interface QueueWorker {
  /** Takes no more jobs and waits for those that run. */
  close(): Promise<void>;
}

/** One whose number of hands may change. */
export interface PacedWorker extends QueueWorker {
  /** Runs so many at once from now on; 0: takes none until there are more. Those that run go on. */
  setConcurrency(concurrency: number): void;
}

/**
 * Wakes whoever works. At least once: handlers are idempotent. The rows are the truth; a lost job is found by the
 * sweeper. Throws `queue_unavailable`.
 */
export interface Queue {
  enqueue<N extends QueueName>(name: N, job: QueueJobs[N], options: EnqueueOptions): Promise<void>;
  process<N extends QueueName>(
    name: N,
    handler: (job: QueueJobs[N]) => Promise<void>,
    options: ProcessOptions,
  ): Promise<PacedWorker>;
  close(): Promise<void>;
}
