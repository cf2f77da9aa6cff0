import type { TurnEnd, TurnStore, TakenTurn, TurnAdvance } from "../../../core/conversation/turn-store.ts";
import type { Delivery } from "../../../core/delivery/outbox.ts";
import type { ConversationId, TurnId } from "../../../core/ids.ts";
import { restoreScope, type StoredScope } from "../../../core/identity/access.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";
import { passing } from "./passing-names.ts";

/** Earlier turns that a follow-up is understood by. */
const historyLength = 6;

/**
 * The turn has the whole address; where the question came in, only what lasts of it stays. A row is looked up by its id
 * alone: plans are made while the tables are empty, and an index of what waits or runs, which then looks as cheap, would
 * later be read whole. So that nothing has been taken or finished is asked in words that no such index serves.
 */
const take: Statement = {
  name: "turn_take",
  text: `
    with event as (
      select * from inbox where id = $1
    ), fresh as (
      select e.*, (e.payload ->> 'conversationId')::uuid as conversation_id,
        (e.payload ->> 'departmentId')::uuid as department_id
      from event e where e.taken_at is null and e.payload is not null
    ), owned as (
      select f.* from fresh f where not exists (
        select from conversations c where c.id = f.conversation_id
          and (c.channel <> f.channel or (c.user_id <> f.user_id and not c.shared)))
    ), conversation as (
      insert into conversations (id, tenant_id, user_id, channel, thread_key, department_id, title, shared, undelivered)
      select o.conversation_id, o.tenant_id, o.user_id, o.channel, o.payload ->> 'threadKey', o.department_id,
        o.payload ->> 'title', coalesce((o.payload ->> 'shared')::boolean, false), (
          select count(*) from outbox m
          where m.tenant_id = o.tenant_id and m.thread_key = o.payload ->> 'threadKey' and m.state = 'pending')
      from owned o on conflict do nothing
    ), marked as (
      update inbox set taken_at = now(), payload = case
        when payload -> 'address' ?| ${passing}
        then jsonb_set(payload, '{address}', (payload -> 'address') - ${passing}) else payload end
      where id = (select id from fresh) and coalesce(taken_at, 'infinity') = 'infinity'
      returning inbox.id, inbox.cancel_requested
    ), created as (
      insert into turns (id, tenant_id, conversation_id, user_id, department_id, question, language, state, lease_until,
        created_at, cancel_requested, place_scope, address)
      select o.id, o.tenant_id, o.conversation_id, o.user_id, o.department_id, o.payload ->> 'question',
        o.payload ->> 'language', 'received', now() + $2 * interval '1 ms', o.received_at, m.cancel_requested,
        o.payload -> 'placeScope', coalesce(o.payload -> 'address', '{}')
      from owned o join marked m on m.id = o.id on conflict (id) do nothing
      returning *
    ), resumed as (
      update turns set lease_until = now() + $2 * interval '1 ms',
        attempts = attempts + case attempts when $3::integer then 0 else 1 end
      where id = $1 and coalesce(finished_at, 'infinity') = 'infinity'
        and (lease_until < now() or attempts = $3::integer)
      returning *
    )
    select t.*, e.channel, e.payload ->> 'threadKey' as thread_key, coalesce((
        select jsonb_agg(jsonb_build_object('question', h.question, 'answer', h.answer) order by h.created_at, h.id)
        from (
          select question, reply ->> 'text' as answer, created_at, id from turns p
          where p.conversation_id = t.conversation_id and (p.created_at, p.id) < (t.created_at, t.id)
          order by p.created_at desc, p.id desc limit ${String(historyLength)}
        ) h), '[]') as history
    from (select * from created union all select * from resumed) t, event e`,
};

const extend: Statement = {
  name: "turn_extend",
  text: `
    update turns set lease_until = now() + $3 * interval '1 ms'
    where id = $1 and attempts = $2 and finished_at is null
    returning cancel_requested`,
};

/** Two processes may have shown something of one turn: each adds what is not there. */
const show: Statement = {
  name: "turn_show",
  text: `
    update turns t set shown = t.shown || coalesce((
      select jsonb_agg(added.ref order by added.place) from jsonb_array_elements($2::jsonb) with ordinality as added (ref, place)
      where not t.shown @> jsonb_build_array(added.ref)), '[]')
    where id = $1 and not t.shown @> $2::jsonb`,
};

