import { ExpertError } from "../../../core/errors.ts";
import type { Handoff, HandoffStore } from "../../../core/handoff/handoff.ts";
import type { UserId } from "../../../core/ids.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { approvesAnywhere, expertsOf } from "./approving-people.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";
import { passing } from "./passing-names.ts";

/** Hand-offs with their question, their thread and the people's names. */
const told = (rows: string, more = ""): string => `
  select h.id, h.turn_id, h.conversation_id, h.department_id, h.requested_by, h.state, h.taken_by, h.created_at,
    t.question, t.address - ${passing} as address, c.channel, c.thread_key, c.shared, asker.display_name as requested_by_name,
    taker.display_name as taken_by_name ${more}
  from ${rows} h
    join turns t on t.id = h.turn_id
    join conversations c on c.id = h.conversation_id
    join users asker on asker.id = h.requested_by
    left join users taker on taker.id = h.taken_by`;

/** Two requests for one turn follow each other; xmax is 0 in a row that was inserted and not updated. One row of a turn is not closed. */
const open: Statement = {
  name: "handoff_open",
  text: `
    with opened as (
      insert into handoffs as h (id, tenant_id, turn_id, conversation_id, department_id, requested_by)
      select $1, t.tenant_id, t.id, t.conversation_id, t.department_id, $3 from turns t where t.id = $2
      on conflict (tenant_id, turn_id) where state <> 'closed' do update set turn_id = excluded.turn_id
      returning h.*, h.xmax = 0 as fresh
    ), audited as (${auditInsert(4, "(select id from opened where fresh) fresh", "fresh.id")})
    ${told("opened", ", h.fresh")}`,
};

const find: Statement = { name: "handoff_find", text: `${told("handoffs")} where h.id = $1` };

/** A thread that its asker alone sees is not held: nobody else could answer in it. */
const take: Statement = {
  name: "handoff_take",
  text: `
    with taken as (
      update handoffs set state = 'taken', taken_by = $2, taken_at = now() where id = $1 and state = 'open' returning *
    ), held as (
      update conversations c set held_by = $2, held_since = now() from taken
      where c.id = taken.conversation_id and c.shared
    ), audited as (${auditInsert(3, "taken", "taken.id")})
    ${told("taken")}`,
};

/** Where somebody took another question of the thread over, they go on holding it. */
const giveBack: Statement = {
  name: "handoff_give_back",
  text: `
    with returned as (
      update handoffs set state = 'closed', closed_at = now() where id = $1 and state = 'taken' and taken_by = $2
      returning *
    ), freed as (
      update conversations c set (held_by, held_since) = (
        select o.taken_by, o.taken_at from handoffs o
        where o.conversation_id = c.id and o.state = 'taken' and o.id <> $1 order by o.taken_at desc limit 1)
      from returned where c.id = returned.conversation_id and c.shared
    ), audited as (${auditInsert(3, "returned", "returned.id")})
    ${told("returned")}`,
};

const waitingFor: Statement = {
  name: "handoff_waiting_for",
  text: `
    ${told("handoffs")}
    where h.tenant_id = app_tenant() and (
      (h.state = 'open' and (h.department_id = any ($2::uuid[]) or ($3::boolean and h.department_id is null)))
      or (h.state = 'taken' and h.taken_by = $1))
    order by h.created_at, h.id limit $4`,
};

const experts: Statement = {
  name: "handoff_experts",
  text: `
    select id, display_name as name from users where id in (${expertsOf("$1")}) order by display_name, id`,
};

const expertsAnywhere: Statement = {
  name: "handoff_experts_anywhere",
  text: `
    select u.id, u.display_name as name from users u
    where u.tenant_id = app_tenant() and u.active and ${approvesAnywhere("u")} order by u.display_name, u.id`,
};

interface HandoffRow {
  id: Handoff["id"];
  turn_id: Handoff["turnId"];
  conversation_id: Handoff["conversationId"];
  department_id: Handoff["departmentId"];
  requested_by: Handoff["requestedBy"];
  state: Handoff["state"];
  taken_by: Handoff["takenBy"];
  created_at: Date;
  question: string;
  address: Handoff["address"];
  channel: Handoff["channel"];
  thread_key: string;
  shared: boolean;
  requested_by_name: string;
  taken_by_name: string | null;
}

const present = (row: HandoffRow): Handoff => ({
  id: row.id,
  turnId: row.turn_id,
  conversationId: row.conversation_id,
  channel: row.channel,
  threadKey: row.thread_key,
  shared: row.shared,
  address: row.address,
  departmentId: row.department_id,
  question: row.question,
  requestedBy: row.requested_by,
  requestedByName: row.requested_by_name,
  state: row.state,
  takenBy: row.taken_by,
  takenByName: row.taken_by_name,
  createdAt: row.created_at,
});

export function handoffStore(run: TenantRunner): HandoffStore {
  const one = async (statement: Statement, values: unknown[]): Promise<Handoff | null> => {
    const [row] = await run<HandoffRow>(statement, values);
    return row ? present(row) : null;
  };
  return {
    async open({ id, turnId, requestedBy }, audit) {
      const values = [id, turnId, requestedBy, auditParameter(audit)];
      const [row] = await run<HandoffRow & { fresh: boolean }>(open, values);
      if (!row) throw new ExpertError("not_found", "There is no such question.");
      return { handoff: present(row), fresh: row.fresh };
    },
    find: (id) => one(find, [id]),
    take: (id, by, audit) => one(take, [id, by, auditParameter(audit)]),
    giveBack: (id, by, audit) => one(giveBack, [id, by, auditParameter(audit)]),
    async waitingFor(user, departments, limit) {
      const named = departments.filter((id) => id !== null);
      const rows = await run<HandoffRow>(waitingFor, [user, named, departments.includes(null), limit]);
      return rows.map(present);
    },
    experts: (departmentId) =>
      departmentId === null
        ? run<{ id: UserId; name: string }>(expertsAnywhere, [])
        : run<{ id: UserId; name: string }>(experts, [departmentId]),
  };
}
