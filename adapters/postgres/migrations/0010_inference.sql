-- Up Migration

-- What a company, its departments and its people may ask of models; null: without limit.
create table budgets (
  tenant_id uuid not null references tenants (id),
  scope text not null check (scope in ('tenant', 'department', 'person')),
  department_id uuid references departments (id),
  -- A person's; null: each person's who has none of their own.
  user_id uuid references users (id),
  requests_per_minute bigint check (requests_per_minute >= 0),
  requests_per_day bigint check (requests_per_day >= 0),
  tokens_per_minute bigint check (tokens_per_minute >= 0),
  tokens_per_day bigint check (tokens_per_day >= 0),
  updated_at timestamptz not null default now(),
  unique nulls not distinct (tenant_id, scope, department_id, user_id),
  check ((scope = 'department') = (department_id is not null)),
  check (scope = 'person' or user_id is null)
);
call isolate_by_tenant('budgets');
grant select, insert, update, delete on budgets to expert_app;

-- What was spent, and put aside, in each minute and day of the company, department or person: `subject` is its id.
-- No index names a counter, so that counting rewrites no index.
create table budget_windows (
  tenant_id uuid not null references tenants (id),
  scope text not null,
  subject uuid not null,
  span text not null check (span in ('minute', 'day')),
  begins_at timestamptz not null,
  ends_at timestamptz not null,
  requests bigint not null default 0,
  tokens bigint not null default 0,
  primary key (tenant_id, scope, subject, span, begins_at)
) with (fillfactor = 50);
call isolate_by_tenant('budget_windows');
grant select, insert, update, delete on budget_windows to expert_app;
create index budget_windows_over on budget_windows (tenant_id, ends_at);

-- Calls of models that are over, added up by the company's days. Who asked may be gone since.
create table usage_by_day (
  tenant_id uuid not null references tenants (id),
  day date not null,
  department_id uuid,
  user_id uuid,
  model text not null,
  kind text not null check (kind in ('chat', 'embedding')),
  urgency text not null check (urgency in ('interactive', 'batch')),
  counted boolean not null,
  requests bigint not null default 0,
  refused bigint not null default 0,
  prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0,
  unique nulls not distinct (tenant_id, day, department_id, user_id, model, kind, urgency, counted)
);
call isolate_by_tenant('usage_by_day');
grant select, insert, update on usage_by_day to expert_app;

