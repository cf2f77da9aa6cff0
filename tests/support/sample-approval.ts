import type { ApprovalView } from "../../core/approvals/approval-view.ts";
import { type ApprovalId, newId, type TurnId } from "../../core/ids.ts";
import { sampleAnswer } from "./sample-replies.ts";

/** A question that waits for one person, who may do all with it. */
export function sampleApproval(change: Partial<ApprovalView> = {}): ApprovalView {
  const { text, citations, answeredBy, confidence } = sampleAnswer(
    "Open the inlet valve [1].\n\n- Turn the **green** key [2].\n- Wait.",
  );
  return {
    approvalId: newId<ApprovalId>(),
    turnId: newId<TurnId>(),
    state: "pending",
    version: 1,
    revision: 1,
    why: "low_confidence",
    askedBy: "Sam <at>x</at>",
    department: "Operations",
    language: "en",
    question: "How do I **start** the pump?",
    channel: "teams",
    threadKey: "teams:t:channel:19%3Ax%3Bmessageid%3D1",
    address: {},
    answer: { text, citations, answeredBy },
    confidence,
    calibrated: { probability: 0.834, labels: 41 },
    askedAt: "2026-03-01T10:00:00.123Z",
    overdueAt: "2026-03-01T18:00:00.000Z",
    required: 1,
    agreed: [],
    alsoAsked: 0,
    decided: null,
    actions: ["approve", "edit", "correct", "reject", "take_over", "escalate"],
    ...change,
  };
}
