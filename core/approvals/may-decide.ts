import type { Identity } from "../identity/directory.ts";
import { refuse } from "../identity/refuse.ts";
import type { TenantId, UserId } from "../ids.ts";
import type { Approval } from "./approval.ts";
import { type ChooseApproversPorts, isAllowed, isNamed } from "./choose-approvers.ts";
import { durationMs } from "./duration.ts";
import type { ApprovalLevel } from "./policy.ts";

/**
 * Tells of approvals whether somebody decides on them: at a level that was asked so far. Once it is escalated, at any. Who is
 * named by a level is asked once for all that have the same.
 */
export function decidesOn(
  ports: ChooseApproversPorts,
  tenant: TenantId,
  user: UserId,
): (approval: Approval) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const named = (approval: Approval, level: ApprovalLevel): Promise<boolean> => {
    const key = `${String(approval.departmentId)} ${JSON.stringify(level.approvers)}`;
    const found = known.get(key) ?? isNamed(ports, tenant, approval, level, user);
    known.set(key, found);
    return found;
  };
  return async (approval) => {
    const { levels } = approval.policy;
    const asked = approval.state === "escalated" ? levels : levels.slice(0, approval.level + 1);
    for (const level of asked) {
      if (await named(approval, level)) return await isAllowed(ports, tenant, approval, user);
    }
    return false;
  };
}

export const mayDecide = (
  ports: ChooseApproversPorts,
  tenant: TenantId,
  approval: Approval,
  user: UserId,
): Promise<boolean> => decidesOn(ports, tenant, user)(approval);

/** Whether a question of theirs is decided together with it. */
async function waitsWithIt(
  { database }: Pick<ChooseApproversPorts, "database">,
  tenant: TenantId,
  { id }: Approval,
  user: UserId,
): Promise<boolean> {
  const following = await database.withTenant(tenant, ({ approvals }) => approvals.following(id));
  return following.some(({ askedBy }) => askedBy === user);
}

/** Throws `forbidden`, with the reason, where the person may not decide on it or has to sign in first. */
export async function assertMayDecide(
  ports: ChooseApproversPorts,
  { member }: Identity,
  approval: Approval,
): Promise<void> {
  const { tenantId, id: user } = member;
  const about = { resourceType: "approval", resourceId: approval.id } as const;
  if (user === approval.askedBy || (await waitsWithIt(ports, tenantId, approval, user))) {
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
