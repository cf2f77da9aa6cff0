import type { AuditEventName, AuditStatus, RecordedAuditEvent } from "../audit/audit-event.ts";
import type { WebhookEvent } from "../connections/connection-settings.ts";

/** Something that happened in the product, as others are told of it: ids and plain words, nobody's text. */
export interface ProductEvent {
  readonly type: WebhookEvent;
  readonly occurredAt: Date;
  /** `turn_id`, `user_id`, `approval_id`, `escalation_id`; the rest is named by each event. */
  readonly about: Readonly<Record<string, string | null>>;
}

interface Told {
  readonly type: WebhookEvent;
  readonly status: AuditStatus;
  readonly subject: "turn_id" | "approval_id" | "escalation_id";
  /** What of the audit event's metadata is told, under which name. */
  readonly metadata: Readonly<Record<string, string>>;
}

const turn = { turn: "turn_id" } as const;

const told: Partial<Readonly<Record<AuditEventName, Told>>> = {
  "chat.request": {
    type: "question.received",
    status: "started",
    subject: "turn_id",
    metadata: { channel: "channel" },
  },
  "chat.response": {
    type: "question.answered",
    status: "success",
    subject: "turn_id",
    metadata: { state: "outcome" },
  },
  "chat.delivery": {
    type: "answer.sent",
    status: "success",
    subject: "turn_id",
    metadata: { channel: "channel" },
  },
  "chat.feedback": {
    type: "answer.feedback",
    status: "success",
    subject: "turn_id",
    metadata: { verdict: "verdict" },
  },
  "approval.requested": {
    type: "approval.requested",
    status: "success",
    subject: "approval_id",
    metadata: { ...turn, why: "why" },
  },
  "approval.decided": {
    type: "approval.decided",
    status: "success",
    subject: "approval_id",
    metadata: { ...turn, kind: "decision" },
  },
  "approval.escalated": {
    type: "approval.escalated",
    status: "success",
    subject: "approval_id",
    metadata: { ...turn, why: "why" },
  },
  "approval.withdrawn": {
    type: "approval.withdrawn",
    status: "success",
    subject: "approval_id",
    metadata: turn,
  },
  "escalation.raised": {
    type: "escalation.raised",
    status: "success",
    subject: "escalation_id",
    metadata: { ...turn, trigger: "trigger", severity: "severity" },
  },
  "escalation.acknowledged": {
    type: "escalation.acknowledged",
    status: "success",
    subject: "escalation_id",
    metadata: turn,
  },
  "escalation.resolved": {
    type: "escalation.resolved",
    status: "success",
    subject: "escalation_id",
    metadata: turn,
  },
};

/** Of all that is delivered, these messages bring an answer. */
const answers: ReadonlySet<unknown> = new Set(["answer", "answer_verified"]);

/** What others are told of an audit event; null where it is nothing of theirs. */
export function productEventOf(event: RecordedAuditEvent): ProductEvent | null {
  const rule = told[event.event];
  if (rule?.status !== event.status) return null;
  const { metadata = {} } = event;
  if (rule.type === "answer.sent" && !answers.has(metadata["message"])) return null;
  const rest = Object.entries(rule.metadata).map(([name, as]) => {
    const value = metadata[name];
    return [as, typeof value === "string" ? value : null] as const;
  });
  return {
    type: rule.type,
    occurredAt: event.createdAt,
    about: {
      [rule.subject]: event.resourceId ?? null,
      user_id: event.userId,
      ...Object.fromEntries(rest),
    },
  };
}
