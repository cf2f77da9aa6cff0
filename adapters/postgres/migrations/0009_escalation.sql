-- Up Migration

-- As the department's file or the console wrote it; null: nothing escalates.
alter table departments add column escalation_policy jsonb;

alter table users drop constraint users_approval_channel_check;
alter table users add constraint users_approval_channel_check
  check (approval_channel in ('web', 'slack', 'teams', 'mail'));

alter table approvals drop constraint approvals_why_check;
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
  last_error text,
  -- To the millisecond: the console pages by it. A redelivery begins anew.
  created_at timestamptz(3) not null default now(),
  begun_at timestamptz not null default now(),
  done_at timestamptz
);
call isolate_by_tenant('dispatches');
grant select, insert, update on dispatches to expert_app;
create index dispatches_pending on dispatches (tenant_id, subject, position) where state = 'pending';
create index dispatches_due on dispatches (tenant_id, next_attempt_at) where state = 'pending';
create index dispatches_dead on dispatches (tenant_id, created_at desc) where state = 'dead';
create index dispatches_by_link on dispatches (tenant_id, (body ->> 'linkId')) where state = 'pending';

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
      (select tenant, 'dispatch', null::uuid, d.subject, d.next_attempt_at from dispatches d
        join connections c on c.id = d.connection_id
        where d.tenant_id = tenant and d.state = 'pending'
          and d.next_attempt_at < now() - case
            when d.attempts = 0 and d.next_attempt_at <= d.created_at then idle_for else interval '0' end
          and coalesce(d.lease_until, d.created_at) < now()
          and c.state = 'active' and coalesce(c.open_until, d.created_at) < now()
          -- What stands behind another of its subject waits for that one.
          and not exists (select from dispatches before where before.tenant_id = tenant and before.subject = d.subject
            and before.state = 'pending' and before.position < d.position)
        order by d.next_attempt_at limit at_most)
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
