-- Up Migration

-- Conversations that the bot was added to, and how it reaches them unasked.
create table conversation_references (
  tenant_id uuid not null references tenants (id),
  channel text not null,
  -- The platform's id: of a workspace, or of a Microsoft tenant.
  workspace_id text not null,
  kind text not null check (kind in ('person', 'chat', 'team', 'channel')),
  external_id text not null,
  -- Of a channel: its team.
  team_id text,
  name text,
  address jsonb not null,
  -- When the platform told of it: news come late and in any order.
  told_at timestamptz not null,
  -- Null until the people there were welcomed; held while one process does it.
  welcomed_at timestamptz,
  welcoming_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, channel, workspace_id, kind, external_id)
);
call isolate_by_tenant('conversation_references');
grant select, insert, update, delete on conversation_references to expert_app;
create index conversation_references_by_team on conversation_references (tenant_id, channel, workspace_id, team_id)
  where team_id is not null;

-- Where the parts of a message stand that is not posted whole yet, by their number from 0.
alter table outbox add column placed jsonb not null default '{}';

-- Which message a verdict is about, by the name that its channel gave it.
create index outbox_by_activity on outbox (tenant_id, (message_ref ->> 'activityId'))
  where message_ref ->> 'activityId' is not null;
