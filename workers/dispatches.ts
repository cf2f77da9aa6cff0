import { runDispatches, type RunDispatchesPorts } from "../core/dispatch/run-dispatches.ts";
import type { TenantId } from "../core/ids.ts";
import type { Queue, QueueWorker } from "../core/queue.ts";
import { createLanes } from "./lanes.ts";

export interface DispatchWorkerParts {
  readonly queue: Queue;
  readonly dispatching: RunDispatchesPorts;
}

/** Calls to one connection at a time; others have lanes of their own, so that a dead system delays only itself. */
const callsAtOnce = 4;
/** Jobs only put their subjects into lanes. */
const jobsAtOnce = 16;

/** Makes the calls to outside systems, those of one subject one after the other. */
export async function workDispatches({ queue, dispatching }: DispatchWorkerParts): Promise<QueueWorker> {
  const lanes = createLanes(callsAtOnce, dispatching.logger);
  const worker = await queue.process(
    "dispatch",
    ({ tenantId, subject }) => {
      const [connection = subject] = subject.split("/");
      lanes.add(`${tenantId} ${connection}`, subject, () =>
        runDispatches(dispatching, tenantId as TenantId, subject),
      );
      return Promise.resolve();
    },
    { concurrency: jobsAtOnce, attempts: 1, retryDelayMs: 1_000 },
  );
  return {
    async close() {
      await worker.close();
      await lanes.close();
    },
  };
}
