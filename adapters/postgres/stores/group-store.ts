import type { DirectoryPerson } from "../../../core/identity/groups/directory.ts";
import type { GroupGrant, GroupStore } from "../../../core/identity/groups/group-store.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";

const grants: Statement = {
  name: "group_grants",
  text: `
    select group_id, department_id, role from group_grants
    where tenant_id = app_tenant() order by group_id, department_id nulls last, role`,
};

/** A department of another tenant is none: a foreign key alone would take it. */
const grant: Statement = {
  name: "group_grant",
  text: `
    with granted as (
      insert into group_grants (tenant_id, group_id, department_id, role)
      select app_tenant(), $1::text, d.id, $3::text from (values ($2::uuid)) as wish (id)
        left join departments d on d.tenant_id = app_tenant() and d.id = wish.id
      where wish.id is null or d.id is not null
      on conflict do nothing returning group_id
    ), audited as (${auditInsert(4, "granted")})
    select from granted`,
};

const revoke: Statement = {
  name: "group_revoke",
  text: `
    with revoked as (
      delete from group_grants where tenant_id = app_tenant() and group_id = $1
        and department_id is not distinct from $2::uuid and role = $3 returning group_id
    ), audited as (${auditInsert(4, "revoked")})
    select from revoked`,
};

const lastRead: Statement = {
  name: "group_last_read",
  text: `
    select (
      select read_at from directory_people
      where tenant_id = app_tenant() and directory = $1 and external_id = $2 and user_id = $3) as read_at,
    exists (select from group_grants where tenant_id = app_tenant()) as granted,
    exists (
      select from group_access
      where tenant_id = app_tenant() and directory = $1 and external_id = $2 and user_id = $3) as gives`,
};

const keep: Statement = {
  name: "group_keep",
  text: `select keep_groups($1, $2, $3, $4::jsonb, $5 * interval '1 ms') as changed`,
};

const key = ({ directory, externalId }: DirectoryPerson): string[] => [directory, externalId];

interface LastReadRow {
  read_at: Date | null;
  granted: boolean;
  gives: boolean;
}

interface GrantRow {
  group_id: GroupGrant["group"];
  department_id: GroupGrant["departmentId"];
  role: GroupGrant["role"];
}

export function groupStore(run: TenantRunner): GroupStore {
  const wrote = async (statement: Statement, values: unknown[]): Promise<boolean> =>
    (await run(statement, values)).length > 0;
  return {
    async grants() {
      const rows = await run<GrantRow>(grants, []);
      // The table's check holds the role to where it is given.
      return rows.map(
        ({ group_id, department_id, role }) =>
          ({ group: group_id, departmentId: department_id, role }) as GroupGrant,
      );
    },
    grant: ({ group, departmentId, role }, audit) =>
      wrote(grant, [group, departmentId, role, auditParameter(audit)]),
    revoke: ({ group, departmentId, role }, audit) =>
      wrote(revoke, [group, departmentId, role, auditParameter(audit)]),
    async lastRead(person, user) {
      const [row] = await run<LastReadRow>(lastRead, [...key(person), user]);
      return {
        readAt: row?.read_at ?? null,
        granted: row?.granted ?? false,
        gives: row?.gives ?? false,
      };
    },
    async keep(person, user, seen, ageMs) {
      const values = [...key(person), user, seen && JSON.stringify(seen), ageMs];
      const [row] = await run<{ changed: boolean }>(keep, values);
      return row?.changed ?? false;
    },
  };
}
