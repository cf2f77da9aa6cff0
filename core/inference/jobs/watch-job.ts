import type { Clock } from "../../clock.ts";
import type { ExpertError } from "../../errors.ts";
import { stopped, tooLate } from "../line/line-errors.ts";
import { tellWaiting } from "../tell-waiting.ts";
import type { InferenceEvents } from "./inference-events.ts";
import type { InferenceJob } from "./inference-job.ts";
import type { InferenceLine } from "./inference-line.ts";
import { noWorker, queueAway } from "./job-errors.ts";

export interface WatchJobPorts {
  readonly line: Pick<InferenceLine, "placeOf" | "has" | "workers">;
  readonly events: Pick<InferenceEvents, "told">;
  readonly clock: Clock;
}

export interface WatchJobOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onWaiting?: ((place: number) => void) | undefined;
  /** How often it is looked at, in milliseconds; 2,000 unless told. */
  readonly lookMs?: number;
}

export interface JobWatch {
  /** Settles once there is no use in waiting on: `lost` where nobody knows it any more, or rejects with what is wrong. */
  readonly trouble: Promise<"lost">;
  /** Something of it was told just now. */
  seen(): void;
  end(): void;
}

/** How long Redis may be away before anything was told, and in the middle of an answer, in milliseconds. */
const awayBorneMs = { before: 5_000, after: 20_000 };
/** Looks in a row that find the same before it is believed: what was told may still be on its way, workers restart. */
const looksToBelieve = { lost: 2, unserved: 3 };

/** Looks after a job that was put in line, until it is over: its place, its deadline, its asker's stop, and whether it is there at all. */
export function watchJob(
  { line, events, clock }: WatchJobPorts,
  job: InferenceJob,
  { signal, onWaiting, lookMs = 2_000 }: WatchJobOptions,
): JobWatch {
  const { id, tier, deadlineMs } = job;
  let settle: (outcome: "lost" | ExpertError) => void = () => undefined;
  const trouble = new Promise<"lost">((resolve, reject) => {
    settle = (outcome) => {
      if (outcome === "lost") resolve(outcome);
      else reject(outcome);
    };
  });
  // Whoever reads hears of it; after the end nobody does.
  trouble.catch(() => undefined);
  const now = (): number => clock.now().getTime();
  let seenAt = -Infinity;
  let awaySince: number | null = null;
  let unseen = 0;
  let unserved = 0;

  const place = async (): Promise<number | null> => {
    const before = await line.placeOf(tier, id);
    const known = before !== null || (await line.has(tier, id));
    // What speaks is there, also where it has just ended.
    if (now() - seenAt < lookMs) return before;
    unseen = known || (seenAt === -Infinity && (await events.told(id))) ? 0 : unseen + 1;
    unserved = known && (await line.workers(tier)) === 0 ? unserved + 1 : 0;
    if (unseen >= looksToBelieve.lost) settle("lost");
    if (unserved >= looksToBelieve.unserved) settle(noWorker(tier));
    return before;
  };
  const look = async (): Promise<number | null> => {
    if (now() - seenAt < lookMs) return null;
    try {
      const before = await place();
      awaySince = null;
      return before;
    } catch (error) {
      awaySince ??= now();
      const borneMs = seenAt === -Infinity ? awayBorneMs.before : awayBorneMs.after;
      if (now() - awaySince >= borneMs) settle(queueAway(error));
      return null;
    }
  };
  const tellNoMore = tellWaiting({ placeOf: look, tell: (before) => onWaiting?.(before), everyMs: lookMs });

  const atDeadline = async (): Promise<void> => {
    // One that was begun in time is answered.
    if ((await line.placeOf(tier, id).catch(() => null)) !== null) settle(tooLate());
  };
  const timer =
    deadlineMs === null ? undefined : setTimeout(() => void atDeadline(), Math.max(0, deadlineMs - now()));
  const stop = (): void => settle(stopped());
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });

  return {
    trouble,
    seen() {
      seenAt = now();
    },
    end() {
      tellNoMore();
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    },
  };
}
