import type { AuditEvent } from "../audit/audit-event.ts";
import type { UserId } from "../ids.ts";
import type { Department, LocalAccount, Member } from "./member.ts";

export interface MemberStore {
  /** An active person with their departments; null where unknown or switched off. */
  member(id: UserId): Promise<Member | null>;
  /** Ends the person's sessions that began before then; an earlier moment than the one that stands changes nothing. */
  endSessions(id: UserId, before: Date, audit: readonly AuditEvent[]): Promise<void>;
  /** Accounts that sign in without a password, the least privileged first. */
  localAccounts(): Promise<readonly LocalAccount[]>;
  companyName(): Promise<string>;
  /** All departments of the tenant, by name. */
  departments(): Promise<readonly Department[]>;
}
