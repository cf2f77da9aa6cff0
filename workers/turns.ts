import { setMaxListeners } from "node:events";
import type { Clock } from "../core/clock.ts";
import { runTurn, type TurnPorts } from "../core/conversation/run-turn.ts";
import type { TenantId, TurnId } from "../core/ids.ts";
import type { InFlightLimit } from "../core/inference/line/in-flight-limit.ts";
import type { FairLineOptions } from "../core/inference/line/fair-line.ts";
import { createLane } from "../core/inference/line/lane.ts";
import type { Queue, QueueWorker } from "../core/queue.ts";

export interface TurnWorkerParts extends Pick<FairLineOptions, "tenantWeight"> {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly turns: TurnPorts;
  readonly config: { readonly TURN_CONCURRENCY: number };
}

/** Questions that a process holds besides those that it answers: among them companies take turns. */
const waitingAtMost = 960;

/**
 * Answers questions: one job is one turn, run to its end. Where more wait than are answered at once, companies take turns, so that one
 * that asks much at a time keeps no other from the model.
 */
export async function workTurns({
  queue,
  clock,
  turns,
  config,
  tenantWeight = () => 1,
}: TurnWorkerParts): Promise<QueueWorker> {
  const stop = new AbortController();
  // Each question that waits listens to it.
  setMaxListeners(0, stop.signal);
  const lane = createLane({ clock, limit: fixed(config.TURN_CONCURRENCY), tenantWeight });
  const answer = async (tenantId: TenantId, turnId: TurnId): Promise<void> => {
    // Stopped while it waits it is thrown back: another process answers it, or this one once it is back.
    const slot = await lane.enter({
      urgency: "interactive",
      tenantId,
      userId: null,
      cost: 1,
      signal: stop.signal,
      deadline: null,
    });
    try {
      await runTurn(turns, tenantId, turnId);
    } finally {
      slot.worked(1, 0);
    }
  };
  const worker = await queue.process(
    "turn",
    (job) => answer(job.tenantId as TenantId, job.turnId as TurnId),
    {
      concurrency: config.TURN_CONCURRENCY + waitingAtMost,
      attempts: 3,
      retryDelayMs: 1_000,
    },
  );
  return {
    async close() {
      stop.abort();
      await worker.close();
    },
  };
}

const fixed = (current: number): InFlightLimit => ({
  current,
  worked: () => undefined,
  overloaded: () => undefined,
  isUsed: (underWay) => underWay >= current,
});
