import type { ApprovalPorts } from "../approvals/approval-ports.ts";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { Member } from "../identity/member.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import type { TurnId, UserId } from "../ids.ts";
import type { Feedback } from "./conversation-store.ts";
import { feedbackReasonLength } from "./feedback-length.ts";

/** What the audit trail tells of a verdict on an answer, or of its withdrawal (null). Never the reason's words. */
export const feedbackEvent = (userId: UserId, turn: TurnId, feedback: Feedback | null): AuditEvent => ({
  event: "chat.feedback",
  status: "success",
  userId,
  resourceType: "turn",
  resourceId: turn,
  metadata: { verdict: feedback?.verdict ?? null },
});

interface EscalatePorts {
  /** Escalate answers that are called wrong; absent where nothing escalates. */
  readonly approvals?: Pick<ApprovalPorts, "escalate">;
}

/** Escalates an answer that somebody called wrong, once that is kept. */
export async function escalateWrong(
  { approvals }: EscalatePorts,
  { tenantId, id: by }: Member,
  turnId: TurnId,
  feedback: Feedback | null,
): Promise<void> {
  if (feedback?.verdict === "down") await approvals?.escalate?.(tenantId, { trigger: "wrong", turnId, by });
}

/** Keeps what somebody who saw an answer in its thread thinks of it; throws `not_found` where they did not see it. */
export async function giveFeedback(
  ports: EscalatePorts & { readonly database: Pick<Database, "withTenant"> },
  {
    member,
    turnId,
    feedback,
  }: {
    readonly member: Member;
    readonly turnId: TurnId;
    readonly feedback: Feedback | null;
  },
): Promise<void> {
  const reason = (feedback?.reason ?? "").toWellFormed().replaceAll("\u0000", "").trim();
  const kept = feedback && {
    ...feedback,
    reason: reason === "" ? null : reason.slice(0, feedbackReasonLength).toWellFormed(),
  };
  const stored = await ports.database.withTenant(member.tenantId, ({ threads }) =>
    threads.setFeedback(member.id, turnId, kept, [feedbackEvent(member.id, turnId, kept)]),
  );
  if (!stored) {
    throw new ExpertError("not_found", "This answer does not exist any more.", {
      remedy: "Ask the question again.",
      facts: { reason: "answer_gone" satisfies RefusalReason },
    });
  }
  await escalateWrong(ports, member, turnId, kept);
}
