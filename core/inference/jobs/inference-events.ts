import type { InferenceEvent } from "./inference-job.ts";

/** Carries what becomes of jobs from the worker that runs one to whoever asked. */
export interface InferenceEvents {
  /**
   * In order, never blocking the worker. What cannot be written within its patience is dropped, which `flush` tells, and whoever reads on
   * is told `failed`: a reader never takes a part for the whole. What an earlier attempt says of a job is dropped.
   */
  publish(job: string, attempt: number, event: InferenceEvent): void;
  /** Resolves once what was published of the job is written; false where some of it could not be. */
  flush(job: string): Promise<boolean>;
  /** Whether something of the job was told. */
  told(job: string): Promise<boolean>;
  /** From the first on, then live ones; ends after the end or an abort. Neighbouring text may come joined. */
  subscribe(job: string, signal: AbortSignal): AsyncIterable<InferenceEvent>;
  /** Nobody reads it any more: forgets what is kept of it, and tells the worker at once. */
  stop(job: string): void;
  /** Its end was read: forgets what is kept of it, beside the reader's way. Nothing more is written of it. */
  forget(job: string): void;
  /** Calls `onStop` once the job is stopped by its asker; what it returns ends the watch. */
  onStop(job: string, onStop: () => void): () => void;
  close(): Promise<void>;
}
