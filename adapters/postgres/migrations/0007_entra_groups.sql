-- Up Migration

-- What groups of a directory give everyone in them: a place in a department, or a role in the company.
create table group_grants (
  tenant_id uuid not null references tenants (id),
  -- With its directory: `entra:<Microsoft tenant>:<object id>`.
  group_id text not null,
  department_id uuid references departments (id),
  role text not null,
  created_at timestamptz not null default now(),
  constraint group_grants_role_check check (
    case when department_id is null then role in ('viewer', 'staff', 'approver', 'admin')
      else role in ('member', 'lead') end),
  unique nulls not distinct (tenant_id, group_id, department_id, role)
);
call isolate_by_tenant('group_grants');
grant select, insert, delete on group_grants to expert_app;

-- What a directory last said of the people here.
create table directory_people (
  tenant_id uuid not null references tenants (id),
  -- `entra:<Microsoft tenant>`
  directory text not null,
  external_id text not null,
  user_id uuid not null references users (id),
  -- Invited there from elsewhere: such a person gets what their groups are given and nothing beside.
  guest boolean not null,
  groups text[] not null,
  read_at timestamptz not null,
  -- What the groups gave when the audit trail was last told of it.
  told jsonb not null default '{"departments": {}, "roles": []}',
  primary key (tenant_id, directory, external_id)
);
call isolate_by_tenant('directory_people');
grant select, insert, update on directory_people to expert_app;
create index directory_people_by_user on directory_people (tenant_id, user_id);

-- Who is in the groups that are given something: few of each person's, found by the group as well as by the person.
create table directory_members (
  tenant_id uuid not null references tenants (id),
  group_id text not null,
  directory text not null,
  external_id text not null,
  primary key (tenant_id, group_id, directory, external_id)
);
call isolate_by_tenant('directory_members');
grant select, insert, delete on directory_members to expert_app;
create index directory_members_by_person on directory_members (tenant_id, directory, external_id);

-- A group that is given something for the first time has its members among those who were read before. Who is read
-- meanwhile waits, and finds the grant.
create function note_members() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext('group grants'), hashtext(new.tenant_id::text));
  insert into directory_members (tenant_id, group_id, directory, external_id)
  select p.tenant_id, new.group_id, p.directory, p.external_id from directory_people p
  where p.tenant_id = new.tenant_id and new.group_id = any (p.groups)
  on conflict do nothing;
  return null;
end $$;
create trigger group_grants_members after insert on group_grants for each row execute function note_members();

-- Whom groups made a member stays, without them, the guest that they were.
alter table channel_identities drop constraint channel_identities_matched_by_check;
alter table channel_identities add constraint channel_identities_matched_by_check
  check (matched_by in ('email', 'guest', 'directory'));

-- What people's groups give them now. What was read longer than a day ago counts no more.
create view group_access with (security_invoker = true) as
  select p.tenant_id, p.user_id, p.directory, p.external_id, p.guest, g.department_id, g.role
  from directory_people p
  join directory_members m
    on m.tenant_id = p.tenant_id and m.directory = p.directory and m.external_id = p.external_id
  join group_grants g on g.tenant_id = m.tenant_id and g.group_id = m.group_id
  where p.read_at > now() - interval '1 day';
grant select on group_access to expert_app;

-- Who is in a department: by their own row, or by a group's. A guest has no row of their own that counts.
create view effective_department_members with (security_invoker = true) as
  select tenant_id, department_id, user_id,
    case when bool_or(role = 'lead') then 'lead' else 'member' end as role
  from (
    select m.tenant_id, m.department_id, m.user_id, m.role from department_members m
    join users u on u.tenant_id = m.tenant_id and u.id = m.user_id
    where not 'guest' = any (u.roles)
    union all
    select a.tenant_id, a.department_id, a.user_id, a.role from group_access a where a.department_id is not null) held
  group by tenant_id, department_id, user_id;
grant select on effective_department_members to expert_app;

