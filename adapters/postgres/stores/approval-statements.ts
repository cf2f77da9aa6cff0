import type { Statement } from "../tenant-query.ts";
import { told } from "./approval-row.ts";
import { auditInsert } from "./audit-rows.ts";
import { passing } from "./passing-names.ts";

/** To the millisecond, as the processes read it: what is due now is due for them as well. */
const atOnce = `date_trunc('milliseconds', now())`;
const isOpen = (rows: string): string => `${rows}.state in ('pending', 'escalated')`;

export const find: Statement = { name: "approval_find", text: `${told("approvals")} where a.id = $1` };

export const ofTurn: Statement = {
  name: "approval_of_turn",
  text: `${told("approvals")} where a.tenant_id = app_tenant() and a.turn_id = $1 and a.review_of is null`,
};

export const draft: Statement = {
  name: "approval_draft",
  text: `select drafted from approvals where id = $1`,
};

/** xmax is 0 in a row that was inserted and not updated. */
export const openReview: Statement = {
  name: "approval_open_review",
  text: `
    with opened as (
      insert into approvals as a (id, tenant_id, turn_id, conversation_id, named, department_id, asked_by, language,
        question, why, review_of, answer, confidence, label, readers, policy, same_as, due_at, due_step)
      select r."id", t.tenant_id, t.id, t.conversation_id, r."named", r."departmentId", t.user_id, t.language,
        r."question", r."why", r."reviewOf", r."answer", r."confidence", r."label", r."readers", r."policy", r."sameAs", ${atOnce},
        'offer'
      from jsonb_to_record($1::jsonb) as r (
        "id" uuid, "turnId" uuid, "reviewOf" uuid, "named" boolean, "departmentId" uuid, "question" text, "why" text,
        "answer" jsonb, "confidence" jsonb, "label" text, "readers" text[], "policy" jsonb, "sameAs" uuid)
      join turns t on t.id = r."turnId"
      on conflict (tenant_id, review_of) where review_of is not null and state in ('pending', 'escalated')
        do update set review_of = excluded.review_of
      returning a.id, a.xmax = 0 as fresh
    ), audited as (${auditInsert(2, "(select id from opened where fresh) fresh", "fresh.id")})
    select id, fresh from opened`,
};

/** An approval that goes with another's is written under that one's lock, while it is open. */
export const openFor: Statement = {
  name: "approval_open_for",
  text: `
    with opened as (
      insert into approvals as a (id, tenant_id, turn_id, conversation_id, named, department_id, asked_by, language,
        question, why, answer, drafted, confidence, label, readers, policy, same_as, due_at, due_step)
      select r."id", t.tenant_id, t.id, t.conversation_id, r."named", r."departmentId", t.user_id, t.language,
        r."question", r."why", r."answer", r."answer", r."confidence", r."label", r."readers", r."policy", (
          select l.id from approvals l
          where l.id = r."sameAs" and coalesce(l.state, '') in ('pending', 'escalated') for share),
        ${atOnce}, 'offer'
      from jsonb_to_record($2::jsonb) as r (
        "id" uuid, "named" boolean, "departmentId" uuid, "question" text, "why" text, "answer" jsonb,
        "confidence" jsonb, "label" text, "readers" text[], "policy" jsonb, "sameAs" uuid)
      join turns t on t.id = $1
      on conflict (tenant_id, turn_id) where review_of is null do update set turn_id = excluded.turn_id
      returning a.id, a.xmax = 0 as fresh
    ), audited as (${auditInsert(3, "(select id from opened where fresh) fresh", "fresh.id")})
    select id, fresh from opened`,
};

/** It stands for itself from now on: these words answer this question. */
export const propose: Statement = {
  name: "approval_propose",
  text: `
    with proposed as (
      update approvals set answer = $2::jsonb, why = 'resolved', same_as = null, revision = revision + 1,
        version = version + 1, state = 'pending', level = 0, votes = '[]', decision_kind = null, decided_by = null,
        decided_at = null, reason = null, withdrawn_by = null, withdrawn_at = null, due_step = 'offer', due_at = ${atOnce},
        lease_until = null
      where id = $1 and state not in ('approved', 'corrected')
        and answer ->> 'text' is distinct from $2::jsonb ->> 'text'
      returning *
    ), audited as (${auditInsert(3, "proposed", "proposed.id")})
    ${told("proposed")}`,
};

