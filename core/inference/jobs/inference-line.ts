import type { InferenceJob, InferenceTier } from "./inference-job.ts";

/** A job in a worker's hands, until the hold ends or is extended. */
export interface TakenJob {
  readonly job: InferenceJob;
  /** 1 for the first worker that takes it: fences whoever had it before. */
  readonly attempt: number;
}

/** Whose turn it is, and the jobs before it whose deadline had passed: they are out of the line. */
export interface Taking {
  readonly taken: TakenJob | null;
  readonly late: readonly string[];
  /** Jobs before it that cannot be read here, as those of another version: out of the line too. */
  readonly unreadable: readonly string[];
}

/**
 * Who waits for a model, over all processes: the line of core/inference/line/fair-line.ts, with the same shares between
 * urgencies, tenants and people. A job is in the line, or in one worker's hands, or gone. Throws `queue_unavailable`.
 */
export interface InferenceLine {
  /** Puts a job in line; nothing happens where its id is known. Throws `model_unavailable` where too many wait. */
  add(job: InferenceJob): Promise<void>;
  /** The next of the tier, held for so many milliseconds and charged what it is expected to cost. */
  take(tier: InferenceTier, holdMs: number): Promise<Taking>;
  /** Holds it longer; false where it is not this attempt's any more, or was stopped. */
  extend(tier: InferenceTier, id: string, attempt: number, holdMs: number): Promise<boolean>;
  /** It is over; charges what it has really cost, in tokens, null where that is not known. False where it is not this attempt's any more. */
  end(tier: InferenceTier, id: string, attempt: number, cost: number | null): Promise<boolean>;
  /** Its asker wants it no more: out of the line, or out of the hands of whoever has it, who learns it by `extend`. */
  remove(tier: InferenceTier, id: string): Promise<void>;
  /**
   * Jobs whose hold has ended leave their workers' hands, each told to one who asks, the latest first; `back` or `remove` follows, or they
   * are told again after a while.
   */
  lost(tier: InferenceTier): Promise<readonly string[]>;
  /** A lost job returns to the front of its person's, and gives back what it was charged; false where it is gone or in other hands. */
  back(tier: InferenceTier, id: string): Promise<boolean>;
  /** About how many are taken before it; null where it does not wait. */
  placeOf(tier: InferenceTier, id: string): Promise<number | null>;
  /** Whether it waits, is in somebody's hands, or is lost and not back yet. */
  has(tier: InferenceTier, id: string): Promise<boolean>;
  /** How many wait. */
  length(tier: InferenceTier): Promise<number>;
  /** A worker of this id serves the tiers, for so many milliseconds from now; none: it has left. */
  serve(worker: string, tiers: readonly InferenceTier[], forMs: number): Promise<void>;
  /** How many workers serve the tier now. */
  workers(tier: InferenceTier): Promise<number>;
  close(): Promise<void>;
}
