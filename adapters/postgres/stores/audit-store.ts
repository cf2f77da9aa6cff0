import type { RecordedAuditEvent } from "../../../core/audit/audit-event.ts";
import type { AuditStore } from "../../../core/audit/audit-store.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { SealedBatch } from "../../../core/audit/verify-chain.ts";
import { decodePosition, encodePosition, toPage } from "../console/page.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";

const append: Statement = { name: "audit_append", text: auditInsert(1, "(select 1) as always") };

const list: Statement = {
  name: "audit_list",
  text: `
    select id, position::text, event, status, user_id, resource_type, resource_id, model, request_hash, latency_ms,
      metadata, created_at
    from audit_events where tenant_id = app_tenant() and ($1::bigint is null or position < $1)
    order by audit_events.position desc limit $2`,
};

interface EventRow {
  id: string;
  position: string;
  event: RecordedAuditEvent["event"];
  status: RecordedAuditEvent["status"];
  user_id: RecordedAuditEvent["userId"];
  resource_type: string | null;
  resource_id: string | null;
  model: string | null;
  request_hash: string | null;
  latency_ms: number | null;
  metadata: Record<string, unknown>;
  created_at: Date;
}

const presentEvent = (row: EventRow): RecordedAuditEvent => ({
  id: row.id,
  event: row.event,
  status: row.status,
  userId: row.user_id,
  ...(row.resource_type === null ? {} : { resourceType: row.resource_type }),
  ...(row.resource_id === null ? {} : { resourceId: row.resource_id }),
  ...(row.model === null ? {} : { model: row.model }),
  ...(row.request_hash === null ? {} : { requestHash: row.request_hash }),
  ...(row.latency_ms === null ? {} : { latencyMs: row.latency_ms }),
  metadata: row.metadata,
  createdAt: row.created_at,
});

const nextSeal: Statement = {
  name: "audit_next_seal",
  text: `
    with seal as (
      select s.*, coalesce(b.epoch, 0) as epoch_before, coalesce(b.last_transaction_id, 0) as transaction_before
      from audit_seals s left join audit_seals b on b.tenant_id = s.tenant_id and b.number = s.number - 1
      where s.tenant_id = app_tenant() and s.number > $1 order by s.number limit 1
    )
    select s.number::text, s.event_count, s.previous_hash, s.hash, coalesce((
      select array_agg(audit_event_text(e) order by e.epoch, e.transaction_id, e.position) from audit_events e
      where e.tenant_id = s.tenant_id and (e.epoch, e.transaction_id) > (s.epoch_before, s.transaction_before)
        and (e.epoch, e.transaction_id) <= (s.epoch, s.last_transaction_id)), '{}') as events
    from seal s`,
};

/** Walks back from the end: what was written since is little. */
const lastBefore: Statement = {
  name: "audit_last_before",
  text: `
    select concat_ws('.', epoch, transaction_id, position) as place from audit_events
    where tenant_id = app_tenant() and created_at < $1 order by audit_events.position desc limit 1`,
};

const sealedAfter: Statement = {
  name: "audit_sealed_after",
  text: `
    select e.id, e.position::text, e.event, e.status, e.user_id, e.resource_type, e.resource_id, e.model, e.request_hash,
      e.latency_ms, e.metadata, e.created_at, concat_ws('.', e.epoch, e.transaction_id, e.position) as place
    from audit_events e
    join (select epoch, last_transaction_id from audit_seals where tenant_id = app_tenant()
      order by number desc limit 1) seal on (e.epoch, e.transaction_id) <= (seal.epoch, seal.last_transaction_id)
    where e.tenant_id = app_tenant() and (e.epoch, e.transaction_id, e.position) > ($1::integer, $2::bigint, $3::bigint)
    order by e.epoch, e.transaction_id, e.position limit $4`,
};

const unsealed: Statement = {
  name: "audit_unsealed",
  text: `
    with last as (
      select epoch, last_transaction_id from audit_seals where tenant_id = app_tenant() order by number desc limit 1
    )
    select count(*)::integer as events, min(created_at) as oldest from audit_events e
    where e.tenant_id = app_tenant() and (e.epoch, e.transaction_id) >
      (coalesce((select epoch from last), 0), coalesce((select last_transaction_id from last), 0))`,
};

interface SealRow {
  number: string;
  event_count: number;
  previous_hash: string;
  hash: string;
  events: string[];
}

async function placeBefore(run: TenantRunner, moment: Date): Promise<string> {
  const [row] = await run<{ place: string }>(lastBefore, [moment]);
  return row?.place ?? "0.0.0";
}

export function auditStore(run: TenantRunner): AuditStore {
  return {
    async append(events) {
      await run(append, [auditParameter(events)]);
    },
    async list({ cursor, limit }) {
      const rows = await run<EventRow>(list, [decodePosition(cursor), limit + 1]);
      return toPage(rows, limit, ({ position }) => encodePosition(position), presentEvent);
    },
    async *sealed() {
      for (let number = "0"; ;) {
        const [row] = await run<SealRow>(nextSeal, [number]);
        if (!row) return;
        number = row.number;
        yield {
          number: Number(row.number),
          eventCount: row.event_count,
          previousHash: row.previous_hash,
          hash: row.hash,
          events: row.events,
        } satisfies SealedBatch;
      }
    },
    async sealedAfter(from, limit) {
      const position = typeof from === "string" ? from : await placeBefore(run, from);
      const [epoch, transaction, number, ...rest] = position.split(".");
      if (rest.length > 0 || ![epoch, transaction, number].every((part) => /^\d{1,18}$/.test(part ?? "")))
        throw new ExpertError("invalid_input", "There is no such position in the audit trail.");
      const rows = await run<EventRow & { place: string }>(sealedAfter, [epoch, transaction, number, limit]);
      return { events: rows.map(presentEvent), position: rows.at(-1)?.place ?? position };
    },
    async unsealed() {
      const [row] = await run<{ events: number; oldest: Date | null }>(unsealed, []);
      return { events: row?.events ?? 0, oldestAt: row?.oldest ?? null };
    },
  };
}
