-- Up Migration
do $$ begin
  create role expert_app nologin nosuperuser nobypassrls;
exception when duplicate_object or unique_violation then null;
end $$;

revoke create on schema public from public;
grant usage on schema public to expert_app;

-- The tenant of the current transaction; null, and therefore no row, where none was set.
create function app_tenant() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;

-- Puts a table with a tenant_id under the one policy of this database.
create procedure isolate_by_tenant(target regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy tenant_isolation on %s using (tenant_id = app_tenant()) with check (tenant_id = app_tenant())',
    target);
end $$;

-- The registry: which tenants there are, and nothing about them.
create table tenants (
  id uuid primary key,
  slug text not null unique,
  active boolean not null default true,
  created_at timestamptz not null default now()
);
grant select on tenants to expert_app;

create table companies (
  tenant_id uuid primary key references tenants (id),
  name text not null,
  settings jsonb not null default '{}',
  updated_at timestamptz not null default now()
);
call isolate_by_tenant('companies');
grant select, insert, update on companies to expert_app;

create table departments (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  slug text not null,
  name_en text not null,
  name_th text not null,
  description_en text not null default '',
  description_th text not null default '',
  icon text not null default 'building',
  example_questions text[] not null default '{}',
  audience text not null default 'everyone' check (audience in ('everyone', 'members')),
  instructions text,
  created_at timestamptz not null default now(),
  unique (tenant_id, slug)
);
call isolate_by_tenant('departments');
grant select, insert, update on departments to expert_app;

create table users (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  email text not null,
  display_name text not null,
  roles text[] not null,
  active boolean not null default true,
  local_account boolean not null default false,
  -- Signing out ends every session that began before; to the millisecond, as the sessions tell it.
  sessions_valid_after timestamptz(3),
  created_at timestamptz not null default now(),
  unique (tenant_id, email)
);
call isolate_by_tenant('users');
grant select, insert, update on users to expert_app;

create table department_members (
  tenant_id uuid not null references tenants (id),
  department_id uuid not null references departments (id),
  user_id uuid not null references users (id),
  role text not null default 'member' check (role in ('member', 'lead')),
  primary key (department_id, user_id)
);
call isolate_by_tenant('department_members');
grant select, insert, update, delete on department_members to expert_app;
create index department_members_by_user on department_members (tenant_id, user_id);