-- What was added up in the last day, so that what is told twice counts once.
create table usage_records (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  recorded_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
call isolate_by_tenant('usage_records');
grant select, insert, update, delete on usage_records to expert_app;
create index usage_records_old on usage_records (tenant_id, recorded_at);

-- The company's time zone; UTC where it names none, or none that exists.
create function company_time_zone() returns text stable language plpgsql as $$
declare
  zone text;
begin
  select settings ->> 'timeZone' into zone from companies where tenant_id = app_tenant();
  perform now() at time zone zone;
  return coalesce(zone, 'UTC');
exception when invalid_parameter_value then
  return 'UTC';
end $$;

-- The windows in which somebody's calls count at a moment, of the budgets that hold for them: a department's, their own or
-- each person's, and the company's. A day is the company's own.
create function budget_windows_of(department uuid, person uuid, moment timestamptz)
returns table (
  scope text, subject uuid, span text, begins_at timestamptz, ends_at timestamptz, most_requests bigint, most_tokens bigint)
stable language plpgsql as $$
#variable_conflict use_column
declare
  zone text;
  minute constant timestamptz := date_trunc('minute', moment);
  today timestamptz;
  tomorrow timestamptz;
begin
  if not exists (select from budgets where tenant_id = app_tenant()) then
    return;
  end if;
  zone := company_time_zone();
  today := date_trunc('day', moment, zone);
  tomorrow := (date_trunc('day', moment at time zone zone) + interval '1 day') at time zone zone;
  return query
    select b.scope, coalesce(b.department_id, case b.scope when 'person' then person end, b.tenant_id),
      w.span, w.begins_at, w.ends_at, w.most_requests, w.most_tokens
    from (
      select distinct on (scope) * from budgets
      where tenant_id = app_tenant() and (scope = 'tenant' or department_id = department
        or (scope = 'person' and person is not null and (user_id is null or user_id = person)))
      order by scope, user_id nulls last
    ) b
    cross join lateral (values
      ('minute', minute, minute + interval '1 minute', b.requests_per_minute, b.tokens_per_minute),
      ('day', today, tomorrow, b.requests_per_day, b.tokens_per_day)
    ) as w (span, begins_at, ends_at, most_requests, most_tokens)
    where w.most_requests is not null or w.most_tokens is not null;
end $$;

-- Every limit that holds for somebody, and what is left of it.
create function budget_standings(department uuid, person uuid, moment timestamptz)
returns table (scope text, metric text, span text, most bigint, remaining bigint, resets_at timestamptz)
stable language sql as $$
  select w.scope, m.metric, w.span, m.most, greatest(0, m.most - coalesce(m.spent, 0)), w.ends_at
  from budget_windows_of(department, person, moment) w
  left join budget_windows s on s.tenant_id = app_tenant() and s.scope = w.scope and s.subject = w.subject
    and s.span = w.span and s.begins_at = w.begins_at
  cross join lateral (values
    ('requests', w.most_requests, s.requests), ('tokens', w.most_tokens, s.tokens)
  ) as m (metric, most, spent)
  where m.most is not null
$$;

-- Puts requests (0 or 1) and tokens aside in every window that counts, or in none: then the limit that stands in the way
-- the longest. Whoever counts locks the same rows in the same order, so that none waits for the other in a circle.
create function reserve_budget(department uuid, person uuid, more_requests bigint, more_tokens bigint, moment timestamptz)
returns table (scope text, metric text, span text, most bigint, remaining bigint, resets_at timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare
  begun boolean;
begin
  -- What is exhausted already is refused without a lock, however many ask.
  return query
    select * from budget_standings(department, person, moment) s
    where s.remaining < case s.metric when 'requests' then more_requests else more_tokens end
    order by s.resets_at desc, s.remaining::numeric / greatest(s.most, 1) limit 1;
  if found then
    return;
  end if;
  with counted as (
    insert into budget_windows as w (tenant_id, scope, subject, span, begins_at, ends_at, requests, tokens)
    select app_tenant(), o.scope, o.subject, o.span, o.begins_at, o.ends_at, more_requests, more_tokens
    from budget_windows_of(department, person, moment) o
    order by o.scope, o.subject, o.span, o.begins_at
    on conflict (tenant_id, scope, subject, span, begins_at) do update
      set requests = w.requests + excluded.requests, tokens = w.tokens + excluded.tokens
    returning w.requests, w.tokens
  ) select coalesce(bool_or(c.requests = more_requests and c.tokens = more_tokens), false) into begun from counted c;
  -- Others may have counted in between: the rows are this transaction's until its end.
  return query
    select s.scope, s.metric, s.span, s.most,
      greatest(0, s.most - s.spent + s.more), s.resets_at
    from (
      select w.scope, m.metric, w.span, m.most, m.spent, m.more, w.ends_at as resets_at
      from budget_windows_of(department, person, moment) w
      join budget_windows c on c.tenant_id = app_tenant() and c.scope = w.scope and c.subject = w.subject
        and c.span = w.span and c.begins_at = w.begins_at
      cross join lateral (values
        ('requests', w.most_requests, c.requests, more_requests), ('tokens', w.most_tokens, c.tokens, more_tokens)
      ) as m (metric, most, spent, more)
      where m.spent > m.most and m.more > 0
    ) s
    order by s.resets_at desc, (s.most - s.spent)::numeric / greatest(s.most, 1) limit 1;
  if found then
    perform add_to_windows(department, person, -more_requests, -more_tokens, moment);
  elsif begun then
    -- Windows go as new ones come. What another holds is left to the next.
    delete from budget_windows d using (
      select o.tenant_id, o.scope, o.subject, o.span, o.begins_at from budget_windows o
      where o.tenant_id = app_tenant() and o.ends_at < moment - interval '1 hour'
      order by o.ends_at limit 20 for update skip locked) o
    where d.tenant_id = o.tenant_id and d.scope = o.scope and d.subject = o.subject and d.span = o.span
      and d.begins_at = o.begins_at;
  end if;
end $$;

-- Adds to what somebody has spent in the windows of a moment that count now, as far as they are counted: what was put aside
-- while a limit was lifted is not taken from what was spent before. Never below nothing.
create function add_to_windows(department uuid, person uuid, more_requests bigint, more_tokens bigint, moment timestamptz)
returns void language plpgsql as $$
begin
  with held as (
    select w.scope, w.subject, w.span, w.begins_at
    from budget_windows_of(department, person, moment) o
    join budget_windows w on w.tenant_id = app_tenant() and w.scope = o.scope and w.subject = o.subject
      and w.span = o.span and w.begins_at = o.begins_at
    order by w.scope, w.subject, w.span, w.begins_at for update of w
  )
  update budget_windows w
  set requests = greatest(0, w.requests + more_requests), tokens = greatest(0, w.tokens + more_tokens)
  from held h
  where w.tenant_id = app_tenant() and w.scope = h.scope and w.subject = h.subject and w.span = h.span
    and w.begins_at = h.begins_at;
end $$;

-- Adds up calls that are over, each of an id once.
create function record_usage(calls jsonb) returns void language plpgsql as $$
#variable_conflict use_column
declare
  zone constant text := company_time_zone();
begin
  with told as (
    select distinct on (r."id") r.* from jsonb_to_recordset(calls) as r (
      "id" uuid, "at" timestamptz, "departmentId" uuid, "userId" uuid, "urgency" text, "kind" text, "model" text,
      "outcome" text, "promptTokens" bigint, "completionTokens" bigint, "counted" boolean)
    order by r."id"
  ), fresh as (
    insert into usage_records (tenant_id, id) select app_tenant(), t."id" from told t
    on conflict do nothing returning id
  )
  insert into usage_by_day as u (tenant_id, day, department_id, user_id, model, kind, urgency, counted,
    requests, refused, prompt_tokens, completion_tokens)
  select app_tenant(), (t."at" at time zone zone)::date, t."departmentId", t."userId", t."model", t."kind", t."urgency",
    t."counted", count(*) filter (where t."kind" = 'chat'),
    count(*) filter (where t."kind" = 'chat' and t."outcome" = 'refused'),
    sum(t."promptTokens"), sum(t."completionTokens")
  from told t join fresh f on f.id = t."id"
  group by 2, 3, 4, 5, 6, 7, 8
  order by 2, 3, 4, 5, 6, 7, 8
  on conflict (tenant_id, day, department_id, user_id, model, kind, urgency, counted) do update
    set requests = u.requests + excluded.requests, refused = u.refused + excluded.refused,
      prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
      completion_tokens = u.completion_tokens + excluded.completion_tokens;
  delete from usage_records d using (
    select o.id from usage_records o
    where o.tenant_id = app_tenant() and o.recorded_at < now() - interval '1 day'
    order by o.recorded_at limit 1000 for update skip locked) o
  where d.tenant_id = app_tenant() and d.id = o.id;
end $$;