-- What people may do in the company: their own roles and those of their groups. A guest here whom groups give anything is
-- a viewer; one who is a guest of the directory too, only where a group gives a role in the company.
create view effective_users with (security_invoker = true) as
  select u.id, u.tenant_id, u.email, u.display_name, u.active, u.sessions_valid_after,
    case
      when a.given is null then u.roles
      when 'guest' = any (u.roles) and not a.admitted then u.roles
      else array(select distinct role from unnest(
        array_replace(u.roles, 'guest', 'viewer') || a.given) as role order by role)
    end as roles
  from users u left join lateral (
    select coalesce(array_agg(role) filter (where department_id is null), '{}') as given,
      bool_or(not guest or department_id is null) as admitted
    from group_access g where g.tenant_id = u.tenant_id and g.user_id = u.id
    having count(*) > 0) a on true;
grant select on effective_users to expert_app;

-- Keeps what a directory says of a person, and tells the audit trail where that gives other access than was last told.
-- seen: null where the directory cannot be asked, else {groups, guest, name, emails}; age: since the reading began.
create function keep_groups(of_directory text, of_person text, of_user uuid, seen jsonb, age interval)
returns boolean language plpgsql as $$
declare
  known directory_people;
  gives jsonb;
  address text;
begin
  perform pg_advisory_xact_lock_shared(hashtext('group grants'), hashtext(app_tenant()::text));
  if seen is not null then
    insert into directory_people as p (tenant_id, directory, external_id, user_id, guest, groups, read_at)
    select app_tenant(), of_directory, of_person, u.id, (seen ->> 'guest')::boolean,
      -- Who was switched off here does not come back by another door.
      case when exists (
        select from users off where off.tenant_id = app_tenant() and not off.active
          and lower(off.email) in (select lower(e) from jsonb_array_elements_text(seen -> 'emails') e))
        then '{}' else array(select jsonb_array_elements_text(seen -> 'groups')) end,
      now() - age
    from users u where u.tenant_id = app_tenant() and u.id = of_user
    on conflict (tenant_id, directory, external_id) do update
      set user_id = excluded.user_id, guest = excluded.guest, groups = excluded.groups, read_at = excluded.read_at
      where p.read_at <= excluded.read_at;
  end if;
  select * into known from directory_people
    where tenant_id = app_tenant() and directory = of_directory and external_id = of_person for update;
  if not found then return false; end if;
  delete from directory_members
    where tenant_id = app_tenant() and directory = of_directory and external_id = of_person
      and group_id <> all (known.groups);
  insert into directory_members (tenant_id, group_id, directory, external_id)
    select distinct app_tenant(), g.group_id, of_directory, of_person from group_grants g
    where g.tenant_id = app_tenant() and g.group_id = any (known.groups)
    on conflict do nothing;
  select jsonb_build_object(
      'departments', coalesce(jsonb_object_agg(place, role) filter (where place is not null), '{}'),
      'roles', coalesce(jsonb_agg(distinct role order by role) filter (where place is null), '[]'))
    into gives
    from (
      select department_id as place, case when department_id is null then role when bool_or(role = 'lead')
        over (partition by department_id) then 'lead' else 'member' end as role
      from group_access
      where tenant_id = app_tenant() and directory = of_directory and external_id = of_person) held_once;
  if gives = known.told then return false; end if;
  update directory_people set told = gives
    where tenant_id = app_tenant() and directory = of_directory and external_id = of_person;
  insert into audit_events (tenant_id, event, status, resource_type, resource_id, metadata)
  values (app_tenant(), 'admin.role_changed', 'success', 'user', known.user_id,
    jsonb_build_object('directory', of_directory, 'before', known.told, 'after', gives));
  if seen is null or not exists (
    select from users u where u.tenant_id = app_tenant() and u.id = known.user_id and 'guest' = any (u.roles)) then
    return true;
  end if;
  if gives <> '{"departments": {}, "roles": []}' then
    update channel_identities set matched_by = 'directory'
      where tenant_id = app_tenant() and user_id = known.user_id and matched_by = 'guest';
    if not known.guest then
      -- An address that is somebody's here stays theirs.
      select e into address from jsonb_array_elements_text(seen -> 'emails') e
        where not exists (select from users o
          where o.tenant_id = app_tenant() and o.id <> known.user_id and lower(o.email) = lower(e))
        limit 1;
      update users set display_name = coalesce(nullif(seen ->> 'name', ''), display_name),
        email = coalesce(address, email)
        where tenant_id = app_tenant() and id = known.user_id;
    end if;
  end if;
  return true;
end $$;
