import type { DirectoryPerson } from "../../../core/identity/groups/directory.ts";
import {
  type GroupGrant,
  groupsCountForMs,
  type GroupStore,
} from "../../../core/identity/groups/group-store.ts";
import type { DepartmentId, UserId } from "../../../core/ids.ts";
import type { DepartmentRole, Member, Role } from "../../../core/identity/member.ts";
import { type GroupPersonRow, record, type Tables } from "./tables.ts";

const keyOf = ({ directory, externalId }: DirectoryPerson): string => `${directory} ${externalId}`;
const same = (one: GroupGrant, other: GroupGrant): boolean =>
  one.group === other.group && one.departmentId === other.departmentId && one.role === other.role;

interface Access {
  readonly departments: Readonly<Record<string, DepartmentRole>>;
  readonly roles: readonly Role[];
}
const noAccess: Access = { departments: {}, roles: [] };

function accessOf(tables: Tables, row: GroupPersonRow): Access {
  const recent = tables.now() - row.readAt < groupsCountForMs;
  const given = recent ? tables.groupGrants.filter(({ group }) => row.groups.includes(group)) : [];
  const departments: Record<string, DepartmentRole> = {};
  for (const grant of given) {
    if (grant.departmentId !== null && departments[grant.departmentId] !== "lead")
      departments[grant.departmentId] = grant.role;
  }
  const roles = new Set(given.flatMap((grant) => (grant.departmentId === null ? [grant.role] : [])));
  return { departments, roles: [...roles].toSorted() };
}

/** A person with what their groups give them. */
export function effectiveMember(tables: Tables, member: Member): Member {
  const rows = [...tables.groupPeople.values()].filter(({ userId }) => userId === member.id);
  const held = rows
    .map((row) => ({ row, access: accessOf(tables, row) }))
    .filter(({ access }) => gives(access));
  if (held.length === 0) return member;
  const departments = new Map<DepartmentId, DepartmentRole>(
    member.roles.includes("guest") ? [] : member.departments,
  );
  for (const { access } of held) {
    for (const [id, role] of Object.entries(access.departments) as [DepartmentId, DepartmentRole][])
      if (departments.get(id) !== "lead") departments.set(id, role);
  }
  const admitted = held.some(({ row, access }) => !row.guest || access.roles.length > 0);
  const own = member.roles.map((role) => (role === "guest" && admitted ? "viewer" : role));
  const roles = new Set<Role>([...own, ...held.flatMap(({ access }) => access.roles)]);
  return { ...member, departments, roles: [...roles].toSorted() };
}

const gives = ({ departments, roles }: Access): boolean =>
  Object.keys(departments).length > 0 || roles.length > 0;

export function fakeGroupStore(tables: Tables): GroupStore {
  const { groupGrants, groupPeople, identities, members, now } = tables;

  /** Makes a guest whom groups give something a member, as far as is known who they are. */
  function admit(
    user: UserId,
    seen: { readonly guest: boolean; name: string; emails: readonly string[] },
  ): void {
    const member = members.get(user);
    if (!member?.roles.includes("guest")) return;
    for (const row of identities.values())
      if (row.userId === user && row.matchedBy === "guest") row.matchedBy = "directory";
    if (seen.guest) return;
    const taken = new Set(
      [...members.values()].filter(({ id }) => id !== user).map(({ email }) => email.toLowerCase()),
    );
    const email = seen.emails.find((one) => !taken.has(one.toLowerCase())) ?? member.email;
    members.set(user, { ...member, email, name: seen.name === "" ? member.name : seen.name });
  }

  return {
    grants: async () =>
      groupGrants.toSorted(
        (one, other) =>
          one.group.localeCompare(other.group) ||
          (one.departmentId ?? "zzz").localeCompare(other.departmentId ?? "zzz") ||
          one.role.localeCompare(other.role),
      ),
    async grant(grant, audit) {
      const known =
        grant.departmentId === null || tables.departments.some(({ id }) => id === grant.departmentId);
      if (!known || groupGrants.some((one) => same(one, grant))) return false;
      groupGrants.push(grant);
      record(tables, audit);
      return true;
    },
    async revoke(grant, audit) {
      const place = groupGrants.findIndex((one) => same(one, grant));
      if (place < 0) return false;
      groupGrants.splice(place, 1);
      record(tables, audit);
      return true;
    },
    async lastRead(person, user) {
      const row = groupPeople.get(keyOf(person));
      return {
        readAt: row?.userId === user ? new Date(row.readAt) : null,
        granted: groupGrants.length > 0,
        gives: row?.userId === user && gives(accessOf(tables, row)),
      };
    },
    async keep(person, user, seen, ageMs) {
      const key = keyOf(person);
      const before = groupPeople.get(key);
      const readAt = now() - ageMs;
      if (seen && (before?.readAt ?? -Infinity) <= readAt) {
        const { guest, groups } = seen;
        const told = before?.told ?? noAccess;
        groupPeople.set(key, { userId: user, guest, groups, readAt, told });
      }
      const row = groupPeople.get(key);
      if (!row) return false;
      const access = accessOf(tables, row);
      if (JSON.stringify(access) === JSON.stringify(row.told)) return false;
      const metadata = { directory: person.directory, before: row.told, after: access };
      row.told = access;
      record(tables, [
        {
          event: "admin.role_changed",
          status: "success",
          userId: null,
          resourceType: "user",
          resourceId: row.userId,
          metadata,
        },
      ]);
      if (seen && gives(access)) admit(row.userId, seen);
      return true;
    },
  };
}
