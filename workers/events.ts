import type { TenantId, TurnId } from "../core/ids.ts";
import { handleEvent, type HandleEventPorts } from "../core/inbox/handle-event.ts";
import type { Queue, QueueWorker } from "../core/queue.ts";

export interface EventWorkerParts extends HandleEventPorts {
  readonly queue: Queue;
  readonly config: { readonly TURN_CONCURRENCY: number };
}

/** Handles what platforms sent: one job is one event, made a question or settled. */
export const workEvents = (parts: EventWorkerParts): Promise<QueueWorker> =>
  parts.queue.process(
    "event",
    ({ tenantId, eventId }) => handleEvent(parts, tenantId as TenantId, eventId as TurnId),
    { concurrency: parts.config.TURN_CONCURRENCY, attempts: 3, retryDelayMs: 1_000 },
  );
