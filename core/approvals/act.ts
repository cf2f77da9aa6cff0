import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import type { ApprovalId } from "../ids.ts";
import type { Approval } from "./approval.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import { late } from "./decide.ts";
import { findApproval } from "./find-approval.ts";
import { assertMayDecide } from "./may-decide.ts";
import { takeApprovalStep } from "./take-step.ts";

interface Act {
  readonly identity: Identity;
  readonly approvalId: ApprovalId;
}

/**
 * Leaves an answer to the escalation before its time. Throws `not_found`, `forbidden`, and `conflict` where it is decided.
 * Again it changes nothing.
 */
export async function escalateApproval(
  ports: ApprovalPorts,
  { identity, approvalId }: Act,
): Promise<Approval> {
  const { member } = identity;
  const approval = await findApproval(ports, member.tenantId, approvalId);
  await assertMayDecide(ports, identity, approval);
  const escalated = await ports.database.withTenant(member.tenantId, ({ approvals }) =>
    approvals.escalate(approval.id, member.id, [
      {
        event: "approval.escalated",
        status: "success",
        userId: member.id,
        resourceType: "approval",
        resourceId: approval.id,
        metadata: { turn: approval.turnId, why: "by hand" },
      },
    ]),
  );
  const now = escalated ?? (await findApproval(ports, member.tenantId, approval.id));
  if (now.decision !== null) throw late(now);
  // Also where it stood: whoever escalated it may have died before, and whatever the policy says of time-outs.
  if (now.state === "escalated" && now.reviewOf === null) {
    const { id: approvalId, turnId } = now;
    await ports.escalate?.(member.tenantId, { trigger: "overdue", turnId, approvalId, by: member.id });
  }
  if (escalated) await takeApprovalStep(ports, member.tenantId, approval.id);
  return now;
}

/**
 * Takes an answer back that was approved or corrected: in its thread, in those of others who waited for it, and as
 * knowledge. Throws `not_found`, `forbidden`, and `conflict` where there is nothing to take back.
 */
export async function withdrawAnswer(ports: ApprovalPorts, { identity, approvalId }: Act): Promise<Approval> {
  const { member } = identity;
  const approval = await findApproval(ports, member.tenantId, approvalId);
  await assertMayDecide(ports, identity, approval);
  const withdrawn = await ports.database.withTenant(member.tenantId, ({ approvals }) =>
    approvals.withdraw(approval.id, member.id, [
      {
        event: "approval.withdrawn",
        status: "success",
        userId: member.id,
        resourceType: "approval",
        resourceId: approval.id,
        metadata: { turn: approval.turnId },
      },
    ]),
  );
  if (withdrawn) {
    await takeApprovalStep(ports, member.tenantId, approval.id);
    return withdrawn;
  }
  const now = await findApproval(ports, member.tenantId, approval.id);
  if (now.state === "withdrawn") return now;
  throw new ExpertError("conflict", "There is no answer to take back.", {
    remedy: "The card shows how it stands.",
    facts: { reason: "approval_not_sent" satisfies RefusalReason },
  });
}
