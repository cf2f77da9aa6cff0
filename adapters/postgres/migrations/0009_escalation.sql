-- Up Migration

-- As the department's file or the console wrote it; null: nothing escalates.
alter table departments add column escalation_policy jsonb;

-- When it last became `escalated`, whatever it is by now.
alter table approvals add column escalated_at timestamptz;
-- What a policy would have done with the last questions is looked up by these. Neither names a column that a step changes.
create index turns_in_order on turns (tenant_id, created_at);
create index handoffs_by_turn on handoffs (tenant_id, turn_id);

alter table users drop constraint users_approval_channel_check;
alter table users add constraint users_approval_channel_check
  check (approval_channel in ('web', 'slack', 'teams', 'mail'));

alter table approvals drop constraint approvals_why_check;
-- A correction is a review of what was learned from an answer that was sent, or would have been.
alter table approvals drop constraint approvals_review_of;
alter table approvals add constraint approvals_why_check check (why in
  ('low_confidence', 'policy_all', 'sensitive', 'nothing_found', 'review', 'resolved'));

-- Outside systems that a company uses.
create table connections (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  kind text not null check (kind in ('jira', 'pagerduty', 'servicenow', 'webhook')),
  name text not null,
  settings jsonb not null default '{}',
  sealed_secrets text,
  state text not null default 'active' check (state in ('active', 'off')),
  -- Failed calls in a row, and until when it is left alone.
  failures integer not null default 0,
  open_until timestamptz,
  last_error text,
  last_failed_at timestamptz,
  last_worked_at timestamptz,
  -- Where polling or relaying has come to.
  cursor text,
  created_by uuid references users (id),
  created_at timestamptz not null default now(),
  unique (tenant_id, name)
);
call isolate_by_tenant('connections');
grant select, insert, update on connections to expert_app;

-- A question that nobody has settled. One for each.
create table escalations (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  turn_id uuid not null references turns (id),
  conversation_id uuid not null references conversations (id),
  approval_id uuid references approvals (id),
  handoff_id uuid references handoffs (id),
  department_id uuid references departments (id),
  -- Whether everyone who reads the thread may know the company's people by name.
  named boolean not null,
  question text not null,
  label text not null check (label in ('public', 'confidential', 'restricted')),
  readers text[],
  -- [{trigger, at, by}], in their order.
  raised jsonb not null,
  severity text not null check (severity in ('info', 'warning', 'error', 'critical')),
  policy jsonb not null,
  state text not null default 'open' check (state in ('open', 'acknowledged', 'resolved')),
  version integer not null default 1,
  acknowledged_by text,
  acknowledged_at timestamptz,
  resolved_by text,
  resolved_at timestamptz,
  answer_wanted_from uuid references users (id),
  -- To the millisecond: the console pages by it.
  created_at timestamptz(3) not null default now(),
  unique (tenant_id, turn_id),
  check ((acknowledged_by is null) = (acknowledged_at is null)),
  check ((resolved_by is null) = (resolved_at is null))
);
call isolate_by_tenant('escalations');
grant select, insert, update on escalations to expert_app;
create index escalations_by_department on escalations (tenant_id, department_id, created_at desc);

-- What stands for it in an outside system.
create table escalation_links (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  escalation_id uuid not null references escalations (id),
  kind text not null check (kind in ('ticket', 'page')),
  connection_id uuid not null references connections (id),
  key text not null,
  external_id text,
  external_key text,
  url text,
  state text not null default 'pending' check (state in ('pending', 'open', 'acknowledged', 'resolved', 'failed')),
  status text,
  assignees jsonb not null default '[]',
  resolution text,
  changed_at timestamptz,
  made_at timestamptz,
  looked_at timestamptz,
  error text,
  unique (tenant_id, escalation_id, kind)
);
call isolate_by_tenant('escalation_links');
grant select, insert, update on escalation_links to expert_app;
create unique index escalation_links_by_key on escalation_links (tenant_id, connection_id, key);
create index escalation_links_by_external_id on escalation_links (tenant_id, connection_id, external_id)
  where external_id is not null;
create index escalation_links_open on escalation_links (tenant_id, connection_id, looked_at nulls first)
  where state in ('open', 'acknowledged');