const mayShow: Statement = {
  name: "turn_may_show",
  text: `
    select from turns t join conversations c on c.id = t.conversation_id
    where t.id = $1 and t.attempts = $2 and t.finished_at is null and c.held_by is null`,
};

const ownsConversation: Statement = {
  name: "turn_owns_conversation",
  text: `
    with waiting as (
      select from inbox
      where tenant_id = app_tenant() and user_id = $2::uuid and taken_at is null and channel = 'web'
        and payload ->> 'conversationId' = $1::uuid::text
    ), known as (
      select user_id = $2::uuid and deleted_at is null and channel = 'web' as own from conversations where id = $1::uuid
    )
    select where coalesce((select own from known), exists (select from waiting))`,
};

const isWaiting: Statement = {
  name: "turn_is_waiting",
  text: `select from inbox where id = $1 and user_id = $2 and channel = 'web' and taken_at is null`,
};

const receivedBefore: Statement = {
  name: "turn_received_before",
  text: `
    select id, payload ->> 'conversationId' as conversation_id, payload ->> 'question' as question from inbox
    where tenant_id = app_tenant() and channel = $1 and event_id = $2 and user_id = $3`,
};

const advance: Statement = {
  name: "turn_advance",
  text: `
    with moved as (
      update turns set state = $3, work = work || $4::jsonb, lease_until = now() + $5 * interval '1 ms',
        department_id = coalesce(($4::jsonb ->> 'departmentId')::uuid, department_id)
      where id = $1 and state = $2 and attempts = $7
      returning cancel_requested
    ), audited as (${auditInsert(6, "moved")})
    select cancel_requested from moved`,
};

/**
 * An approval that goes with another's is written under that one's lock, while it is open: whoever decides that one next
 * finds it; where it was decided meanwhile, this one stands for itself.
 */
const end: Statement = {
  name: "turn_end",
  text: `
    with moved as (
      update turns set state = $3, reply = $4::jsonb, failure = $5::jsonb, finished_at = now(), lease_until = null
      where id = $1 and state = $2 and attempts = $10
      returning id, tenant_id, conversation_id, department_id, user_id, language, address, shown
    ), thread as (
      update conversations c set updated_at = now(), undelivered = c.undelivered + 1,
        department_id = coalesce(c.department_id, (select department_id from moved))
      where c.id = (select conversation_id from moved)
      returning c.channel, c.thread_key, c.undelivered = 1 as first, c.held_by is not null as held
    ), sent as (
      insert into outbox (id, tenant_id, channel, thread_key, turn_id, body, address, attempts, lease_until)
      select $6, m.tenant_id, t.channel, t.thread_key, m.id, $7::jsonb, m.address,
        case when t.first then 1 else 0 end, case when t.first then now() + $8 * interval '1 ms' end
      from moved m, thread t
      returning id, channel, thread_key, attempts, address
    ), asked as (
      insert into approvals (id, tenant_id, turn_id, conversation_id, named, department_id, asked_by, language, question,
        why, answer, drafted, confidence, label, readers, policy, same_as, due_at, due_step)
      select a."id", m.tenant_id, m.id, m.conversation_id, a."named", a."departmentId", m.user_id, m.language,
        a."question", a."why", a."answer", a."answer", a."confidence", a."label", a."readers", a."policy", (
          select l.id from approvals l
          where l.id = a."sameAs" and coalesce(l.state, '') in ('pending', 'escalated') for share),
        now(), 'offer'
      from moved m, jsonb_to_record($11::jsonb) as a (
        "id" uuid, "named" boolean, "departmentId" uuid, "question" text, "why" text, "answer" jsonb,
        "confidence" jsonb, "label" text, "readers" text[], "policy" jsonb, "sameAs" uuid)
      where $11::jsonb is not null
    ), audited as (${auditInsert(9, "moved")})
    select s.*, t.first, t.held, m.shown from sent s, thread t, moved m`,
};

/** Begins with the few that were called wrong or corrected, of which each turn is looked up by its id. */
const calledWrong: Statement = {
  name: "turn_called_wrong",
  text: `
    with wrong as (
      select turn_id from feedback
      where tenant_id = app_tenant() and verdict = 'down' and updated_at > now() - $2 * interval '1 ms'
      union all
      select turn_id from approvals
      where tenant_id = app_tenant() and why = 'resolved' and decided_at is not null
        and greatest(decided_at, withdrawn_at) > now() - $2 * interval '1 ms'
    )
    select from wrong w join turns t on t.id = w.turn_id
    where t.work ->> 'answerKey' = $1 limit 1`,
};

