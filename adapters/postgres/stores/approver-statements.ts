import type { Statement } from "../tenant-query.ts";
import { approvesAnywhere, expertsOf } from "./approving-people.ts";
import { auditInsert } from "./audit-rows.ts";

const described = `
  select u.id, u.display_name as name, u.email, u.approval_channel, away.until, away.delegate_id
  from users u
    left join approver_absences away on away.tenant_id = u.tenant_id and away.user_id = u.id and away.until > now()`;

/**
 * $1 the department, $2 the role, $3 addresses in lower case. In a department as the experts of hand-offs. Each way of
 * finding people is one of its own, so that only those that are asked for are gone.
 */
export const approvers: Statement = {
  name: "approver_list",
  text: `
    ${described}
    where u.tenant_id = app_tenant() and u.active and u.id in (
      select id from users where tenant_id = app_tenant() and cardinality($3::text[]) > 0 and lower(email) = any ($3)
      union all
      select user_id from effective_department_members
      where $2::text = 'lead' and tenant_id = app_tenant() and department_id = $1::uuid and role = 'lead'
      union all
      select user_id from effective_department_members
      where $2 = 'lead' and $1 is null and tenant_id = app_tenant() and role = 'lead'
      union all
      select user_id from (${expertsOf("$1")}) expert where $2 = 'approver'
      union all
      select a.id from users a
      where $2 = 'approver' and $1 is null and a.tenant_id = app_tenant() and ${approvesAnywhere("a")})
    order by u.display_name, u.id`,
};

export const people: Statement = {
  name: "approver_people",
  text: `
    ${described}
    where u.tenant_id = app_tenant() and u.active and u.id = any ($1::uuid[]) order by u.display_name, u.id`,
};

export const setAway: Statement = {
  name: "approver_set_away",
  text: `
    with kept as (
      insert into approver_absences (tenant_id, user_id, until, delegate_id) values (app_tenant(), $1, $2, $3)
      on conflict (tenant_id, user_id) do update set until = excluded.until, delegate_id = excluded.delegate_id
      returning user_id
    ), audited as (${auditInsert(4, "kept", "kept.user_id")})
    select from kept`,
};

export const endAway: Statement = {
  name: "approver_end_away",
  text: `
    with ended as (
      delete from approver_absences where tenant_id = app_tenant() and user_id = $1 returning user_id
    ), audited as (${auditInsert(2, "ended", "ended.user_id")})
    select from ended`,
};

export const away: Statement = {
  name: "approver_away",
  text: `
    select until, delegate_id from approver_absences
    where tenant_id = app_tenant() and user_id = $1 and until > now()`,
};

export const signedInAt: Statement = {
  name: "approver_signed_in_at",
  text: `select signed_in_at from users where id = $1`,
};