-- Calls that are to be made to outside systems.
create table dispatches (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  connection_id uuid not null references connections (id),
  -- Those of one subject are done in the order of their positions.
  subject text not null,
  position bigint generated always as identity,
  body jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'done', 'dead')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  lease_until timestamptz,
  -- An attempt began to send then, and nobody knows what became of it.
  doubt_since timestamptz,
  -- As it was when the attempt began: what stands where that one surely did nothing.
  doubt_before timestamptz,
  last_error text,
  -- To the millisecond: the console pages by it. A redelivery begins anew.
  created_at timestamptz(3) not null default now(),
  begun_at timestamptz not null default now(),
  done_at timestamptz
);
call isolate_by_tenant('dispatches');
grant select, insert, update on dispatches to expert_app;
create index dispatches_pending on dispatches (tenant_id, subject, position) where state = 'pending';
create index dispatches_due on dispatches (tenant_id, connection_id, next_attempt_at) where state = 'pending';
create index dispatches_in_order on dispatches (tenant_id, created_at desc, id desc);
create index dispatches_dead on dispatches (tenant_id, created_at desc) where state = 'dead';
create index dispatches_by_link on dispatches (tenant_id, (body ->> 'linkId')) where state = 'pending';

-- Writes calls in their order, each of an id once; the ids of those that are new.
create function write_dispatches(calls jsonb) returns setof uuid language sql as $$
  insert into dispatches (id, tenant_id, connection_id, subject, body, next_attempt_at)
  select c."id", app_tenant(), c."connectionId", c."subject", c."body",
    coalesce(c."notBefore", date_trunc('milliseconds', now()))
  from (
    select r.*, row_number() over () as place
    from jsonb_to_recordset(calls) as r (
      "id" uuid, "connectionId" uuid, "subject" text, "body" jsonb, "notBefore" timestamptz)) c
  order by c.place
  on conflict (id) do nothing
  returning id
$$;

-- The next ones read what others have committed meanwhile: each of their statements sees more than the one that calls them.