interface TurnRow {
  id: TakenTurn["id"];
  tenant_id: TakenTurn["tenantId"];
  conversation_id: TakenTurn["conversationId"];
  user_id: TakenTurn["userId"];
  department_id: TakenTurn["departmentId"];
  question: string;
  language: TakenTurn["language"];
  state: TakenTurn["state"];
  work: TakenTurn["work"];
  attempts: number;
  cancel_requested: boolean;
  place_scope: StoredScope | null;
  address: TakenTurn["address"];
  created_at: Date;
  channel: TakenTurn["channel"];
  thread_key: string;
  history: TakenTurn["history"];
}

const present = (row: TurnRow): TakenTurn => ({
  id: row.id,
  tenantId: row.tenant_id,
  conversationId: row.conversation_id,
  userId: row.user_id,
  departmentId: row.department_id,
  question: row.question,
  language: row.language,
  state: row.state,
  work: row.work,
  attempt: row.attempts,
  cancelRequested: row.cancel_requested,
  placeScope: row.place_scope && restoreScope(row.place_scope),
  address: row.address,
  createdAt: row.created_at,
  channel: row.channel,
  threadKey: row.thread_key,
  history: row.history,
});

const outgoing = (id: TurnId, { reply, failure }: TurnEnd): Delivery["message"] => {
  if (reply) return { kind: "reply", turnId: id, reply };
  if (failure) return { kind: "failure", turnId: id, ...failure };
  throw new TypeError("a turn ends with a reply or a failure");
};

export function turnStore(run: TenantRunner): TurnStore {
  return {
    async take(id, leaseMs, held = 0) {
      const [row] = await run<TurnRow>(take, [id, leaseMs, held], "soon");
      return row ? present(row) : null;
    },
    async extend(id, attempt, leaseMs) {
      const [row] = await run<{ cancel_requested: boolean }>(extend, [id, attempt, leaseMs], "soon");
      return row ? { cancelRequested: row.cancel_requested } : null;
    },
    async show(id, shown) {
      await run(show, [id, JSON.stringify(shown)], "soon");
    },
    async mayShow(id, attempt) {
      return (await run(mayShow, [id, attempt])).length > 0;
    },
    async isWaiting(user, id) {
      return (await run(isWaiting, [id, user])).length > 0;
    },
    async ownsConversation(user, conversation) {
      return (await run(ownsConversation, [conversation, user])).length > 0;
    },
    async receivedBefore(user, channel, eventId) {
      const [row] = await run<{ id: TurnId; conversation_id: ConversationId; question: string }>(
        receivedBefore,
        [channel, eventId, user],
      );
      return row ? { turnId: row.id, conversationId: row.conversation_id, question: row.question } : null;
    },
    async advance(id: TurnId, step: TurnAdvance) {
      const values = [
        id,
        step.from,
        step.to,
        JSON.stringify(step.work),
        step.leaseMs,
        auditParameter(step.audit),
        step.attempt,
      ];
      const [row] = await run<{ cancel_requested: boolean }>(advance, values, "soon");
      return row ? { cancelRequested: row.cancel_requested } : null;
    },
    async calledWrong(answerKey, withinMs) {
      return (await run(calledWrong, [answerKey, withinMs])).length > 0;
    },
    async end(id: TurnId, step: TurnEnd) {
      const message = outgoing(id, step);
      const [row] = await run<{
        channel: Delivery["channel"];
        thread_key: string;
        attempts: number;
        address: Delivery["address"];
        first: boolean;
        held: boolean;
        shown: Delivery["shown"];
      }>(end, [
        id,
        step.from,
        step.to,
        step.reply && JSON.stringify(step.reply),
        step.failure && JSON.stringify(step.failure),
        step.deliveryId,
        JSON.stringify(message),
        step.leaseMs,
        auditParameter(step.audit),
        step.attempt,
        step.approval ? JSON.stringify(step.approval) : null,
      ]);
      if (!row) return null;
      if (!row.first) return { delivery: null };
      return {
        delivery: {
          id: step.deliveryId,
          channel: row.channel,
          threadKey: row.thread_key,
          message,
          address: row.address,
          attempt: row.attempts,
          held: row.held,
          shown: row.shown,
          standing: null,
          placed: new Map(),
        },
      };
    },
  };
}
