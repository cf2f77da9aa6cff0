-- Up Migration

-- On the path of a question no key refers to the tenant, the person or the department: such a reference locks their one
-- row for every question, and they are never deleted, only switched off.
create table inbox (
  id uuid primary key,
  tenant_id uuid not null,
  channel text not null,
  event_id text not null,
  user_id uuid not null,
  payload jsonb not null,
  received_at timestamptz not null default now(),
  -- A stop that was asked for before a worker took it.
  cancel_requested boolean not null default false,
  -- Null until the worker has made a turn of it.
  taken_at timestamptz,
  unique (tenant_id, channel, event_id)
);
call isolate_by_tenant('inbox');
grant select, insert, update on inbox to expert_app;
create index inbox_waiting on inbox (tenant_id, user_id, received_at) where taken_at is null;

create table conversations (
  id uuid primary key,
  tenant_id uuid not null,
  user_id uuid not null,
  channel text not null,
  -- Where replies go: the channel's own name of the thread.
  thread_key text not null,
  department_id uuid,
  title text not null,
  -- Messages of the thread that are not posted yet; counted under the row's lock, which keeps their order.
  undelivered integer not null default 0,
  -- To the millisecond, as the console reads them: it pages by them.
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  deleted_at timestamptz,
  unique (tenant_id, channel, thread_key)
);
call isolate_by_tenant('conversations');
grant select, insert, update on conversations to expert_app;
create index conversations_by_person on conversations (tenant_id, user_id, updated_at desc) where deleted_at is null;

create table turns (
  id uuid primary key,
  tenant_id uuid not null,
  conversation_id uuid not null references conversations (id),
  user_id uuid not null,
  department_id uuid,
  question text not null,
  language text not null,
  state text not null check (state in
    ('received', 'routed', 'retrieved', 'drafted', 'checked', 'answered', 'not_found', 'failed', 'cancelled')),
  -- What the steps have worked out so far, so that any process can go on from here.
  work jsonb not null default '{}',
  reply jsonb,
  failure jsonb,
  cancel_requested boolean not null default false,
  attempts integer not null default 1,
  lease_until timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz
) with (fillfactor = 60);
call isolate_by_tenant('turns');
grant select, insert, update on turns to expert_app;
create index turns_by_conversation on turns (conversation_id, created_at);
-- Names no column that a step changes, so that a step rewrites no index.
create index turns_unfinished on turns (tenant_id) where finished_at is null;

create table feedback (
  tenant_id uuid not null references tenants (id),
  turn_id uuid not null references turns (id),
  user_id uuid not null references users (id),
  verdict text not null check (verdict in ('up', 'down')),
  reason text,
  updated_at timestamptz not null default now(),
  primary key (turn_id, user_id)
);
call isolate_by_tenant('feedback');
grant select, insert, update, delete on feedback to expert_app;

create table outbox (
  id uuid primary key,
  tenant_id uuid not null,
  channel text not null,
  thread_key text not null,
  -- Order within the thread.
  position bigint generated always as identity,
  turn_id uuid references turns (id),
  body jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'posted', 'dead')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  lease_until timestamptz,
  message_ref jsonb,
  last_error text,
  created_at timestamptz not null default now(),
  posted_at timestamptz
);
call isolate_by_tenant('outbox');
grant select, insert, update on outbox to expert_app;
create index outbox_pending on outbox (tenant_id, thread_key, position) where state = 'pending';

-- Takes in events of any tenants in one commit, with the audit row that precedes the work. An event that was taken in
-- before keeps its first id.
create function inbox_receive(events jsonb)
returns table (
  tenant_id uuid, channel text, event_id text, id uuid, conversation_id uuid, question text, fresh boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  tenant uuid;
  new_ids uuid[];
begin
  -- In one order everywhere, so that two processes that take in the same events never wait for each other in a circle.
  for tenant in select distinct (e ->> 'tenantId')::uuid from jsonb_array_elements(events) e order by 1 loop
    perform set_config('app.tenant_id', tenant::text, true);
    with incoming as (
      select * from jsonb_to_recordset(events) as e (
        "tenantId" uuid, "id" uuid, "channel" text, "eventId" text, "userId" uuid, "payload" jsonb, "requestHash" text)
      where e."tenantId" = tenant
    ), inserted as (
      insert into inbox (id, tenant_id, channel, event_id, user_id, payload)
      select i."id", tenant, i."channel", i."eventId", i."userId", i."payload" from incoming i
      order by i."channel", i."eventId"
      on conflict (tenant_id, channel, event_id) do nothing
      returning inbox.id
    ), audited as (
      insert into audit_events (tenant_id, event, status, user_id, resource_type, resource_id, request_hash, metadata)
      select tenant, 'chat.request', 'started', i."userId", 'turn', i."id", i."requestHash",
        jsonb_build_object('channel', i."channel")
      from incoming i join inserted n on n.id = i."id"
    )
    select coalesce(array_agg(n.id), '{}') into new_ids from inserted n;
    -- A statement of its own: it sees what another process committed while the one before waited for it.
    return query
      select tenant, b.channel, b.event_id, b.id, (b.payload ->> 'conversationId')::uuid, b.payload ->> 'question',
        b.id = any (new_ids)
      from inbox b
      where b.tenant_id = tenant and (b.channel, b.event_id) in (
        select e ->> 'channel', e ->> 'eventId' from jsonb_array_elements(events) e
        where (e ->> 'tenantId')::uuid = tenant);
  end loop;
end $$;

-- Work that nobody holds although its time has come, over all tenants: for the sweeper. A document may wait longer
-- than a question: its job survives in the queue.
create function stale_work(idle_for interval, at_most integer)
returns table (tenant_id uuid, kind text, id uuid, detail text, since timestamptz) language plpgsql as $$
#variable_conflict use_column
declare
  tenant uuid;
begin
  for tenant in select t.id from tenants t where t.active loop
    perform set_config('app.tenant_id', tenant::text, true);
    return query
      (select tenant, 'turn', i.id, null::text, i.received_at from inbox i
        where i.tenant_id = tenant and i.taken_at is null and i.received_at < now() - idle_for
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
      (select tenant, 'delivery', null::uuid, o.thread_key, o.next_attempt_at from outbox o
        where o.tenant_id = tenant and o.state = 'pending'
          -- One that failed says itself when it is due.
          and o.next_attempt_at < now() - case o.attempts when 0 then idle_for else interval '0' end
          and coalesce(o.lease_until, o.created_at) < now()
          -- What stands behind a message of its thread waits for that one.
          and not exists (select from outbox before where before.tenant_id = tenant and before.thread_key = o.thread_key
            and before.state = 'pending' and before.position < o.position)
        order by o.next_attempt_at limit at_most);
  end loop;
end $$;

-- Gives up every hold, where it is certain that no other process runs: what a crash interrupted goes on at once.
create function release_holds() returns void language plpgsql as $$
declare
  tenant uuid;
begin
  for tenant in select id from tenants loop
    perform set_config('app.tenant_id', tenant::text, true);
    update turns set lease_until = now()
      where tenant_id = tenant and finished_at is null;
    update documents set lease_until = now() where tenant_id = tenant and state in ('pending', 'processing');
    update outbox set lease_until = now() where tenant_id = tenant and state = 'pending' and lease_until > now();
  end loop;
end $$;
