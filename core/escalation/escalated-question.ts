import type { Approval } from "../approvals/approval.ts";
import type { Access } from "../approvals/cited-sources.ts";
import type { ThreadTurn } from "../conversation/thread-store.ts";
import type { DepartmentId, TenantId } from "../ids.ts";
import { accessOfCited } from "./escalated-access.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";
import type { EscalationPolicy } from "./policy.ts";
import type { RaiseRequest } from "./raise-request.ts";

/** A question that may be escalated, as it stands. */
export interface EscalatedQuestion {
  readonly turn: ThreadTurn;
  readonly approval: Approval | null;
  /** What was raised for it before. */
  readonly standing: Escalation | null;
  readonly departmentId: DepartmentId;
  /** That with which it was raised before, else the department's. */
  readonly policy: EscalationPolicy;
  /** Whether everyone who reads the thread may know the company's people by name. */
  readonly named: boolean;
}

/** Null where there is no such question, nobody's department, or nothing of it to escalate. */
export async function readEscalated(
  { database }: Pick<EscalationPorts, "database">,
  tenant: TenantId,
  { turnId, trigger, approvalId, departmentId: told, named }: RaiseRequest,
): Promise<EscalatedQuestion | null> {
  return await database.withTenant(tenant, async ({ threads, approvals, escalations, members }) => {
    const [turn, approval, standing, departments] = await Promise.all([
      threads.turn(turnId),
      approvalId === undefined ? approvals.ofTurn(turnId) : approvals.find(approvalId),
      escalations.ofTurn(turnId),
      members.departments(),
    ]);
    // Only an answer that was sent can be wrong.
    if (turn === null || (trigger === "wrong" && turn.reply?.kind !== "answer")) return null;
    const departmentId = told ?? approval?.departmentId ?? turn.departmentId;
    const department = departments.find(({ id }) => id === departmentId);
    if (!department) return null;
    const asker = await members.member(turn.userId);
    return {
      turn,
      approval,
      standing,
      policy: standing?.policy ?? department.escalation,
      departmentId: department.id,
      named:
        named ??
        approval?.named ??
        standing?.named ??
        (!turn.shared && asker?.roles.includes("guest") === false),
    };
  });
}

/** How strictly its draft is held: as when its approval began, else as what its answer cites. */
export async function accessOfQuestion(
  ports: Pick<EscalationPorts, "database">,
  tenant: TenantId,
  { turn: { reply }, approval }: Pick<EscalatedQuestion, "turn" | "approval">,
): Promise<Access> {
  if (approval) return { label: approval.label, readers: approval.readers };
  return await accessOfCited(ports, tenant, reply?.kind === "answer" ? reply.citations : []);
}
