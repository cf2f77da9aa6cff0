import { describe, expect, it } from "@jest/globals";
import type { AuditEvent, RecordedAuditEvent } from "../audit/audit-event.ts";
import { webhookEvents } from "../connections/connection-settings.ts";
import { newId, type UserId } from "../ids.ts";
import { productEventOf } from "./product-event.ts";

const user = newId<UserId>();
const subject = newId();
const turn = newId();
const at = new Date("2026-11-21T08:00:00Z");
const recorded = (event: AuditEvent): RecordedAuditEvent => ({ ...event, id: newId(), createdAt: at });
const about = (event: AuditEvent["event"], metadata: object = {}): AuditEvent => ({
  event,
  status: "success",
  userId: user,
  resourceId: subject,
  metadata: { ...metadata },
});

const rows: readonly (readonly [string, AuditEvent, object])[] = [
  [
    "question.received",
    { ...about("chat.request", { channel: "slack" }), status: "started", requestHash: "h" },
    { turn_id: subject, user_id: user, channel: "slack" },
  ],
  [
    "question.answered",
    about("chat.response", { state: "answered", confidence: 0.9 }),
    { turn_id: subject, user_id: user, outcome: "answered" },
  ],
  [
    "answer.sent",
    { ...about("chat.delivery", { channel: "teams", message: "answer" }), userId: null },
    { turn_id: subject, user_id: null, channel: "teams" },
  ],
  [
    "answer.sent",
    about("chat.delivery", { channel: "mail", message: "answer_verified" }),
    { turn_id: subject, user_id: user, channel: "mail" },
  ],
  [
    "answer.feedback",
    about("chat.feedback", { verdict: "down" }),
    { turn_id: subject, user_id: user, verdict: "down" },
  ],
  [
    "answer.feedback",
    about("chat.feedback", { verdict: null }),
    { turn_id: subject, user_id: user, verdict: null },
  ],
  [
    "approval.requested",
    about("approval.requested", { turn, why: "low_confidence" }),
    { approval_id: subject, turn_id: turn, user_id: user, why: "low_confidence" },
  ],
  [
    "approval.decided",
    about("approval.decided", { turn, kind: "corrected" }),
    { approval_id: subject, turn_id: turn, user_id: user, decision: "corrected" },
  ],
  [
    "approval.escalated",
    about("approval.escalated", { turn, why: "overdue" }),
    { approval_id: subject, turn_id: turn, user_id: user, why: "overdue" },
  ],
  [
    "approval.withdrawn",
    about("approval.withdrawn", { turn }),
    { approval_id: subject, turn_id: turn, user_id: user },
  ],
  [
    "escalation.raised",
    about("escalation.raised", { turn, trigger: "overdue", severity: "error", word: "fire" }),
    { escalation_id: subject, turn_id: turn, user_id: user, trigger: "overdue", severity: "error" },
  ],
  [
    "escalation.acknowledged",
    about("escalation.acknowledged", { turn, by: "Ana" }),
    { escalation_id: subject, turn_id: turn, user_id: user },
  ],
  [
    "escalation.resolved",
    about("escalation.resolved", { turn, by: "Ana" }),
    { escalation_id: subject, turn_id: turn, user_id: user },
  ],
];

describe("what endpoints are told", () => {
  it.each(rows)("%s, with ids and nothing else", (type, event, data) => {
    expect(productEventOf(recorded(event))).toEqual({ type, occurredAt: at, about: data });
  });

  it("is every event that they can ask for", () => {
    expect(new Set(rows.map(([type]) => type))).toEqual(new Set(webhookEvents));
  });

  it.each<[string, AuditEvent]>([
    ["what was refused", { ...about("approval.decided"), status: "denied" }],
    [
      "an answer that could not be posted",
      { ...about("chat.delivery", { message: "answer" }), status: "error" },
    ],
    ["an approver's card", about("chat.delivery", { message: "approval_card" })],
    ["a delivery of an older version", about("chat.delivery", { channel: "web" })],
    ["a sign-in", about("auth.login")],
  ])("is not %s", (_what, event) => {
    expect(productEventOf(recorded(event))).toBeNull();
  });
});
