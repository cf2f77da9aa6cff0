import type { AuditLog } from "../../../core/audit/audit-event.ts";
import type { Clock } from "../../../core/clock.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { ChatRequestKind } from "../../../core/inbox/chat-receiver.ts";
import type { Logger } from "../../../core/logger.ts";
import type { SlackWorkspaces } from "../workspaces.ts";
import { namedTeam } from "./named-team.ts";
import type { RefusalReason } from "./verify-signature.ts";

export interface Refusal {
  readonly kind: ChatRequestKind;
  readonly reason: RefusalReason;
  readonly rawBody: Uint8Array;
}

/** Records requests that do not come from Slack. */
export interface Refusals {
  /**
   * Writes an audit row `auth.denied` for the tenant whose workspace the unverified body names, or else for the
   * operator's. Whoever can reach the address can cause them, so that they are bounded: at most `rowsPerMinute` per
   * tenant, kind of request and reason, the rest counted into the next row's `repeated`; and at most `lookupsPerMinute` named workspaces
   * are looked up, the rest taken for the operator's. Resolves also where the row could not be written, which is logged.
   */
  record(refusal: Refusal): Promise<void>;
}

export interface RefusalPorts {
  readonly workspaces: Pick<SlackWorkspaces, "tenantOf">;
  readonly audit: AuditLog;
  /** Who is told of requests that name no known workspace; null where nobody has the bot. */
  readonly operator: () => Promise<TenantId | null>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const rowsPerMinute = 10;
const lookupsPerMinute = 60;
const minuteMs = 60_000;

export function createRefusals(ports: RefusalPorts): Refusals {
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
  const tenantFor = async (rawBody: Uint8Array): Promise<TenantId | null> => {
    const team = lookups < lookupsPerMinute ? namedTeam(rawBody) : null;
    if (team === null) return ports.operator();
    lookups += 1;
    return (await ports.workspaces.tenantOf(team, null)) ?? ports.operator();
  };
  return {
    async record({ kind, reason, rawBody }) {
      beginMinute();
      try {
        const tenant = await tenantFor(rawBody);
        if (tenant === null) {
          logger.info("a request without Slack's signature was refused", { kind, reason });
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
        const metadata = { channel: "slack", kind, reason, ...(repeated > 0 && { repeated }) };
        await audit.append(tenant, [{ event: "auth.denied", status: "denied", userId: null, metadata }]);
      } catch (error) {
        logger.warn("a refused request could not be recorded", { kind, reason, error });
      }
    },
  };
}
