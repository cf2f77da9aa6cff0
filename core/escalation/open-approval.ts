import type { Confidence } from "../answering/confidence.ts";
import type { Approval, ProposedAnswer } from "../approvals/approval.ts";
import { noApproval } from "../approvals/policy.ts";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { Reply } from "../conversation/reply.ts";
import { type ApprovalId, newId, type TenantId } from "../ids.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";

/** Of a question that was never judged. */
const unknown: Confidence = { value: 0, level: "low", reasons: [] };

/** Puts an answer before the approvers of a question that has no approval yet; gives the one it has. Null where it is gone. */
export async function openApproval(
  { database }: Pick<EscalationPorts, "database">,
  tenant: TenantId,
  {
    turnId,
    departmentId,
    named,
    question,
    label,
    readers,
  }: Pick<Escalation, "turnId" | "departmentId" | "named" | "question" | "label" | "readers">,
  answer: ProposedAnswer,
  audit: AuditEvent,
): Promise<Approval | null> {
  const [turn, departments] = await database.withTenant(tenant, ({ threads, members }) =>
    Promise.all([threads.turn(turnId), members.departments()]),
  );
  const policy = departments.find(({ id }) => id === departmentId)?.approval ?? noApproval;
  const opened = await database.withTenant(tenant, ({ approvals }) =>
    approvals.openFor(
      turnId,
      {
        id: newId<ApprovalId>(),
        named,
        departmentId,
        question,
        why: "resolved",
        answer,
        confidence: confidenceOf(turn?.reply ?? null),
        label,
        readers,
        policy,
        sameAs: null,
      },
      [audit],
    ),
  );
  return await database.withTenant(tenant, ({ approvals }) => approvals.find(opened.id));
}

const confidenceOf = (reply: Reply | null): Confidence =>
  reply !== null && "confidence" in reply ? reply.confidence : unknown;
