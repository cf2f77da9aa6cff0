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
const atMost = 200;
/** What was woken is given this long before it is woken again. */
const againAfterMs = 10_000;

/** Wakes whatever the rows ask for although nobody works on it: after a crash, a lost job, a queue that was away. */
export const sweep = (parts: SweeperParts): Schedule =>
  every("the sweeper", pauseMs, parts.logger, () => sweepOnce(parts));

export async function sweepOnce({ database, queue, clock, logger }: SweeperParts): Promise<void> {
  const stale = await database.staleJobs(idleForMs, atMost);
  // A key of its own, since the first job's is still remembered; one per while, so that a long queue is not filled twice.
  const round = Math.floor(clock.now().getTime() / againAfterMs);
  for (const { queue: name, job } of stale) {
    logger.info("work was found waiting", { queue: name, ...job });
    const key = `${keyOf({ queue: name, job } as StaleJob)}-sweep-${String(round)}`;
    try {
      await queue.enqueue(name, job, { key });
    } catch (error) {
      // One queue may be away while another works: the rest is woken all the same, this job in a later round.
      logger.warn("waiting work could not be woken", { queue: name, ...job, error });
    }
  }
}

function keyOf(stale: StaleJob): string {
  switch (stale.queue) {
    case "turn":
      return `turn-${stale.job.turnId}`;
    case "ingestion":
      return `ingestion-${stale.job.documentId}-${String(stale.job.revision)}`;
    case "delivery":
      return `delivery-${stale.job.threadKey.replaceAll(/[^\w-]/g, "_")}`;
  }
}
