import { type ApprovalWorkerParts, workApprovals } from "./approvals.ts";
import type { UnusedBlobPorts } from "../core/knowledge/remove-unused-blobs.ts";
import { sweepBlobs } from "./blob-sweeper.ts";
import type { QuestionVerifiedPorts } from "../core/approvals/question-verified.ts";
import { calibrate } from "./calibrator.ts";
import { sealAudit } from "./audit-sealer.ts";
import { type DeliveryWorkerParts, workDeliveries } from "./deliveries.ts";
import { type DispatchWorkerParts, workDispatches } from "./dispatches.ts";
import { embedAnew } from "./embed-anew.ts";
import { type EventWorkerParts, workEvents } from "./events.ts";
import { type IngestionWorkerParts, workIngestion } from "./ingestion.ts";
import { sweep, type SweeperParts } from "./sweeper.ts";
import { type TurnWorkerParts, workTurns } from "./turns.ts";
import { pollVendors, type VendorPollingParts } from "./vendor-polling.ts";
import { reviewVerified } from "./verified-review.ts";
import { relayWebhooks, type WebhookRelayParts } from "./webhook-relay.ts";
import type { Database } from "../core/database.ts";

export interface WorkerParts
  extends
    EventWorkerParts,
    TurnWorkerParts,
    ApprovalWorkerParts,
    IngestionWorkerParts,
    DeliveryWorkerParts,
    DispatchWorkerParts,
    VendorPollingParts,
    WebhookRelayParts,
    SweeperParts {
  readonly config: TurnWorkerParts["config"] & IngestionWorkerParts["config"];
  readonly database: Database;
  readonly blobs: UnusedBlobPorts["blobs"];
  readonly queue: TurnWorkerParts["queue"];
  readonly onChanged: QuestionVerifiedPorts["onChanged"];
}

export interface RunningWorkers {
  /** Takes no more work and waits for what runs. */
  stop(): Promise<void>;
}

/** Starts every worker of a process. */
export async function startWorkers(parts: WorkerParts): Promise<RunningWorkers> {
  await embedAnew(parts);
  const workers = await Promise.all([
    workEvents(parts),
    workTurns(parts),
    workApprovals(parts),
    workIngestion(parts),
    workDeliveries(parts),
    workDispatches(parts),
  ]);
  const schedules = [
    sweep(parts),
    sealAudit(parts),
    sweepBlobs(parts),
    reviewVerified(parts),
    calibrate(parts),
    pollVendors(parts),
    relayWebhooks(parts),
  ];
  return {
    async stop() {
      await Promise.all(schedules.map((schedule) => schedule.stop()));
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