export const openIn: Statement = {
  name: "approval_open_in",
  text: `
    ${told("approvals")}
    where a.tenant_id = app_tenant() and ${isOpen("a")} and a.same_as is null
      and a.department_id is not distinct from $1::uuid
    order by a.created_at, a.id limit $2`,
};

export const following: Statement = {
  name: "approval_following",
  text: `
    ${told("approvals")} where a.tenant_id = app_tenant() and a.same_as = $1 order by a.created_at, a.id`,
};

const followers = `(
  select * from decided
  union all
  select * from approvals f
  where f.tenant_id = app_tenant() and f.same_as = $1 and not exists (select from decided d where d.id = f.id))`;

/**
 * Whoever follows an approval that is decided is decided alike, and what was sent to them is taken back with it. Those
 * that changed already are only told.
 */
export const decideFollowing: Statement = {
  name: "approval_decide_following",
  text: `
    with decided_one as (
      select * from approvals where id = $1 for no key update
    ), decided as (
      update approvals a set state = l.state, answer = l.answer, revision = a.revision + 1, version = a.version + 1,
        decision_kind = l.decision_kind, decided_by = l.decided_by, decided_at = l.decided_at, reason = l.reason,
        withdrawn_by = l.withdrawn_by, withdrawn_at = l.withdrawn_at, due_step = null, due_at = null, lease_until = null
      from decided_one l
      where a.tenant_id = app_tenant() and a.same_as = $1 and not ${isOpen("l")} and a.state <> l.state
      returning a.*
    )
    ${told(followers)}
    order by a.created_at, a.id`,
};

/**
 * The row's lock comes first: whoever waited for it reads the row as the one before left it, with the votes. $3 is the
 * kind, $4 the wording that it is about, $7 how many must agree. A person's second vote for one wording changes nothing.
 */
export const vote: Statement = {
  name: "approval_vote",
  text: `
    with held as (
      select * from approvals where id = $1 for no key update
    ), own as (
      select jsonb_build_object('userId', $2::uuid) as vote
    ), said as (
      select h.id, case $3::text
          when 'approved' then h.votes || (own.vote || jsonb_build_object('at', now()))
          when 'edited' then jsonb_build_array(own.vote || jsonb_build_object('at', now()))
          when 'corrected' then jsonb_build_array(own.vote || jsonb_build_object('at', now()))
          else h.votes end as votes
      from held h, own
      where ${isOpen("h")} and h.revision = $4
        and not ($3::text = 'approved' and h.votes @> jsonb_build_array(own.vote))
    ), counted as (
      select *, $3::text not in ('approved', 'edited', 'corrected') or jsonb_array_length(votes) >= $7::integer as decides from said
    ), voted as (
      update approvals a set votes = c.votes, version = a.version + 1,
        answer = coalesce($5::jsonb, a.answer),
        revision = a.revision + case when $5::jsonb is null then 0 else 1 end,
        state = case when not c.decides then a.state when $3::text = 'edited' then 'approved' else $3::text end,
        decision_kind = case when c.decides then $3::text end,
        decided_by = case when c.decides then $2::uuid end,
        decided_at = case when c.decides then ${atOnce} end,
        reason = case when c.decides then $6::text end,
        due_step = case when c.decides then 'carry_out' else a.due_step end,
        due_at = case when c.decides then ${atOnce} else a.due_at end,
        lease_until = case when c.decides then null else a.lease_until end
      from counted c where a.id = $1
      returning a.*, case when c.decides then 'decided' else 'counted' end as outcome
    ), audited as (
      ${auditInsert(8, "voted", "voted.id")}
      where a."event" <> 'approval.decided' or voted.outcome = 'decided'
    ), result as (
      select * from voted
      union all
      select h.*, case when ${isOpen("h")} and h.revision = $4 then 'counted' else 'late' end
      from held h where not exists (select from voted)
    )
    ${told("result", ", a.outcome")}`,
};

/** That it is pending is asked in words that the index of those that are open does not serve. */
export const escalate: Statement = {
  name: "approval_escalate",
  text: `
    with escalated as (
      update approvals set state = 'escalated', version = version + 1, escalated_at = now(), due_step = 'carry_out',
        due_at = ${atOnce}, lease_until = null
      where id = $1 and coalesce(state, '') = 'pending' returning *
    ), audited as (${auditInsert(2, "escalated", "escalated.id")})
    ${told("escalated")}`,
};

