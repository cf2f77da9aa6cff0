import type { DeliverPorts } from "../core/delivery/deliver.ts";
import { deliverThread } from "../core/delivery/deliver.ts";
import type { TenantId } from "../core/ids.ts";
import type { Queue, QueueWorker } from "../core/queue.ts";

export interface DeliveryWorkerParts extends DeliverPorts {
  readonly queue: Queue;
}

const threadsAtOnce = 8;

/** Posts what waits in threads that the sweeper found: a first attempt is made by the worker that wrote the message. */
export const workDeliveries = (parts: DeliveryWorkerParts): Promise<QueueWorker> =>
  parts.queue.process(
    "delivery",
    ({ tenantId, threadKey }) => deliverThread(parts, tenantId as TenantId, threadKey),
    {
      concurrency: threadsAtOnce,
      attempts: 1,
      retryDelayMs: 1_000,
    },
  );
