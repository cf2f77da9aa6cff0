-- Up Migration

-- Which workspace belongs to which tenant, and the sealed tokens that speak for the bot there.
create table installations (
  tenant_id uuid not null references tenants (id),
  channel text not null,
  -- The platform's id: of a workspace, or of an organisation where the app was installed in all of its workspaces.
  workspace_id text not null,
  workspace_name text not null,
  organisation_id text,
  organisation_wide boolean not null default false,
  app_id text,
  bot_user_id text not null,
  scopes text[] not null default '{}',
  -- Encrypted by the application; null once they were revoked.
  sealed_tokens text,
  tokens_expire_at timestamptz,
  -- Held while one process exchanges the refresh token, which works once.
  refreshing_until timestamptz,
  state text not null default 'active' check (state in ('active', 'revoked', 'uninstalled')),
  installed_by uuid references users (id),
  installed_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Over all tenants: a workspace belongs to one.
  primary key (channel, workspace_id)
);
call isolate_by_tenant('installations');
grant select, insert, update, delete on installations to expert_app;
create index installations_by_organisation on installations (channel, organisation_id) where organisation_id is not null;

-- An event names its workspace before its tenant is known: whoever names the workspace may read that one row, and
-- whoever names an organisation the rows of its workspaces.
create policy found_by_workspace on installations for select
  using (nullif(current_setting('app.workspace', true), '')
    in (channel || ':' || workspace_id, channel || ':' || organisation_id));

-- Whose workspace it is; null where the bot was never installed there.
create function tenant_of_workspace(named_channel text, named_workspace text) returns uuid language plpgsql as $$
begin
  perform set_config('app.workspace', named_channel || ':' || named_workspace, true);
  return (select tenant_id from installations where channel = named_channel and workspace_id = named_workspace);
end $$;

-- Whether another tenant has the workspace, the organisation that it is in, or a workspace of the organisation that it
-- is. Two tenants who take parts of one organisation at once follow each other.
create function workspace_taken(named_channel text, named_workspace text, named_organisation text) returns boolean
language plpgsql as $$
declare
  place text;
  taken boolean := false;
begin
  perform pg_advisory_xact_lock(hashtextextended(
    'installation ' || named_channel || ' ' || coalesce(named_organisation, named_workspace), 0));
  foreach place in array array[named_workspace, coalesce(named_organisation, named_workspace)] loop
    perform set_config('app.workspace', named_channel || ':' || place, true);
    taken := taken or exists (
      select from installations
      where channel = named_channel and tenant_id <> app_tenant()
        and (workspace_id = place or organisation_id = named_workspace));
  end loop;
  perform set_config('app.workspace', '', true);
  return taken;
end $$;

-- Who a platform's user is here. Matched once, and by id ever after.
create table channel_identities (
  tenant_id uuid not null references tenants (id),
  channel text not null,
  workspace_id text not null,
  external_id text not null,
  user_id uuid not null references users (id),
  matched_by text not null check (matched_by in ('email', 'guest')),
  -- When a guest was last looked up among the tenant's people.
  checked_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  primary key (tenant_id, channel, workspace_id, external_id)
);
call isolate_by_tenant('channel_identities');
grant select, insert, update on channel_identities to expert_app;
create index channel_identities_by_user on channel_identities (tenant_id, user_id);

-- Whom the department answers: guests are people of the platform whom the tenant does not know.
alter table departments add column guests boolean not null default false;
-- Whether an answer that only its asker saw may be shown to everyone in the channel.
alter table departments add column shareable boolean not null default false;

-- A row begins as an event in its channel's words, or at once as a question. An event becomes a question with the
-- person and the payload; any other is settled by taken_at alone.
alter table inbox alter column user_id drop not null;
alter table inbox alter column payload drop not null;
alter table inbox add column event jsonb;
alter table inbox add column lease_until timestamptz;
alter table inbox add column attempts integer not null default 0;
-- Attempts that ended since the platform wanted a pause: they do not bring the last one nearer.
alter table inbox add column pauses integer not null default 0;
alter table inbox add constraint inbox_asks_or_tells check (event is not null or (user_id is not null and payload is not null));
-- An event is taken, then accepted or settled, and as a question taken again: room for it beside the row.
alter table inbox set (fillfactor = 70);
create index inbox_unhandled on inbox (tenant_id, received_at) where taken_at is null and payload is null;

-- A thread of several people, who each ask in their own name.
alter table conversations add column shared boolean not null default false;
-- The person who has taken the thread over; the bot is silent in it meanwhile.
alter table conversations add column held_by uuid;
alter table conversations add column held_since timestamptz;

