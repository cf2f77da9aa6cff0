import { v5 } from "uuid";
import type { Approval, ProposedAnswer } from "../approvals/approval.ts";
import { standingApproval } from "../approvals/corrected-answer.ts";
import { verifiedId } from "../approvals/learning.ts";
import { noApproval } from "../approvals/policy.ts";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { ApprovalId, TenantId } from "../ids.ts";
import type { EscalationPorts } from "./escalation-ports.ts";

/**
 * Puts other words than those that were sent before the approvers, as a review of what was learned from these: they are told
 * and learned in their place once they are approved, and until then what was sent stands. The same words for the same answer
 * are put once; null where they stand already.
 * @param sent the approval of the question itself, whose answer was sent or taken back
 */
export async function openCorrection(
  ports: Pick<EscalationPorts, "database">,
  tenant: TenantId,
  sent: Approval,
  answer: ProposedAnswer,
  audit: AuditEvent,
): Promise<Approval | null> {
  const { database } = ports;
  const standing = await standingApproval(ports, tenant, sent);
  if (standing.state !== "withdrawn" && standing.answer?.text === answer.text) return null;
  const id = v5(`correction ${answer.text}`, standing.id) as ApprovalId;
  const [before, departments] = await database.withTenant(tenant, ({ approvals, members }) =>
    Promise.all([approvals.find(id), members.departments()]),
  );
  if (before) return before;
  const { turnId, named, departmentId, question, confidence, label, readers } = sent;
  const policy = departments.find((one) => one.id === departmentId)?.approval ?? noApproval;
  const reviewOf = verifiedId(sent);
  const opened = await database.withTenant(tenant, ({ approvals }) =>
    approvals.openReview(
      {
        id,
        turnId,
        reviewOf,
        named,
        departmentId,
        question,
        why: "resolved",
        answer,
        confidence,
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
