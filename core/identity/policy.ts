import type { KnowledgeDocument } from "../knowledge/document.ts";
import { canRead, type Principal, type ReadScope, type Sensitivity, strictness } from "./access.ts";
import type { DepartmentId, UserId } from "../ids.ts";
import type { Department, Member, Role } from "./member.ts";

const has = (member: Member, ...wanted: readonly Role[]): boolean =>
  wanted.some((role) => member.roles.includes(role));

/**
 * The strictest label that the person reads in the department; null where they may not ask it at all. A guest is in a
 * department only where one of their groups puts them there.
 */
function ceiling(member: Member, department: Department): Sensitivity | null {
  const role = member.departments.get(department.id);
  if (role === "lead") return "restricted";
  if (role === "member") return "confidential";
  if (has(member, "guest")) return department.guests ? "public" : null;
  return department.audience === "everyone" ? "public" : null;
}

/** What a person may read, asking for themselves. */
export function readScope(member: Member, departments: readonly Department[]): ReadScope {
  const readable = departments.flatMap((department) => {
    const label = ceiling(member, department);
    return label === null ? [] : [[department.id, label] as const];
  });
  return { departments: new Map(readable), principals: new Set<Principal>([`user:${member.id}`]) };
}

/** What every person of the tenant may read, whoever they are. */
export const everyoneScope = (departments: readonly Department[]): ReadScope => ({
  departments: new Map(
    departments.filter(({ audience }) => audience === "everyone").map(({ id }) => [id, "public"]),
  ),
  principals: new Set(),
});

/** What somebody may read whom the tenant does not know. */
export const guestScope = (departments: readonly Department[]): ReadScope => ({
  departments: new Map(departments.filter(({ guests }) => guests).map(({ id }) => [id, "public"])),
  principals: new Set(),
});

/**
 * Takes over a thread in place of the bot: the department's leads, its members who are approvers, and, where no
 * department was found, every approver. Never for a question of one's own.
 */
export function canTakeOver(
  member: Member,
  question: { readonly departmentId: DepartmentId | null; readonly requestedBy: UserId },
): boolean {
  if (member.id === question.requestedBy) return false;
  if (question.departmentId === null) return has(member, "approver");
  const role = member.departments.get(question.departmentId);
  return role === "lead" || (role === "member" && has(member, "approver"));
}

/** Gives a thread back to the bot: whoever has taken it over, and the department's leads. */
export const canGiveBack = (
  member: Member,
  handoff: { readonly departmentId: DepartmentId | null; readonly takenBy: UserId },
): boolean =>
  member.id === handoff.takenBy ||
  (handoff.departmentId !== null && member.departments.get(handoff.departmentId) === "lead");

/** Members add documents to their departments, up to the label that they may read themselves. */
export function canUpload(
  member: Member,
  department: Department,
  sensitivity: Sensitivity = "public",
): boolean {
  const label = ceiling(member, department);
  return (
    has(member, "staff", "approver", "admin") &&
    member.departments.has(department.id) &&
    label !== null &&
    strictness(sensitivity) <= strictness(label)
  );
}

/** Whoever uploaded a document, and the department's leads, may remove or retry it, as long as they may read it. */
export function canRemove(member: Member, scope: ReadScope, document: KnowledgeDocument): boolean {
  if (!canRead(scope, document)) return false;
  return document.uploadedBy === member.id || member.departments.get(document.departmentId) === "lead";
}

/** Decides when a department's answers need approval: its leads, and admins. */
export const canChangeApproval = (member: Member, { id }: Pick<Department, "id">): boolean =>
  has(member, "admin") || member.departments.get(id) === "lead";

export const canReadAudit = (member: Member): boolean => has(member, "admin");

/** Adds the bot to workspaces of chat platforms. */
export const canInstall = (member: Member): boolean => has(member, "admin");

/** Connects outside systems, and has calls to them tried again that were given up. */
export const canManageConnections = (member: Member): boolean => has(member, "admin");

/** Decides how much of a model the company, its departments and its people may use. */
export const canManageBudgets = (member: Member): boolean => has(member, "admin");

/** Sees how much of a model a department's people use: its leads, and admins. */
export const canSeeUse = (member: Member, { id }: Pick<Department, "id">): boolean =>
  has(member, "admin") || member.departments.get(id) === "lead";
