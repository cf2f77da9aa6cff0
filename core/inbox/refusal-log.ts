import type { AuditLog } from "../audit/audit-event.ts";
import type { Clock } from "../clock.ts";
import type { TenantId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { ChatRequestKind } from "./chat-receiver.ts";
import type { EventSource } from "./event-source.ts";

/** A request that does not come from the platform. */
export interface RefusedRequest {
  readonly kind: ChatRequestKind | "webhooks";
  /** In one word, for the audit trail. */
  readonly reason: string;
  /** The workspace that the body names, or null; anybody can have written it unless it is vouched for. */
  readonly workspaceId: string | null;
  /** Whether the platform itself vouches for the workspace, which belongs to nobody here: it is recorded then. */
  readonly vouched?: boolean;
}

/** Records requests that do not come from the platform. */
export interface RefusalLog {
  /**
   * Writes an audit row `auth.denied` for the tenant whose workspace was named, or else for the operator's. Whoever can
   * reach the address can cause them, so that they are bounded: at most `rowsPerMinute` per tenant, kind of request and
   * reason, the rest counted into the next row's `repeated`; and at most `lookupsPerMinute` named workspaces are looked up, the rest taken
   * for the operator's. Resolves also where the row could not be written, which is logged.
   */
  record(refused: RefusedRequest): Promise<void>;
}

export interface RefusalLogPorts {
  readonly tenantOf: (workspaceId: string) => Promise<TenantId | null>;
  readonly audit: AuditLog;
  /** Who is told of requests that name no known workspace; null where nobody has the bot. */
  readonly operator: () => Promise<TenantId | null>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const rowsPerMinute = 10;
const lookupsPerMinute = 60;
const minuteMs = 60_000;

export function createRefusalLog(ports: RefusalLogPorts, channel: EventSource): RefusalLog {
  const { audit, clock, logger } = ports;
  let minute = 0;
  let lookups = 0;
  const rows = new Map<string, number>();
  /** Refusals without a row, by tenant, kind and reason: few keys, since tenants are looked up, never taken from the body. */
  const unrecorded = new Map<string, number>();

  const beginMinute = (): void => {
    const now = Math.floor(clock.now().getTime() / minuteMs);
    if (now === minute) return;
    minute = now;
    lookups = 0;
    rows.clear();
  };
  const tenantFor = async (workspaceId: string | null): Promise<TenantId | null> => {
    if (workspaceId === null || lookups >= lookupsPerMinute) return ports.operator();
    lookups += 1;
    return (await ports.tenantOf(workspaceId)) ?? ports.operator();
  };
  return {
    async record({ kind, reason, workspaceId, vouched = false }) {
      beginMinute();
      try {
        const tenant = await tenantFor(workspaceId);
        if (tenant === null) {
          logger.info("a request that is not the platform's was refused", { channel, kind, reason });
          return;
        }
        const key = `${tenant} ${kind} ${reason}`;
        const written = rows.get(key) ?? 0;
        const repeated = unrecorded.get(key) ?? 0;
        if (written >= rowsPerMinute) {
          unrecorded.set(key, repeated + 1);
          return;
        }
        rows.set(key, written + 1);
        unrecorded.delete(key);
        const metadata = {
          channel,
          kind,
          reason,
          ...(vouched && { workspaceId }),
          ...(repeated > 0 && { repeated }),
        };
        await audit.append(tenant, [{ event: "auth.denied", status: "denied", userId: null, metadata }]);
      } catch (error) {
        logger.warn("a refused request could not be recorded", { channel, kind, reason, error });
      }
    },
  };
}
