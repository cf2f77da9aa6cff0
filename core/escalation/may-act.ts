import type { Member } from "../identity/member.ts";
import type { EscalationAction } from "./escalation-view.ts";
import type { Escalation } from "./escalation.ts";

type Acted = Pick<Escalation, "departmentId" | "askedBy" | "answerWantedFrom">;

/**
 * Whether somebody may do this with an escalation, whatever its state: leads and approvers of its department (every approver,
 * where it is of none), admins, and whoever was asked for the answer. Whoever asked the question may comment.
 */
export function mayAct(member: Member, escalation: Acted, action: EscalationAction): boolean {
  const { departmentId, askedBy, answerWantedFrom } = escalation;
  if (member.id === answerWantedFrom || member.roles.includes("admin")) return true;
  if (action === "comment" && member.id === askedBy) return true;
  const approves = member.roles.includes("approver");
  if (departmentId === null) return approves;
  const role = member.departments.get(departmentId);
  return role === "lead" || (role === "member" && approves);
}
