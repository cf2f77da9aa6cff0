import type { EventStore, TakenEvent } from "../../../core/inbox/event-store.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";

const unhandled = "taken_at is null and payload is null";

const take: Statement = {
  name: "event_take",
  text: `
    update inbox set lease_until = now() + $2 * interval '1 ms', attempts = attempts + 1
    where id = $1 and ${unhandled} and (lease_until is null or lease_until < now())
    returning id, tenant_id, channel, event, attempts, pauses, received_at`,
};

/** What the platform sent is not kept: the payload says what is asked. */
const accept: Statement = {
  name: "event_accept",
  text: `
    with accepted as (
      update inbox set user_id = $2, payload = $3::jsonb, event = null, lease_until = null
      where id = $1 and ${unhandled}
      returning id
    ), audited as (${auditInsert(4, "accepted", "accepted.id")})
    select from accepted`,
};

/** The row in the hands of an attempt: $1 event, $2 attempt. */
const held = `id = $1 and attempts = $2 and ${unhandled}`;

const extend: Statement = {
  name: "event_extend",
  text: `update inbox set lease_until = now() + $3 * interval '1 ms' where ${held} returning id`,
};

/** The row stays, so that a repeat is known; what it held is not needed any more. */
const settle: Statement = {
  name: "event_settle",
  text: `update inbox set taken_at = now(), event = '{}', lease_until = null where ${held}`,
};

const postpone: Statement = {
  name: "event_postpone",
  text: `update inbox set lease_until = now() + $3 * interval '1 ms', pauses = pauses + 1 where ${held}`,
};

const failed: Statement = {
  name: "event_failed",
  text: `update inbox set lease_until = now() + $3 * interval '1 ms' where ${held}`,
};

interface EventRow {
  id: TakenEvent["id"];
  tenant_id: TakenEvent["tenantId"];
  channel: TakenEvent["channel"];
  event: unknown;
  attempts: number;
  pauses: number;
  received_at: Date;
}

/** No step waits for the disk: what a crash of the database takes back is handled again, and handlers are idempotent. */
export function eventStore(run: TenantRunner): EventStore {
  return {
    async take(id, leaseMs) {
      const [row] = await run<EventRow>(take, [id, leaseMs], "soon");
      if (!row) return null;
      return {
        id: row.id,
        tenantId: row.tenant_id,
        channel: row.channel,
        body: row.event,
        attempt: row.attempts,
        pauses: row.pauses,
        receivedAt: row.received_at,
      };
    },
    async accept(id, { userId, payload }, audit) {
      const values = [id, userId, JSON.stringify(payload), auditParameter(audit)];
      return (await run(accept, values, "soon")).length > 0;
    },
    async extend(id, attempt, leaseMs) {
      return (await run(extend, [id, attempt, leaseMs], "soon")).length > 0;
    },
    async settle(id, attempt) {
      await run(settle, [id, attempt], "soon");
    },
    async postpone(id, attempt, waitMs) {
      await run(postpone, [id, attempt, waitMs], "soon");
    },
    async failed(id, attempt, retryMs) {
      await run(failed, [id, attempt, retryMs], "soon");
    },
  };
}
