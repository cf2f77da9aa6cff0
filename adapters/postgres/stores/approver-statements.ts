import type { Statement } from "../tenant-query.ts";
import { auditInsert } from "./audit-rows.ts";

const described = (people: string): string => `
  select u.id, u.display_name as name, u.email, o.approval_channel, away.until, away.delegate_id
  from ${people} u
    join users o on o.id = u.id
    left join approver_absences away on away.tenant_id = u.tenant_id and away.user_id = u.id and away.until > now()`;

/** $1 the department, $2 the role, $3 addresses in lower case. In a department as the experts of hand-offs. */
export const approvers: Statement = {
  name: "approver_list",
  text: `
    ${described("effective_users")}
    where u.tenant_id = app_tenant() and u.active and (lower(u.email) = any ($3::text[]) or case $2::text
      when 'lead' then exists (
        select from effective_department_members m
        where m.tenant_id = u.tenant_id and m.user_id = u.id and m.role = 'lead'
          and ($1::uuid is null or m.department_id = $1::uuid))
      when 'approver' then case when $1::uuid is null then 'approver' = any (u.roles) else exists (
        select from effective_department_members m
        where m.tenant_id = u.tenant_id and m.user_id = u.id and m.department_id = $1::uuid
          and (m.role = 'lead' or 'approver' = any (u.roles))) end
      else false end)
    order by u.display_name, u.id`,
};

export const people: Statement = {
  name: "approver_people",
  text: `
    ${described("users")}
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
