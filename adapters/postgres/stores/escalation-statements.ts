import type { Statement } from "../tenant-query.ts";
import { auditInsert } from "./audit-rows.ts";
import { told } from "./escalation-row.ts";

export const find: Statement = { name: "escalation_find", text: `${told} where e.id = $1` };

export const ofTurn: Statement = {
  name: "escalation_of_turn",
  text: `${told} where e.tenant_id = app_tenant() and e.turn_id = $1`,
};

export const ofConversation: Statement = {
  name: "escalation_of_conversation",
  text: `
    ${told} where e.tenant_id = app_tenant() and e.conversation_id = $1
    order by e.state = 'resolved', e.created_at desc, e.id desc limit 1`,
};

export const ofLink: Statement = {
  name: "escalation_of_link",
  text: `${told} where e.id = (select escalation_id from escalation_links where id = $1)`,
};

/** Our own key is surer than the vendor's id. */
export const ofExternalLink: Statement = {
  name: "escalation_of_external_link",
  text: `
    ${told} where e.id = coalesce(
      (select escalation_id from escalation_links
        where tenant_id = app_tenant() and connection_id = $1 and key = $3::text),
      (select escalation_id from escalation_links
        where tenant_id = app_tenant() and connection_id = $1 and external_id = $2::text limit 1))`,
};

export const raise: Statement = {
  name: "escalation_raise",
  text: `
    with raised as materialized (
      select * from raise_escalation($1::jsonb, $2::jsonb)
    ), audited as (${auditInsert(3, "(select id from raised where changed) changed", "changed.id")})
    select id, fresh, changed from raised`,
};

export const linkMade: Statement = {
  name: "escalation_link_made",
  text: `
    with made as materialized (
      select * from settle_escalation_link($1, $2::jsonb, null)
    ), audited as (${auditInsert(3, "(select id from made where changed) changed", "changed.id")})
    select id from made`,
};

/** Locks the escalation first, as everything does that changes its links. */
export const renewLink: Statement = {
  name: "escalation_renew_link",
  text: `
    with held as materialized (
      select id from escalations
      where id = (select escalation_id from escalation_links where id = $1) for no key update
    ), renewed as (
      update escalation_links set key = $2, external_id = null, external_key = null, url = null, state = 'pending',
        status = null, assignees = '[]', resolution = null, changed_at = null, made_at = null, error = null
      where id = $1 and key <> $2 and escalation_id = (select id from held)
      returning escalation_id
    )
    update escalations e set version = version + 1 from renewed where e.id = renewed.escalation_id
    returning e.id`,
};

export const linkFailed: Statement = {
  name: "escalation_link_failed",
  text: `select id from settle_escalation_link($1, null, $2)`,
};

/** The escalation's lock comes first, as everywhere. */
export const linkGone: Statement = {
  name: "escalation_link_gone",
  text: `
    with held as materialized (
      select id from escalations where id = (select escalation_id from escalation_links where id = $1) for no key update
    ), gone as (
      update escalation_links l set state = 'failed', error = $2
      from held where l.id = $1 and l.escalation_id = held.id and l.state in ('open', 'acknowledged')
      returning l.escalation_id
    ), counted as (
      update escalations e set version = version + 1 from gone where e.id = gone.escalation_id returning e.id
    ), audited as (${auditInsert(3, "counted", "counted.id")})
    select id from counted`,
};

export const change: Statement = {
  name: "escalation_change",
  text: `
    with changed as materialized (
      select * from change_escalation_link($1, $2::jsonb)
    ), audited as (${auditInsert(3, "(select id from changed where id is not null) changed", "changed.id")})
    select id, before from changed`,
};

export const setState: Statement = {
  name: "escalation_set_state",
  text: `
    with changed as materialized (
      select put_escalation($1, $2, $3, now()) as id
    ), written as materialized (
      select (select count(*) from write_dispatches($4::jsonb)) from changed
    ), audited as (${auditInsert(5, "changed", "changed.id")})
    select id from changed where (select count(*) from written) > 0`,
};

export const wantAnswer: Statement = {
  name: "escalation_want_answer",
  text: `
    update escalations set answer_wanted_from = $2 where id = $1 and answer_wanted_from is null returning id`,
};

export const list: Statement = {
  name: "escalation_list",
  text: `
    ${told}
    where e.tenant_id = app_tenant()
      and (e.department_id = any ($1::uuid[]) or ($2::boolean and e.department_id is null))
      and e.state = any ($3::text[])
      and ($4::timestamptz is null or (e.created_at, e.id) < ($4::timestamptz, $5::uuid))
    order by e.created_at desc, e.id desc limit $6`,
};

/** Whoever asks for them looks at them: the next one is handed the others first. */
export const openLinks: Statement = {
  name: "escalation_open_links",
  text: `
    with found as (
      select id, looked_at from escalation_links
      where tenant_id = app_tenant() and connection_id = $1 and state in ('open', 'acknowledged')
      order by looked_at nulls first, id limit $2 for no key update skip locked
    ), looked as (
      update escalation_links set looked_at = now() where id = any (array(select id from found))
      returning *
    )
    select to_jsonb(l) as link from looked l join found f on f.id = l.id order by f.looked_at nulls first, l.id`,
};

export const history: Statement = {
  name: "escalation_history",
  text: `
    select t.id, t.question, t.created_at, array_remove(array[
      case when a.escalated_at is not null or a.state = 'escalated' then 'overdue' end,
      case when a.state = 'rejected' then 'rejected' end,
      case when exists (
        select from handoffs h where h.tenant_id = app_tenant() and h.turn_id = t.id) then 'asked_for' end,
      case when exists (
        select from feedback f where f.turn_id = t.id and f.verdict = 'down') then 'wrong' end], null) as triggers
    from (
      select id, question, created_at from turns
      where tenant_id = app_tenant() and department_id = $1
      order by created_at desc, id desc limit $2) t
    left join lateral (
      select state, escalated_at from approvals
      where tenant_id = app_tenant() and turn_id = t.id and review_of is null limit 1) a on true
    order by t.created_at desc, t.id desc`,
};
