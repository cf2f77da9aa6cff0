import type { Logger } from "../../logger.ts";
import type { Queue } from "../../queue.ts";
import type { InferenceEvents } from "./inference-events.ts";
import type { InferenceTier } from "./inference-job.ts";
import type { InferenceLine } from "./inference-line.ts";
import { brokenOff, failedOf } from "./job-errors.ts";
import { wakeWorkers } from "./wake-workers.ts";

export interface SweepLostPorts {
  readonly line: Pick<InferenceLine, "lost" | "back" | "remove">;
  readonly events: Pick<InferenceEvents, "told" | "publish" | "flush">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly logger: Logger;
}

/** Later than any that was taken: what a worker that is back says of it counts no more. */
export const lastAttempt = Number.MAX_SAFE_INTEGER;

/**
 * Takes care of the tier's jobs whose worker has gone: those of which nothing was told are in line again, the others end as
 * broken off. Throws `queue_unavailable`.
 */
export async function sweepLost(
  { line, events, queue, logger }: SweepLostPorts,
  tier: InferenceTier,
): Promise<void> {
  for (const id of await line.lost(tier)) {
    if (await events.told(id)) {
      events.publish(id, lastAttempt, failedOf(brokenOff()));
      await events.flush(id);
      await line.remove(tier, id);
      logger.warn("a call of a model broke off with its worker", { tier, job: id });
    } else if (await line.back(tier, id)) {
      logger.info("a call of a model is in line again", { tier, job: id });
      await wakeWorkers({ queue, logger }, { id, tier, call: null });
    }
  }
}
