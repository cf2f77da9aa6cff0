import type { TenantId, TurnId } from "../core/ids.ts";
import { handleEvent, type HandleEventPorts } from "../core/inbox/handle-event.ts";
import type { Queue, QueueWorker } from "../core/queue.ts";
import { createLanes } from "./lanes.ts";

export interface EventWorkerParts extends HandleEventPorts {
  readonly queue: Queue;
  readonly config: { readonly TURN_CONCURRENCY: number };
}

/** What waits for one outside system at a time; people's messages never wait for it. */
const laneAtOnce = 4;

/** Handles what platforms sent: one job is one event, made a question or settled. */
export async function workEvents(parts: EventWorkerParts): Promise<QueueWorker> {
  const lanes = createLanes(laneAtOnce, parts.logger);
  const ports: HandleEventPorts = { ...parts, aside: (...piece) => lanes.add(...piece) };
  const worker = await parts.queue.process(
    "event",
    ({ tenantId, eventId }) => handleEvent(ports, tenantId as TenantId, eventId as TurnId),
    { concurrency: parts.config.TURN_CONCURRENCY, attempts: 3, retryDelayMs: 1_000 },
  );
  return {
    async close() {
      await worker.close();
      await lanes.close();
    },
  };
}
