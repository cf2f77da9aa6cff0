import type { KnowledgeDocument } from "../knowledge/document.ts";
import { canRead, type Principal, type ReadScope, type Sensitivity, strictness } from "./access.ts";
import type { Department, Member, Role } from "./member.ts";

const has = (member: Member, ...wanted: readonly Role[]): boolean =>
  wanted.some((role) => member.roles.includes(role));

/** The strictest label that the person reads in the department; null where they may not ask it at all. */
function ceiling(member: Member, department: Department): Sensitivity | null {
  const role = member.departments.get(department.id);
  if (role === "lead") return "restricted";
  if (role === "member") return "confidential";
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

export const canReadAudit = (member: Member): boolean => has(member, "admin");