-- Raises an escalation, or adds to that of the same question what it lacks. No id: there is no such question.
create function raise_escalation(wanted jsonb, calls jsonb, out id uuid, out fresh boolean, out changed boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  mildest_first constant text[] := '{info,warning,error,critical}';
  w record;
  e escalations;
  added uuid[];
  is_new boolean;
  is_severer boolean;
begin
  select * into w from jsonb_to_record(wanted) as r (
    "id" uuid, "turnId" uuid, "approvalId" uuid, "handoffId" uuid, "departmentId" uuid, "named" boolean,
    "question" text, "label" text, "readers" text[], "severity" text, "policy" jsonb, "raised" jsonb, "links" jsonb);
  insert into escalations (id, tenant_id, turn_id, conversation_id, approval_id, handoff_id, department_id, named,
    question, label, readers, raised, severity, policy)
  select w."id", t.tenant_id, t.id, t.conversation_id, w."approvalId", w."handoffId", w."departmentId", w."named",
    w."question", w."label", w."readers", jsonb_build_array(w."raised"), w."severity", w."policy"
  from turns t where t.id = w."turnId"
  on conflict (tenant_id, turn_id) do nothing;
  fresh := found;
  select * into e from escalations where tenant_id = app_tenant() and turn_id = w."turnId" for no key update;
  if not found then
    return;
  end if;
  id := e.id;
  with made as (
    insert into escalation_links (id, tenant_id, escalation_id, kind, connection_id, key)
    select l."id", app_tenant(), e.id, l."kind", l."connectionId", l."key"
    from jsonb_to_recordset(w."links") as l ("id" uuid, "kind" text, "connectionId" uuid, "key" text)
    on conflict (tenant_id, escalation_id, kind) do nothing
    returning id
  ) select coalesce(array_agg(made.id), '{}') into added from made;
  is_new := not e.raised @> jsonb_build_array(jsonb_build_object('trigger', w."raised" -> 'trigger'));
  is_severer := array_position(mildest_first, w."severity") > array_position(mildest_first, e.severity);
  changed := fresh or is_new or is_severer or cardinality(added) > 0;
  if not changed then
    return;
  end if;
  if not fresh then
    update escalations x set version = e.version + 1,
      approval_id = coalesce(e.approval_id, w."approvalId"),
      handoff_id = coalesce(e.handoff_id, w."handoffId"),
      named = e.named and w."named",
      label = stricter_label(e.label, w."label"), readers = common_readers(e.readers, w."readers"),
      severity = case when is_severer then w."severity" else e.severity end,
      policy = case when cardinality(added) > 0 then w."policy" else e.policy end,
      raised = case when is_new then e.raised || jsonb_build_array(w."raised") else e.raised end
    where x.id = e.id;
    if is_new and e.state = 'resolved' then
      perform put_escalation(e.id, 'open', null, null);
    end if;
  end if;
  perform write_dispatches((
    select coalesce(jsonb_agg(c.call order by c.place), '[]')
    from jsonb_array_elements(calls) with ordinality as c (call, place)
    cross join lateral (select (c.call -> 'body' ->> 'linkId')::uuid as link) l
    where l.link is null or l.link = any (added)
      -- What stands is never made twice.
      or (c.call -> 'body' ->> 'kind' <> 'ticket_create' and exists (
        select from escalation_links k where k.id = l.link and k.escalation_id = e.id))));
end $$;

-- Puts an escalation into another state: by whom, and since when. Its id, where it was not in this state before.
create function put_escalation(escalation uuid, into_state text, by_name text, since timestamptz)
returns setof uuid language sql as $$
  update escalations e set state = into_state, version = version + 1,
    acknowledged_by = case into_state
      when 'open' then null when 'acknowledged' then coalesce(e.acknowledged_by, by_name) else e.acknowledged_by end,
    acknowledged_at = case into_state
      when 'open' then null when 'acknowledged' then coalesce(e.acknowledged_at, since) else e.acknowledged_at end,
    resolved_by = case into_state when 'resolved' then by_name end,
    resolved_at = case into_state when 'resolved' then since end,
    -- Whoever resolves it again is asked again.
    answer_wanted_from = case when into_state = 'resolved' or e.state <> 'resolved' then e.answer_wanted_from end
  where e.id = escalation and e.state <> into_state
  returning e.id
$$;

-- Notes what a link's vendor calls it, or (failure) that it could not be made. No id: there is no such link, or it was made.
create function settle_escalation_link(link uuid, made jsonb, failure text, out id uuid, out changed boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  l escalation_links;
  filled escalation_links;
begin
  perform from escalations e where e.id = (select k.escalation_id from escalation_links k where k.id = link) for no key update;
  select * into l from escalation_links k where k.id = link;
  if not found or (failure is not null and l.state not in ('pending', 'failed')) then
    return;
  end if;
  id := l.escalation_id;
  changed := l.state in ('pending', 'failed') and failure is null;
  filled := l;
  if failure is null then
    filled.external_id := coalesce(l.external_id, made ->> 'externalId');
    filled.external_key := coalesce(l.external_key, made ->> 'externalKey');
    filled.url := coalesce(l.url, made ->> 'url');
    filled.made_at := coalesce(l.made_at, now());
    if changed then
      filled.state := 'open';
      filled.error := null;
    end if;
  else
    filled.state := 'failed';
    filled.error := failure;
  end if;
  if filled is distinct from l then
    update escalation_links k set external_id = filled.external_id, external_key = filled.external_key, url = filled.url,
      made_at = filled.made_at, state = filled.state, error = filled.error where k.id = link;
    update escalations e set version = version + 1 where e.id = l.escalation_id;
  end if;
end $$;

-- Takes in how a link stands at its vendor, and with it the escalation. Of what happened in one instant, the further state
-- is the later one. No id: it is older than what is known, or changes nothing that is shown. `before`: the link as it was.
create function change_escalation_link(link uuid, told jsonb, out id uuid, out before jsonb)
language plpgsql as $$
#variable_conflict use_column
declare
  furthest_last constant text[] := '{pending,failed,open,acknowledged,resolved}';
  happened constant timestamptz := told ->> 'at';
  e escalations;
  l escalation_links;
  next escalation_links;
  by_name text;
  in_hand boolean;
  unsettled boolean;
begin
  select * into e from escalations x
  where x.id = (select k.escalation_id from escalation_links k where k.id = link) for no key update;
  if not found then
    return;
  end if;
  select * into l from escalation_links k where k.id = link;
  if l.changed_at > happened or (l.changed_at = happened
    and array_position(furthest_last, told ->> 'state') < array_position(furthest_last, l.state)) then
    return;
  end if;
  next := l;
  next.external_id := coalesce(l.external_id, told ->> 'externalId');
  next.external_key := coalesce(told ->> 'externalKey', l.external_key);
  next.url := coalesce(told ->> 'url', l.url);
  next.state := told ->> 'state';
  next.status := told ->> 'status';
  next.assignees := told -> 'assignees';
  next.resolution := told ->> 'resolution';
  if next is not distinct from l then
    update escalation_links k set changed_at = happened where k.id = link;
    return;
  end if;
  id := e.id;
  before := to_jsonb(l);
  update escalation_links k set external_id = next.external_id, external_key = next.external_key, url = next.url,
    state = next.state, status = next.status, assignees = next.assignees, resolution = next.resolution,
    changed_at = happened, made_at = coalesce(l.made_at, now()), error = null
  where k.id = link;
  update escalations x set version = e.version + 1 where x.id = e.id;
  if next.state = l.state or (e.state = 'resolved' and l.state <> 'resolved') then
    return;
  end if;
  by_name := coalesce(told -> 'by' ->> 'name', (select c.name from connections c where c.id = l.connection_id));
  select coalesce(bool_or(k.state = 'acknowledged'), false), coalesce(bool_or(k.state <> 'resolved'), false)
  into in_hand, unsettled
  from escalation_links k where k.escalation_id = e.id and k.state <> 'failed';
  if next.state = 'resolved' then
    if not unsettled then
      perform put_escalation(e.id, 'resolved', by_name, happened);
    end if;
  elsif next.state = 'acknowledged' or (e.state = 'resolved' and in_hand) then
    if e.state <> 'acknowledged' then
      perform put_escalation(e.id, 'acknowledged', by_name, happened);
    end if;
  elsif e.state = 'resolved' or (e.state = 'acknowledged' and l.state = 'acknowledged' and not in_hand) then
    perform put_escalation(e.id, 'open', null, null);
  end if;
end $$;

-- As before, and calls to outside systems that are due and may be made.
create or replace function stale_work(idle_for interval, at_most integer)
returns table (tenant_id uuid, kind text, id uuid, detail text, since timestamptz) language plpgsql as $$
#variable_conflict use_column
declare
  tenant uuid;
begin
  for tenant in select t.id from tenants t where t.active loop
    perform set_config('app.tenant_id', tenant::text, true);
    return query
      (select tenant, 'event', i.id, null::text, i.received_at from inbox i
        where i.tenant_id = tenant and i.taken_at is null and i.payload is null
          and coalesce(i.lease_until, i.received_at + idle_for) < now()
        order by i.received_at limit at_most)
      union all
      (select tenant, 'turn', i.id, null::text, i.received_at from inbox i
        where i.tenant_id = tenant and i.taken_at is null and i.payload is not null
          and i.received_at < now() - idle_for
        order by i.received_at limit at_most)
      union all
      (select tenant, 'turn', t.id, null, t.created_at from turns t
        where t.tenant_id = tenant and t.finished_at is null and t.lease_until < now()
        order by t.created_at limit at_most)
      union all
      (select tenant, 'ingestion', d.id, d.revision::text, d.updated_at from documents d
        where d.tenant_id = tenant and d.state in ('pending', 'processing')
          and coalesce(d.lease_until, d.updated_at + 15 * idle_for) < now()
        order by d.updated_at limit at_most)
      union all
      -- A reminder or time-out says itself when it is due; what follows a decision has a worker on its way.
      (select tenant, 'approval', a.id, null::text, a.due_at from approvals a
        where a.tenant_id = tenant and a.due_at is not null
          and a.due_at < now() - case when a.due_step in ('offer', 'carry_out') then idle_for else interval '0' end
          and coalesce(a.lease_until, a.due_at) < now()
        order by a.due_at limit at_most)
      union all
      -- So many of each connection: one that is slow, and has many waiting, hides no other's.
      (select tenant, 'dispatch', null::uuid, w.subject, w.next_attempt_at from connections c
        cross join lateral (
          select d.subject, d.next_attempt_at from dispatches d
          where d.tenant_id = tenant and d.connection_id = c.id and d.state = 'pending'
            and d.next_attempt_at < now() - case
              when d.attempts = 0 and d.next_attempt_at <= d.created_at then idle_for else interval '0' end
            and coalesce(d.lease_until, d.created_at) < now() and coalesce(c.open_until, d.created_at) < now()
            -- What stands behind another of its subject waits for that one.
            and not exists (select from dispatches before where before.tenant_id = tenant and before.subject = d.subject
              and before.state = 'pending' and before.position < d.position)
          order by d.next_attempt_at limit at_most) w
        where c.tenant_id = tenant and c.state = 'active')
      union all
      (select tenant, 'delivery', null::uuid, o.thread_key, o.next_attempt_at from outbox o
        where o.tenant_id = tenant and o.state = 'pending'
          -- One that failed or was put off says itself when it is due.
          and o.next_attempt_at < now() - case
            when o.attempts = 0 and o.next_attempt_at <= o.created_at then idle_for else interval '0' end
          and coalesce(o.lease_until, o.created_at) < now()
          -- What stands behind a message of its thread waits for that one.
          and not exists (select from outbox before where before.tenant_id = tenant and before.thread_key = o.thread_key
            and before.state = 'pending' and before.position < o.position)
        order by o.next_attempt_at limit at_most);
  end loop;
end $$;

create or replace function release_holds() returns void language plpgsql as $$
declare
  tenant uuid;
begin
  for tenant in select id from tenants loop
    perform set_config('app.tenant_id', tenant::text, true);
    update inbox set lease_until = now() where tenant_id = tenant and taken_at is null and lease_until > now();
    update turns set lease_until = now()
      where tenant_id = tenant and finished_at is null;
    update documents set lease_until = now() where tenant_id = tenant and state in ('pending', 'processing');
    update outbox set lease_until = now() where tenant_id = tenant and state = 'pending' and lease_until > now();
    update dispatches set lease_until = now() where tenant_id = tenant and state = 'pending' and lease_until > now();
    update approvals set lease_until = now() where tenant_id = tenant and due_at is not null and lease_until > now();
    update installations set refreshing_until = null where tenant_id = tenant and refreshing_until is not null;
  end loop;
end $$;
