import type { AuditEvent } from "../../../core/audit/audit-event.ts";

/** The jsonb parameter that `auditInsert` reads. */
export const auditParameter = (events: readonly AuditEvent[]): string => JSON.stringify(events);

/**
 * A common table expression that writes audit events in the same transaction as the step they tell of.
 * @param parameter the number of the jsonb parameter
 * @param from the expression whose rows decide whether anything is written
 * @param subject the resource's id, for events that do not name it themselves
 */
export const auditInsert = (parameter: number, from: string, subject = "null::uuid"): string => `
  insert into audit_events
    (tenant_id, event, status, user_id, resource_type, resource_id, model, request_hash, latency_ms, metadata)
  select app_tenant(), a."event", a."status", a."userId", a."resourceType", coalesce(a."resourceId", ${subject}), a."model",
    a."requestHash", a."latencyMs", coalesce(a."metadata", '{}')
  from ${from}, jsonb_to_recordset($${String(parameter)}::jsonb) as a (
    "event" text, "status" text, "userId" uuid, "resourceType" text, "resourceId" uuid, "model" text,
    "requestHash" text, "latencyMs" integer, "metadata" jsonb)`;
