import type { AuditEvent } from "../../audit/audit-event.ts";
import type { DepartmentId, UserId } from "../../ids.ts";
import type { DepartmentRole, Role } from "../member.ts";
import type { DirectoryPerson, KnownPerson } from "./directory.ts";
import type { GroupId } from "./group-id.ts";

/** What a group may give in the company as a whole. */
export const grantableRoles = ["viewer", "staff", "approver", "admin"] as const satisfies readonly Role[];
export type GrantableRole = (typeof grantableRoles)[number];

/** What a group gives everyone in it: a place in a department, or a role in the company. */
export type GroupGrant = { readonly group: GroupId } & (
  | { readonly departmentId: DepartmentId; readonly role: DepartmentRole }
  | { readonly departmentId: null; readonly role: GrantableRole }
);

/** For so long what was last read of a person's groups counts where the directory cannot be asked, in milliseconds. */
export const groupsCountForMs = 24 * 60 * 60 * 1_000;

export interface GroupsRead {
  /** When the groups were last read as this person's; null where they never were. */
  readonly readAt: Date | null;
  /** Whether any group gives anything in this company. */
  readonly granted: boolean;
  /** Whether what was last read gives the person anything now. */
  readonly gives: boolean;
}

/**
 * Groups of directories, and what they give. `MemberStore.member` and the experts of a department count what a person's
 * own groups give them, as long as they were read within `groupsCountForMs`.
 */
export interface GroupStore {
  /** By group, departments before roles of the company. */
  grants(): Promise<readonly GroupGrant[]>;
  /** False where it stood already, or the department is not the tenant's. */
  grant(grant: GroupGrant, audit: readonly AuditEvent[]): Promise<boolean>;
  /** False where it did not stand. */
  revoke(grant: GroupGrant, audit: readonly AuditEvent[]): Promise<boolean>;
  lastRead(person: DirectoryPerson, user: UserId): Promise<GroupsRead>;
  /**
   * Keeps what was read of somebody, and tells in the audit trail (`admin.role_changed`) where what their groups give them is
   * other than was last told. Whoever the company does not know becomes a member with the first grant, unless somebody with
   * their address was switched off here; a guest of the directory gets what was granted and nothing beside.
   * @param seen null where the directory cannot be asked: what is known stands, until it is too old.
   * @param ageMs how long ago the reading began; an older one than the one that is kept changes nothing
   * @returns whether the person's access is another now
   */
  keep(
    person: DirectoryPerson,
    user: UserId,
    seen: Omit<KnownPerson, "kind"> | null,
    ageMs: number,
  ): Promise<boolean>;
}
