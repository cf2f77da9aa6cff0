import type { DepartmentCalibration } from "../approvals/calibration/department-calibration.ts";
import type { EscalationPolicy } from "../escalation/policy.ts";
import type { ApprovalPolicy } from "../approvals/policy.ts";
import type { DepartmentId, TenantId, UserId } from "../ids.ts";

/**
 * What a person may do: guests ask the departments that are open to guests, viewers ask, staff also upload, approvers
 * also decide, admins also administer. A guest is somebody of a chat platform whom the tenant does not know.
 */
export const roles = ["guest", "viewer", "staff", "approver", "admin"] as const;
export type Role = (typeof roles)[number];

/** `lead` reads and labels what is restricted in the department. */
export const departmentRoles = ["member", "lead"] as const;
export type DepartmentRole = (typeof departmentRoles)[number];

/** A signed-in person of a tenant. */
export interface Member {
  readonly id: UserId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly departments: ReadonlyMap<DepartmentId, DepartmentRole>;
  /** Sessions that began before this have ended; null where the person has never signed out. */
  readonly sessionsValidAfter: Date | null;
}

export interface Department {
  readonly id: DepartmentId;
  readonly slug: string;
  readonly name: { readonly en: string; readonly th: string };
  readonly description: { readonly en: string; readonly th: string };
  readonly icon: string;
  readonly exampleQuestions: readonly string[];
  /** Who may ask it: everyone of the tenant, or its members only. */
  readonly audience: "everyone" | "members";
  /** Whether guests may ask it, up to what is public in it. */
  readonly guests: boolean;
  /** Whether an answer that only its asker saw may be shown to everyone in the channel. */
  readonly shareable: boolean;
  /** The department's own instructions for a model. */
  readonly instructions: string | null;
  /** When a human approves its answers. */
  readonly approval: ApprovalPolicy;
  /** What of its questions becomes a ticket or a page. */
  readonly escalation: EscalationPolicy;
  /** What approvers have decided so far says about the confidence of its drafts; null where nothing does. */
  readonly calibration: DepartmentCalibration | null;
}

/** An account that signs in without a password, on loopback only. */
export interface LocalAccount {
  readonly tenantId: TenantId;
  readonly companyName: string;
  readonly userId: UserId;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
}