-- What everyone who sees the answer may read; null where the asker alone sees it.
alter table turns add column place_scope jsonb;
-- The channel's own names of the person and message to answer.
alter table turns add column address jsonb not null default '{}';
-- The channel's own names of the messages that show the turn's progress.
alter table turns add column shown jsonb not null default '[]';
create index turns_by_person on turns (tenant_id, user_id) where finished_at is null;

alter table outbox add column address jsonb not null default '{}';
alter table outbox drop constraint outbox_state_check;
-- withheld: a human had taken the thread over.
alter table outbox add constraint outbox_state_check check (state in ('pending', 'posted', 'dead', 'withheld'));

-- A person asked for a human.
create table handoffs (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  turn_id uuid not null references turns (id),
  conversation_id uuid not null references conversations (id),
  department_id uuid references departments (id),
  requested_by uuid not null references users (id),
  state text not null default 'open' check (state in ('open', 'taken', 'closed')),
  taken_by uuid references users (id),
  created_at timestamptz not null default now(),
  taken_at timestamptz,
  closed_at timestamptz
);
call isolate_by_tenant('handoffs');
grant select, insert, update on handoffs to expert_app;
create index handoffs_waiting on handoffs (tenant_id, department_id, created_at) where state = 'open';
-- One at a time of a question: after it was given back, a human may be asked again.
create unique index handoffs_unfinished on handoffs (tenant_id, turn_id) where state <> 'closed';

-- Files that came with a question, as the conversation's own knowledge.
create table attachments (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  -- The question's; its conversation may have no row yet.
  turn_id uuid not null,
  conversation_id uuid not null,
  -- Among the files of its question.
  position integer not null,
  name text not null,
  media_type text not null,
  size_bytes bigint not null,
  -- Where people open it, in the channel.
  link text,
  -- image: kept for a model that sees; unreadable: see failure.
  state text not null check (state in ('read', 'image', 'unreadable')),
  content_hash text,
  failure jsonb,
  created_at timestamptz not null default now(),
  unique (tenant_id, turn_id, position)
);
call isolate_by_tenant('attachments');
grant select, insert on attachments to expert_app;
create index attachments_by_conversation on attachments (tenant_id, conversation_id, created_at);
create index attachments_by_content on attachments (tenant_id, content_hash);

create table attachment_passages (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  attachment_id uuid not null references attachments (id) on delete cascade,
  position integer not null,
  heading_path text[] not null,
  page integer,
  content text not null,
  token_count integer not null,
  unique (attachment_id, position)
);
call isolate_by_tenant('attachment_passages');
grant select, insert on attachment_passages to expert_app;

-- Takes in events and questions of any tenants in one commit. A question gets the audit row that precedes its work
-- here, an event once it is known what it asks. What was taken in before keeps its first id.
create or replace function inbox_receive(events jsonb)
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
        "tenantId" uuid, "id" uuid, "channel" text, "eventId" text, "userId" uuid, "payload" jsonb, "body" jsonb,
        "requestHash" text)
      where e."tenantId" = tenant
    ), inserted as (
      insert into inbox (id, tenant_id, channel, event_id, user_id, payload, event)
      select i."id", tenant, i."channel", i."eventId", i."userId", i."payload", i."body" from incoming i
      order by i."channel", i."eventId"
      on conflict (tenant_id, channel, event_id) do nothing
      returning inbox.id
    ), audited as (
      insert into audit_events (tenant_id, event, status, user_id, resource_type, resource_id, request_hash, metadata)
      select tenant, 'chat.request', 'started', i."userId", 'turn', i."id", i."requestHash",
        jsonb_build_object('channel', i."channel")
      from incoming i join inserted n on n.id = i."id" where i."payload" is not null
    )
    select coalesce(array_agg(n.id), '{}') into new_ids from inserted n;
    -- A statement of its own: it sees what another process committed while the one before waited for it. Each row is
    -- looked up by itself: a join would read all that the tenant has ever received.
    return query
      select tenant, b.channel, b.event_id, b.id, (b.payload ->> 'conversationId')::uuid, b.payload ->> 'question',
        b.id = any (new_ids)
      from jsonb_to_recordset(events) as e ("tenantId" uuid, "channel" text, "eventId" text)
      cross join lateral (
        select * from inbox i
        where i.tenant_id = tenant and i.channel = e."channel" and i.event_id = e."eventId" limit 1) b
      where e."tenantId" = tenant;
  end loop;
end $$;

-- As before, and the events that nobody has handled.
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
    update installations set refreshing_until = null where tenant_id = tenant and refreshing_until is not null;
  end loop;
end $$;
