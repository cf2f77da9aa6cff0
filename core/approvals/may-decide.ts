import type { Identity } from "../identity/directory.ts";
import { refuse } from "../identity/refuse.ts";
import type { TenantId, UserId } from "../ids.ts";
import type { Approval } from "./approval.ts";
import { type ChooseApproversPorts, isApprover } from "./choose-approvers.ts";
import { durationMs } from "./duration.ts";

/** Whether somebody decides on this approval: at a level that was asked so far. Once it is escalated, at any. */
export const mayDecide = (
  ports: ChooseApproversPorts,
  tenant: TenantId,
  approval: Approval,
  user: UserId,
): Promise<boolean> => {
  const { levels } = approval.policy;
  const asked = approval.state === "escalated" ? levels : levels.slice(0, approval.level + 1);
  return isApprover(ports, tenant, approval, asked, user);
};

/** Throws `forbidden`, with the reason, where the person may not decide on it or has to sign in first. */
export async function assertMayDecide(
  ports: ChooseApproversPorts,
  { member }: Identity,
  approval: Approval,
): Promise<void> {
  const { tenantId, id: user } = member;
  const about = { resourceType: "approval", resourceId: approval.id } as const;
  if (user === approval.askedBy) {
    await refuse(ports, member, {
      ...about,
      reason: "approval_own_question",
      message: "Nobody decides on the answer to a question of their own.",
      remedy: "Leave it to the others who were asked.",
    });
  }
  if (!(await mayDecide(ports, tenantId, approval, user))) {
    await refuse(ports, member, {
      ...about,
      reason: "approval_not_approver",
      message:
        "You may not decide on this answer: its department's policy names others, or you may not read what it rests on.",
      remedy: "Leave it to those who were asked, or ask a lead of the department.",
    });
  }
  const within = approval.policy.sign_in_within;
  if (within === null) return;
  const signedInAt = await ports.database.withTenant(tenantId, ({ approvals }) => approvals.signedInAt(user));
  if (signedInAt !== null && ports.clock.now().getTime() - signedInAt.getTime() <= durationMs(within)) return;
  await refuse(ports, member, {
    ...about,
    reason: "approval_sign_in",
    message:
      "The department's policy wants you to have signed in to the web console lately before you decide.",
    remedy: "Sign in to the web console, then decide again.",
  });
}
