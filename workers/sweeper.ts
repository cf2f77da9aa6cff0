import type { Clock } from "../core/clock.ts";
import type { Database, StaleJob } from "../core/database.ts";
import type { Logger } from "../core/logger.ts";
import type { Queue } from "../core/queue.ts";
import { every, type Schedule } from "./every.ts";

export interface SweeperParts {
  readonly database: Pick<Database, "staleJobs">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly clock: Clock;
  readonly logger: Logger;
}

const pauseMs = 1_000;
/** Younger work has a worker on its way. */
const idleForMs = 2_000;
/** Oldest first, of each queue. */
const atMost = 200;
/** What was woken is given this long before it is woken again. */
const againAfterMs = 10_000;

/** Wakes whatever the rows ask for although nobody works on it: after a crash, a lost job, a queue that was away. */
export function sweep(parts: SweeperParts): Schedule {
  const sweepOnce = createSweeper(parts);
  return every("the sweeper", pauseMs, parts.logger, sweepOnce);
}

/** One look at the rows; remembers between looks what it has woken. */
export function createSweeper({ database, queue, clock, logger }: SweeperParts): () => Promise<void> {
  const woken = new Map<string, number>();

  return async () => {
    const stale = await database.staleJobs(idleForMs, atMost);
    const now = clock.now().getTime();
    for (const [key, at] of woken) if (at <= now - againAfterMs) woken.delete(key);
    for (const found of stale) {
      const { queue: name, job } = found;
      const key = keyOf(found);
      const known = `${job.tenantId} ${key}`;
      if (woken.has(known)) continue;
      try {
        // Under the key of its first job: where that one still waits, it is not added beside it.
        await queue.enqueue(name, job, { key, again: true });
        // A message or a call is found only when it is due, and may be due again soon.
        if (name !== "delivery" && name !== "dispatch") woken.set(known, now);
        logger.debug("work was found waiting", { queue: name, ...job });
      } catch (error) {
        // One queue may be away while another works: the rest is woken all the same, this job in a later round.
        logger.warn("waiting work could not be woken", { queue: name, ...job, error });
      }
    }
  };
}

function keyOf(stale: StaleJob): string {
  switch (stale.queue) {
    case "event":
      return `event-${stale.job.eventId}`;
    case "turn":
      return `turn-${stale.job.turnId}`;
    case "ingestion":
      return `ingestion-${stale.job.documentId}-${String(stale.job.revision)}`;
    case "approval":
      return `approval-${stale.job.approvalId}`;
    case "dispatch":
      return `dispatch-${stale.job.subject}`;
    case "delivery":
      return `delivery-${stale.job.threadKey}`;
  }
}
