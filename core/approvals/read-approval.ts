import type { Identity } from "../identity/directory.ts";
import { refuse } from "../identity/refuse.ts";
import type { ApprovalId } from "../ids.ts";
import type { ApprovalPorts } from "./approval-ports.ts";
import type { ApprovalView } from "./approval-view.ts";
import { findApproval } from "./find-approval.ts";
import { mayDecide } from "./may-decide.ts";
import { viewOf } from "./present-approval.ts";

/**
 * An approval as this person sees it now: for whoever may decide on it or has decided. Throws `not_found`, and `forbidden`
 * with the reason.
 */
export async function readApproval(
  ports: ApprovalPorts,
  identity: Identity,
  id: ApprovalId,
): Promise<ApprovalView> {
  const { member } = identity;
  const approval = await findApproval(ports, member.tenantId, id);
  const about = { resourceType: "approval", resourceId: approval.id } as const;
  if (approval.askedBy === member.id) {
    await refuse(ports, member, {
      ...about,
      reason: "approval_own_question",
      message: "Nobody decides on the answer to a question of their own.",
      remedy: "The answer comes in your conversation.",
    });
  }
  const decided = approval.decision?.by === member.id;
  if (!decided && !(await mayDecide(ports, member.tenantId, approval, member.id))) {
    await refuse(ports, member, {
      ...about,
      reason: "approval_not_approver",
      message:
        "You may not see this approval: its department's policy names others, or you may not read what it rests on.",
      remedy: "Leave it to those who were asked, or ask a lead of the department.",
    });
  }
  return await viewOf(ports, identity, approval);
}