export const withdraw: Statement = {
  name: "approval_withdraw",
  text: `
    with withdrawn as (
      update approvals set state = 'withdrawn', version = version + 1, withdrawn_by = $2, withdrawn_at = now(),
        due_step = 'carry_out', due_at = ${atOnce}, lease_until = null
      where id = $1 and state in ('approved', 'corrected') returning *
    ), audited as (${auditInsert(3, "withdrawn", "withdrawn.id")})
    ${told("withdrawn")}`,
};

/**
 * By the later of both clocks: what was made due here just now is due for a process whose clock is behind. That it is
 * due is asked in words that no index of what is due serves: plans are made while that index is empty.
 */
export const takeDue: Statement = {
  name: "approval_take_due",
  text: `
    with taken as (
      update approvals set attempts = attempts + 1, lease_until = now() + $3 * interval '1 ms'
      where id = $1 and coalesce(due_at, 'infinity') <= greatest($2::timestamptz, now())
        and (lease_until is null or lease_until < now())
      returning *
    )
    ${told("taken", ", a.attempts")}`,
};

/** A decision ends the hold of whatever was due before it, and what is due then is left as it is. */
export const settleStep: Statement = {
  name: "approval_settle_step",
  text: `
    update approvals set due_step = $4, due_at = $5, level = $6, lease_until = null
    where id = $1 and attempts = $2 and due_step = $3 and lease_until is not null
    returning id`,
};

export const cards: Statement = {
  name: "approval_cards",
  text: `
    select user_id, channel, thread_key, address, delivery_id from approval_cards where approval_id = $1
    order by created_at, user_id, channel`,
};

export const cardShown: Statement = {
  name: "approval_card_shown",
  text: `
    insert into approval_cards (tenant_id, approval_id, user_id, channel, thread_key, address, delivery_id)
    values (app_tenant(), $1, $2, $3, $4, $5::jsonb - ${passing}, $6)
    on conflict (approval_id, user_id, channel) do update set
      thread_key = excluded.thread_key, address = excluded.address, delivery_id = excluded.delivery_id`,
};

export const replaceReply: Statement = {
  name: "approval_replace_reply",
  text: `
    update turns set reply = $2::jsonb,
      state = case $2::jsonb ->> 'kind' when 'answer' then 'answered' else 'not_found' end
    where id = $1 and state in ('waiting', 'answered', 'not_found')`,
};

/** $1 the person, $2 departments, $3 also those of no department. */
const concerns = `(a.department_id = any ($2::uuid[]) or ($3::boolean and a.department_id is null) or exists (
  select from approval_cards k where k.approval_id = a.id and k.user_id = $1::uuid))`;

export const waitingFor: Statement = {
  name: "approval_waiting_for",
  text: `
    ${told("approvals")}
    where a.tenant_id = app_tenant() and ${isOpen("a")} and a.same_as is null and ${concerns}
    order by a.created_at, a.id limit $4`,
};

export const decidedFor: Statement = {
  name: "approval_decided_for",
  text: `
    ${told("approvals")}
    where a.tenant_id = app_tenant() and a.decided_at is not null and a.same_as is null
      and a.decided_at < coalesce($5::timestamptz, 'infinity') and (a.decided_by = $1::uuid or ${concerns})
    order by a.decided_at desc, a.id desc limit $4`,
};

/** The turn's state stands for its asker's view: it follows the decision a moment later. */
export const changing: Statement = {
  name: "approval_changing",
  text: `
    with changing as (
      select * from approvals a where a.tenant_id = app_tenant() and ${isOpen("a")}
      union all
      select * from approvals d
      where d.tenant_id = app_tenant() and d.decided_at is not null
        and greatest(d.decided_at, d.withdrawn_at) > now() - interval '1 minute'
    )
    select c.id, c.turn_id, c.conversation_id, c.department_id, c.asked_by,
      concat_ws('.', c.version, c.level, c.due_step, t.state) as mark
    from changing c cross join lateral (select state from turns where id = c.turn_id limit 1) t`,
};

/** Drafts that were judged themselves: what was decided together with another's, or written anew, says nothing of one. */
export const labels: Statement = {
  name: "approval_labels",
  text: `
    select (confidence ->> 'value')::float8 as confidence,
      state = 'approved' and decision_kind = 'approved' and revision = 1 as approved
    from approvals
    where tenant_id = app_tenant() and department_id = $1 and decided_at is not null and drafted is not null
      and same_as is null and review_of is null
    order by decided_at desc, id desc limit $2`,
};
