-- Up Migration
create table knowledge_versions (
  tenant_id uuid primary key references tenants (id),
  version bigint not null default 0
);
call isolate_by_tenant('knowledge_versions');
grant select, insert, update on knowledge_versions to expert_app;

-- The next version of the tenant's knowledge. Its row stays locked until the commit, so versions appear in order.
create function next_knowledge_version() returns bigint language sql as $$
  insert into knowledge_versions (tenant_id, version) values (app_tenant(), 1)
  on conflict (tenant_id) do update set version = knowledge_versions.version + 1
  returning version
$$;

create function knowledge_versions_of(wanted uuid[]) returns table (tenant uuid, current_version bigint)
language plpgsql as $$
declare
  one uuid;
begin
  foreach one in array wanted loop
    perform set_config('app.tenant_id', one::text, true);
    return query select v.tenant_id, v.version from knowledge_versions v where v.tenant_id = one;
  end loop;
end $$;

-- The stricter of two labels.
create function stricter_label(one text, other text) returns text language sql immutable as $$
  select case when array_position(array['public', 'confidential', 'restricted'], one)
    >= array_position(array['public', 'confidential', 'restricted'], other) then one else other end
$$;

-- Whom both lists admit; null admits everyone.
create function common_readers(one text[], other text[]) returns text[] language sql immutable as $$
  select case when one is null then other when other is null then one
    else array(select unnest(one) intersect select unnest(other)) end
$$;

create table documents (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  department_id uuid not null references departments (id),
  name text not null,
  title text not null,
  media_type text not null,
  size_bytes bigint not null,
  content_hash text not null,
  sensitivity text not null check (sensitivity in ('public', 'confidential', 'restricted')),
  -- Null: everyone who may read the department up to the label. A list: of those, only these.
  readers text[],
  readers_limited boolean not null generated always as (readers is not null) stored,
  state text not null check (state in ('pending', 'processing', 'ready', 'failed')),
  failure jsonb,
  warnings text[] not null default '{}',
  -- Counts uploads; published_revision is the one whose passages are served, 0 while there is none.
  revision integer not null default 1,
  published_revision integer not null default 0,
  -- The content whose passages are served.
  published_hash text,
  -- What the revision under way brings once it is published; next_sensitivity is null where it brings nothing new.
  next_sensitivity text check (next_sensitivity in ('public', 'confidential', 'restricted')),
  next_readers text[],
  next_uploaded_by uuid references users (id),
  knowledge_version bigint not null default 0,
  passage_count integer not null default 0,
  lease_until timestamptz,
  attempts integer not null default 0,
  uploaded_by uuid references users (id),
  -- To the millisecond, as the console reads them: it pages by them.
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (tenant_id, department_id, name)
);
call isolate_by_tenant('documents');
grant select, insert, update, delete on documents to expert_app;
create index documents_by_version on documents (tenant_id, knowledge_version) where knowledge_version > 0;
create index documents_unfinished on documents (tenant_id, lease_until) where state in ('pending', 'processing');
create index documents_by_content on documents (tenant_id, content_hash);

create table passages (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  document_id uuid not null references documents (id) on delete cascade,
  revision integer not null,
  position integer not null,
  heading_path text[] not null,
  page integer,
  content text not null,
  token_count integer not null,
  -- Little-endian 32-bit floats, unit length.
  embedding bytea,
  embedding_model text,
  unique (document_id, revision, position)
);
call isolate_by_tenant('passages');
grant select, insert, update, delete on passages to expert_app;

create table knowledge_removals (
  tenant_id uuid not null references tenants (id),
  document_id uuid not null,
  version bigint not null,
  removed_at timestamptz not null default now(),
  primary key (tenant_id, version)
);
call isolate_by_tenant('knowledge_removals');
grant select, insert on knowledge_removals to expert_app;
