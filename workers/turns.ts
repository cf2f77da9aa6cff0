import { runTurn, type TurnPorts } from "../core/conversation/run-turn.ts";
import type { TenantId, TurnId } from "../core/ids.ts";
import type { Queue, QueueWorker } from "../core/queue.ts";

export interface TurnWorkerParts {
  readonly queue: Queue;
  readonly turns: TurnPorts;
  readonly config: { readonly TURN_CONCURRENCY: number };
}

/** Answers questions: one job is one turn, run to its end. */
export const workTurns = ({ queue, turns, config }: TurnWorkerParts): Promise<QueueWorker> =>
  queue.process("turn", (job) => runTurn(turns, job.tenantId as TenantId, job.turnId as TurnId), {
    concurrency: config.TURN_CONCURRENCY,
    attempts: 3,
    retryDelayMs: 1_000,
  });
