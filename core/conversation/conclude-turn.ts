import type { NewApproval } from "../approvals/approval-store.ts";
import type { ChooseApproversPorts } from "../approvals/choose-approvers.ts";
import { mayNeedApproval } from "../approvals/needs-approval.ts";
import { requestApproval } from "../approvals/request-approval.ts";
import { escalateCritical, type TurnEscalations } from "../escalation/escalate-critical.ts";
import type { Escalation } from "../escalation/escalation.ts";
import type { ApprovalId, TenantId } from "../ids.ts";
import type { Reply } from "./reply.ts";
import type { TurnInHand, TurnStepPorts } from "./turn-in-hand.ts";
import * as steps from "./turn-steps.ts";

export interface ConcludePorts {
  /** Who decides on answers before they are sent; absent where nobody can be asked, as in an evaluation. */
  readonly approvals?: ChooseApproversPorts & {
    /** Wakes whoever offers it to its approvers; never blocks and never throws. */
    wake(tenant: TenantId, id: ApprovalId): void;
  };
  /** Escalates critical questions; absent where nothing does, as in an evaluation. */
  readonly escalations?: TurnEscalations;
}

/** How a turn ends that did not fail: with a reply that is sent, or that says who decides on it. */
export interface ConcludedTurn {
  readonly reply: Reply;
  readonly approval?: NewApproval;
  /** To be told of once the turn has ended. */
  readonly escalation?: Escalation;
}

/** The reply, or that a human decides on it first; and whether the question is critical. */
export async function concludeTurn(
  ports: TurnStepPorts & ConcludePorts,
  inHand: TurnInHand,
): Promise<ConcludedTurn> {
  const [concluded, escalation] = await Promise.all([
    decideReply(ports, inHand),
    escalateIfCritical(ports, inHand),
  ]);
  return { ...concluded, ...(escalation && { escalation }) };
}

/** Escalates a critical question, also one that could not be answered; null where it is not critical. */
export const escalateIfCritical = (
  ports: TurnStepPorts & ConcludePorts,
  inHand: TurnInHand,
): Promise<Escalation | null> =>
  escalateCritical(ports, inHand, async () => (await steps.resultOf(ports, inHand)).hits);

async function decideReply(ports: TurnStepPorts & ConcludePorts, inHand: TurnInHand): Promise<ConcludedTurn> {
  const reply = await steps.conclude(ports, inHand);
  const { approvals } = ports;
  if (!approvals || !inHand.identity.departments.some(({ approval }) => mayNeedApproval(approval)))
    return { reply };
  const { hits } = await steps.resultOf(ports, inHand);
  return (await requestApproval(approvals, inHand, reply, hits)) ?? { reply };
}

/** Whether words of the draft may have to wait for a human, so that none may be shown before that is known. */
export function waitsForApproval({ identity, scope, work: { departmentId = null } }: TurnInHand): boolean {
  // Where none was chosen, that of the first source decides, which may be any.
  return identity.departments.some(
    ({ id, approval }) =>
      (departmentId === null ? scope.departments.has(id) : id === departmentId) &&
      mayNeedApproval(approval) &&
      !approval.show_draft,
  );
}
