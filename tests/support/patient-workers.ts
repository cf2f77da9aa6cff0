import type { Parts } from "../../adapters/connect.ts";
import { deliverThread } from "../../core/delivery/deliver.ts";
import { startWorkers } from "../../workers/start.ts";
import { amplyMs } from "./time-limits.ts";

/**
 * Starts the workers of joined parts, which hold what they take so much longer than the machine may stand still that
 * nothing is taken over and done twice.
 */
export function startPatientWorkers(parts: Parts): ReturnType<typeof startWorkers> {
  const leaseMs = amplyMs;
  const delivery = { ...parts, leaseMs };
  return startWorkers({
    ...delivery,
    turns: {
      ...parts.turns,
      leaseMs,
      deliver: (tenant, first) => deliverThread(delivery, tenant, first.threadKey, first),
    },
    ingestion: { ...parts.ingestion, leaseMs },
  });
}
