import { LRUCache } from "lru-cache";
import type { Clock } from "../../../core/clock.ts";
import type { RefusalLog } from "../../../core/inbox/refusal-log.ts";
import type { Logger } from "../../../core/logger.ts";

export interface StrangerLogPorts {
  readonly refusals: RefusalLog;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often the same Microsoft tenant is logged, in milliseconds. */
const loggedAgainMs = 60_000;
/** How often it is recorded in the audit trail. */
const recordedAgainMs = 86_400_000;
const strangersRemembered = 1_000;

/**
 * Notes that Teams told of a Microsoft tenant that belongs to no company here: in the log with the command that connects
 * it, and once a day and process in the audit trail of whoever runs the product. Never throws.
 */
export function createStrangerLog({
  refusals,
  clock,
  logger,
}: StrangerLogPorts): (msTenantId: string) => void {
  const logged = new LRUCache<string, number>({ max: strangersRemembered });
  const recorded = new LRUCache<string, number>({ max: strangersRemembered });
  const isDue = (times: LRUCache<string, number>, msTenantId: string, everyMs: number): boolean => {
    const now = clock.now().getTime();
    if ((times.get(msTenantId) ?? -Infinity) > now - everyMs) return false;
    times.set(msTenantId, now);
    return true;
  };
  return (msTenantId) => {
    if (isDue(logged, msTenantId, loggedAgainMs)) {
      logger.warn(
        "Teams tells of a Microsoft tenant that belongs to no company here; nothing of it is stored",
        {
          msTenantId,
          remedy: `If it is a company's: npm run expert -- teams connect --microsoft-tenant ${msTenantId} --tenant SLUG`,
        },
      );
    }
    if (!isDue(recorded, msTenantId, recordedAgainMs)) return;
    const reason = "microsoft_tenant_unknown";
    void refusals.record({ kind: "activities", reason, workspaceId: msTenantId, vouched: true });
  };
}
