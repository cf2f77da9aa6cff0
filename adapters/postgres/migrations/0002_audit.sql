-- Up Migration

-- A restored backup counts its transactions from a lower number; a new epoch keeps the order of events.
create table audit_epochs (
  epoch integer primary key,
  started_at timestamptz not null default now()
);
insert into audit_epochs (epoch) values (1);
grant select on audit_epochs to expert_app;

create function audit_epoch() returns integer language sql stable as
  $$ select max(epoch) from audit_epochs $$;

create table audit_events (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null,
  -- The order of writing; the application cannot choose it.
  position bigint generated always as identity,
  -- A constant, since it is read for every event: a new epoch changes it.
  epoch integer not null default 1,
  transaction_id bigint not null default pg_current_xact_id()::text::bigint,
  event text not null,
  status text not null check (status in ('started', 'success', 'error', 'denied')),
  user_id uuid,
  resource_type text,
  resource_id uuid,
  model text,
  request_hash text,
  latency_ms integer,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp()
);
call isolate_by_tenant('audit_events');
grant select, insert on audit_events to expert_app;
create index audit_events_in_order on audit_events (tenant_id, epoch, transaction_id);
create index audit_events_by_position on audit_events (tenant_id, position);

-- One row seals the events of the transactions up to last_transaction_id that no earlier row sealed.
create table audit_seals (
  tenant_id uuid not null,
  number bigint not null,
  epoch integer not null,
  last_transaction_id bigint not null,
  event_count integer not null check (event_count > 0),
  previous_hash text not null,
  hash text not null,
  sealed_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, number)
);
call isolate_by_tenant('audit_seals');
grant select, insert on audit_seals to expert_app;

-- What is hashed of an event; the verifier reads the same text.
create function audit_event_text(e audit_events) returns text language sql stable as $$
  select jsonb_build_array(
    e.id, e.tenant_id, e.position, e.epoch, e.transaction_id, e.event, e.status, e.user_id, e.resource_type, e.resource_id,
    e.model, e.request_hash, e.latency_ms, e.metadata,
    to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text
$$;

-- The tenants with events that are not sealed yet.
create function audit_unsealed_tenants() returns setof uuid language plpgsql as $$
declare
  tenant uuid;
  last_seal audit_seals;
begin
  for tenant in select id from tenants order by id loop
    perform set_config('app.tenant_id', tenant::text, true);
    select * into last_seal from audit_seals s where s.tenant_id = tenant order by s.number desc limit 1;
    if exists (select from audit_events e where e.tenant_id = tenant
        and (e.epoch, e.transaction_id) > (coalesce(last_seal.epoch, 0), coalesce(last_seal.last_transaction_id, 0))) then
      return next tenant;
    end if;
  end loop;
end $$;

-- Seals the oldest events that a tenant has written since its last seal: whole transactions, until there are at_most
-- events or a single transaction brings more. Returns how many were sealed; fewer than at_most where none are left.
-- Only transactions older than every running one are taken, so none can appear later below a seal.
create function audit_seal(tenant uuid, at_most integer) returns integer language plpgsql as $$
declare
  horizon bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  current_epoch integer := audit_epoch();
  last_seal audit_seals;
  cut_epoch integer;
  cut_transaction bigint;
  batch record;
begin
  perform set_config('app.tenant_id', tenant::text, true);
  if not pg_try_advisory_xact_lock(hashtextextended('audit_seal:' || tenant, 0)) then
    return 0;
  end if;
  select * into last_seal from audit_seals s where s.tenant_id = tenant order by s.number desc limit 1;
  -- The transaction of the last event that fits in; every event where all of them do.
  select e.epoch, e.transaction_id into cut_epoch, cut_transaction
    from audit_events e
    where e.tenant_id = tenant
      and (e.epoch, e.transaction_id) > (coalesce(last_seal.epoch, 0), coalesce(last_seal.last_transaction_id, 0))
      and (e.epoch < current_epoch or e.transaction_id < horizon)
    order by e.epoch, e.transaction_id offset at_most - 1 limit 1;
  select count(*)::integer as events, max(e.epoch) as epoch,
    (array_agg(e.transaction_id order by e.epoch desc, e.transaction_id desc))[1] as last_transaction_id,
    string_agg(audit_event_text(e), e'\n' order by e.epoch, e.transaction_id, e.position) as content
    into batch
    from audit_events e
    where e.tenant_id = tenant
      and (e.epoch, e.transaction_id) > (coalesce(last_seal.epoch, 0), coalesce(last_seal.last_transaction_id, 0))
      and (e.epoch, e.transaction_id) <= (coalesce(cut_epoch, current_epoch), coalesce(cut_transaction, horizon - 1))
      and (e.epoch < current_epoch or e.transaction_id < horizon);
  if batch.events = 0 then
    return 0;
  end if;
  insert into audit_seals (tenant_id, number, epoch, last_transaction_id, event_count, previous_hash, hash)
  values (
    tenant, coalesce(last_seal.number, 0) + 1, batch.epoch, batch.last_transaction_id, batch.events,
    coalesce(last_seal.hash, ''),
    encode(sha256(convert_to(coalesce(last_seal.hash, '') || e'\n' || batch.content, 'UTF8')), 'hex'));
  return batch.events;
end $$;

-- Begins a new epoch where this cluster counts transactions from below those already recorded.
create function audit_begin_epoch_after_restore() returns void language plpgsql as $$
declare
  tenant uuid;
  highest bigint := 0;
begin
  for tenant in select id from tenants loop
    perform set_config('app.tenant_id', tenant::text, true);
    highest := greatest(highest, (select coalesce(max(e.transaction_id), 0) from audit_events e
      where e.tenant_id = tenant and e.epoch = audit_epoch()));
  end loop;
  if highest > pg_current_xact_id()::text::bigint then
    insert into audit_epochs (epoch) select audit_epoch() + 1;
    execute format('alter table audit_events alter column epoch set default %s', audit_epoch());
  end if;
end $$;
