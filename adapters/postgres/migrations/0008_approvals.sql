-- Up Migration

-- As the department's file or the console wrote it; null: no answer waits for a human.
alter table departments add column approval_policy jsonb;
-- What decisions say about the confidence of drafts, and how sure that is.
alter table departments add column calibration jsonb;

-- The last sign-in to the console, where a policy asks for a recent one.
alter table users add column signed_in_at timestamptz;
-- Where the person gets approvals; null: where they are known, Slack before Teams.
alter table users add column approval_channel text check (approval_channel in ('web', 'slack', 'teams'));

alter table turns drop constraint turns_state_check;
alter table turns add constraint turns_state_check check (state in
  ('received', 'routed', 'retrieved', 'drafted', 'checked', 'answered', 'not_found', 'waiting', 'failed', 'cancelled'));

-- A question that an expert decides. The row is the truth; cards show it.
create table approvals (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  turn_id uuid not null references turns (id),
  conversation_id uuid not null references conversations (id),
  -- Whether everyone who reads the thread may know the company's people by name.
  named boolean not null default true,
  department_id uuid references departments (id),
  asked_by uuid not null references users (id),
  language text not null,
  question text not null,
  why text not null check (why in ('low_confidence', 'policy_all', 'sensitive', 'nothing_found', 'review')),
  -- The verified answer that is to be approved again.
  review_of uuid,
  -- The wording that stands, and the one that the bot drafted: revision 1.
  answer jsonb,
  drafted jsonb,
  revision integer not null default 1,
  confidence jsonb not null,
  label text not null check (label in ('public', 'confidential', 'restricted')),
  readers text[],
  -- As it was when the approval began.
  policy jsonb not null,
  level integer not null default 0,
  state text not null default 'pending' check (state in
    ('pending', 'escalated', 'approved', 'corrected', 'rejected', 'taken_over', 'withdrawn')),
  version integer not null default 1,
  -- Who agreed with the wording that stands, in their order: [{userId, at}]. Here, so that votes are counted under the row's lock.
  votes jsonb not null default '[]',
  -- Decided together with this one.
  same_as uuid references approvals (id),
  decision_kind text check (decision_kind in ('approved', 'edited', 'corrected', 'rejected', 'taken_over')),
  decided_by uuid references users (id),
  -- To the millisecond: the console pages by it.
  decided_at timestamptz(3),
  reason text,
  withdrawn_by uuid references users (id),
  withdrawn_at timestamptz,
  -- What is to be done about it next, and from when; null: nothing.
  due_step text check (due_step in ('offer', 'remind', 'next_level', 'carry_out')),
  due_at timestamptz,
  lease_until timestamptz,
  attempts integer not null default 0,
  created_at timestamptz not null default now(),
  check ((due_step is null) = (due_at is null)),
  check ((decision_kind is null) = (decided_by is null)),
  check ((state = 'withdrawn') = (withdrawn_by is not null))
);
call isolate_by_tenant('approvals');
grant select, insert, update on approvals to expert_app;
create unique index approvals_by_turn on approvals (tenant_id, turn_id) where review_of is null;
create unique index approvals_in_review on approvals (tenant_id, review_of)
  where review_of is not null and state in ('pending', 'escalated');
create index approvals_open on approvals (tenant_id, department_id, created_at) where state in ('pending', 'escalated');
create index approvals_decided on approvals (tenant_id, department_id, decided_at desc) where decided_at is not null;
-- What was decided or taken back lately, for those who watch.
create index approvals_changed on approvals (tenant_id, greatest(decided_at, withdrawn_at)) where decided_at is not null;
create index approvals_due on approvals (tenant_id, due_at) where due_at is not null;
create index approvals_following on approvals (tenant_id, same_as) where same_as is not null;

-- The cards of an approval, in people's direct messages; delivery_id: the message that shows it now.
create table approval_cards (
  tenant_id uuid not null references tenants (id),
  approval_id uuid not null references approvals (id),
  user_id uuid not null references users (id),
  channel text not null,
  thread_key text not null,
  address jsonb not null,
  delivery_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (approval_id, user_id, channel)
);
call isolate_by_tenant('approval_cards');
grant select, insert, update on approval_cards to expert_app;
create index approval_cards_by_person on approval_cards (tenant_id, user_id);

-- Who is away, and who decides in their place.
create table approver_absences (
  tenant_id uuid not null references tenants (id),
  user_id uuid not null references users (id),
  until timestamptz not null,
  delegate_id uuid references users (id),
  primary key (tenant_id, user_id),
  check (delegate_id is distinct from user_id)
);
call isolate_by_tenant('approver_absences');
grant select, insert, update, delete on approver_absences to expert_app;

-- What humans have approved. Found and held as a document of the department.
create table verified_answers (
  id uuid primary key,
  tenant_id uuid not null references tenants (id),
  approval_id uuid not null references approvals (id),
  turn_id uuid not null references turns (id),
  -- Gone from the documents while the answer is not served.
  document_id uuid not null,
  department_id uuid not null references departments (id),
  language text not null,
  question text not null,
  answer jsonb not null,
  -- The documents that it rests on, by id, with the hash of what they held.
  sources jsonb not null default '[]',
  approved_by uuid not null references users (id),
  approved_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null default 'serving' check (state in ('serving', 'questioned', 'withdrawn')),
  updated_at timestamptz not null default now()
);
call isolate_by_tenant('verified_answers');
grant select, insert, update on verified_answers to expert_app;
create index verified_answers_by_document on verified_answers (tenant_id, document_id);
create index verified_answers_by_approval on verified_answers (tenant_id, approval_id);
create index verified_answers_served on verified_answers (tenant_id, expires_at) where state = 'serving';

alter table approvals add constraint approvals_review_of foreign key (review_of) references verified_answers (id);

-- file: uploaded by people. verified: written by the product for an answer that was approved.
alter table documents add column kind text not null default 'file' check (kind in ('file', 'verified'));

-- As before, and approvals whose next step is due.
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
    update approvals set lease_until = now() where tenant_id = tenant and due_at is not null and lease_until > now();
    update installations set refreshing_until = null where tenant_id = tenant and refreshing_until is not null;
  end loop;
end $$;
