import type { EscalationPolicyText } from "../escalation/policy.ts";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { DepartmentCalibration } from "../approvals/calibration/department-calibration.ts";
import type { ApprovalPolicyText } from "../approvals/policy.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { DepartmentId, UserId } from "../ids.ts";
import type { Department, LocalAccount, Member } from "./member.ts";

/** A person by name. */
export type NamedPerson = Pick<Member, "id" | "name" | "email">;

/** Those of the ids, also where switched off; or the active ones whose name or address holds the words. */
export type WhichPeople = { readonly ids: readonly UserId[] } | { readonly words: string };

export interface MemberStore {
  /** An active person with their departments; null where unknown or switched off. */
  member(id: UserId): Promise<Member | null>;
  /** People by name, at most so many; never guests where they are looked for by words. */
  people(which: WhichPeople, atMost: number): Promise<readonly NamedPerson[]>;
  /** Ends the person's sessions that began before then; an earlier moment than the one that stands changes nothing. */
  endSessions(id: UserId, before: Date, audit: readonly AuditEvent[]): Promise<void>;
  /** Accounts that sign in without a password, the least privileged first. */
  localAccounts(): Promise<readonly LocalAccount[]>;
  companyName(): Promise<string>;
  /** In which the company's days begin, such as `Asia/Bangkok`; UTC where it names none. */
  timeZone(): Promise<string>;
  /** All departments of the tenant, by name. */
  departments(): Promise<readonly Department[]>;
  /** Keeps when a human approves the department's answers, as it was written; false where there is no such department. */
  setApprovalPolicy(
    department: DepartmentId,
    policy: ApprovalPolicyText,
    audit: readonly AuditEvent[],
  ): Promise<boolean>;
  /** Keeps what of the department's questions escalates, as it was written; false where there is no such department. */
  setEscalationPolicy(
    department: DepartmentId,
    policy: EscalationPolicyText,
    audit: readonly AuditEvent[],
  ): Promise<boolean>;
  /** Keeps what decisions say about the confidence of the department's drafts. */
  setCalibration(department: DepartmentId, calibration: DepartmentCalibration | null): Promise<void>;
  /** Keeps where the person gets approvals; null: wherever they are known. */
  setApprovalChannel(user: UserId, channel: ChannelName | null): Promise<void>;
  /** Keeps when the person last signed in to the console; an earlier moment than the one that stands changes nothing. */
  signedIn(user: UserId, at: Date): Promise<void>;
}
