import type { TenantId, UserId } from "../ids.ts";

/** The names of audit events. The first twelve are the platform's common table; the rest name what it lacks. */
export const auditEventNames = [
  "auth.login",
  "auth.denied",
  "policy.denied",
  "chat.request",
  "chat.response",
  "tool.invocation",
  "doc.upload",
  "doc.ingestion",
  "doc.access",
  "search.query",
  "admin.user_created",
  "admin.role_changed",
  "auth.logout",
  "chat.delivery",
  "chat.feedback",
  "conversation.renamed",
  "conversation.deleted",
  "conversation.restored",
  "doc.deleted",
  "admin.audit_read",
  "channel.installed",
  "channel.uninstalled",
  "channel.released",
  "identity.linked",
  "chat.shared",
  "handoff.requested",
  "handoff.taken",
  "handoff.returned",
  "admin.group_granted",
  "admin.group_revoked",
  "approval.requested",
  "approval.voted",
  "approval.decided",
  "approval.escalated",
  "approval.withdrawn",
  "approval.away",
  "approval.policy_changed",
  "approval.proposed",
  "escalation.raised",
  "escalation.ticket_created",
  "escalation.paged",
  "escalation.acknowledged",
  "escalation.resolved",
  "escalation.reopened",
  "escalation.ticket_gone",
  "escalation.commented",
  "escalation.policy_changed",
  "connection.created",
  "connection.changed",
  "connection.tested",
  "connection.switched_off",
  "dispatch.given_up",
  "dispatch.redelivered",
  "budget.changed",
  "knowledge.verified",
  "knowledge.questioned",
  "knowledge.withdrawn",
] as const;
export type AuditEventName = (typeof auditEventNames)[number];

/** `started` is written before a step, one of the others after it. */
export type AuditStatus = "started" | "success" | "error" | "denied";

/** One thing that was about to happen, happened, failed or was refused. Never holds secrets or document text. */
export interface AuditEvent {
  readonly event: AuditEventName;
  readonly status: AuditStatus;
  readonly userId: UserId | null;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly model?: string;
  /** SHA-256 of the request's content, in hexadecimal. */
  readonly requestHash?: string;
  readonly latencyMs?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface RecordedAuditEvent extends AuditEvent {
  readonly id: string;
  readonly createdAt: Date;
}

/** Append-only; each tenant's events are chained by hash in batches, within a second of their writing. */
export interface AuditLog {
  append(tenant: TenantId, events: readonly AuditEvent[]): Promise<void>;
}
