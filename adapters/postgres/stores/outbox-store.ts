import type { MessageRef } from "../../../core/delivery/channel.ts";
import type { Delivery, OutboxStore } from "../../../core/delivery/outbox.ts";
import type { DeliveryId } from "../../../core/ids.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";
import { passing } from "./passing-names.ts";

/**
 * Locks the threads' conversations first, as the end of a turn does: messages of a thread get their places one after
 * the other, and whoever writes into an empty thread knows it. The names of turns that never came to be are left out.
 */
const write: Statement = {
  name: "outbox_write",
  text: `
    with incoming as (
      select m.*, row_number() over () as place
      from jsonb_to_recordset($1::jsonb) as m (
        "id" uuid, "channel" text, "threadKey" text, "message" jsonb, "address" jsonb)
    ), threads as (
      select c.id, c.channel, c.thread_key
      from (select distinct "channel", "threadKey" from incoming order by 1, 2) i, lateral (
        select id, channel, thread_key from conversations
        where tenant_id = app_tenant() and channel = i."channel" and thread_key = i."threadKey"
        limit 1 for no key update) c
    ), written as (
      insert into outbox (id, tenant_id, channel, thread_key, turn_id, body, address)
      select i."id", app_tenant(), i."channel", i."threadKey",
        (select t.id from turns t where t.id = (i."message" ->> 'turnId')::uuid), i."message", i."address"
      from incoming i where (select count(*) from threads) >= 0 order by i.place
      on conflict (id) do nothing
      returning channel, thread_key
    ), audited as (${auditInsert(2, "(select from written limit 1) fresh")})
    update conversations c set undelivered = c.undelivered + (
      select count(*) from written w where w.channel = c.channel and w.thread_key = c.thread_key)
    where c.id = any (array(
      select t.id from threads t join written w on w.channel = t.channel and w.thread_key = t.thread_key))`,
};

const take: Statement = {
  name: "outbox_take",
  text: `
    update outbox m set attempts = attempts + 1, lease_until = now() + $2 * interval '1 ms'
    where id = (
        select o.id from outbox o
        where o.tenant_id = app_tenant() and o.thread_key = $1 and o.state = 'pending'
        order by o.position limit 1)
      and state = 'pending' and next_attempt_at <= now() and (lease_until is null or lease_until < now())
    returning id, channel, thread_key, body, address, attempts, placed, exists (
      select from conversations c
      where c.tenant_id = m.tenant_id and c.channel = m.channel and c.thread_key = m.thread_key
        and c.held_by is not null) as held,
      case when body ->> 'kind' <> 'note' then (select t.shown from turns t where t.id = m.turn_id) end as shown,
      case when body ? 'replaces' then (
        select r.message_ref from outbox r where r.id = (m.body ->> 'replaces')::uuid) end as standing`,
};

const around: Statement = {
  name: "outbox_around",
  text: `
    select c.held_by is not null as held, not exists (
        select from turns t
        where t.conversation_id = c.id and t.finished_at is null and t.id is distinct from m.turn_id
      ) and not exists (
        select from outbox o
        where o.tenant_id = app_tenant() and o.thread_key = m.thread_key and o.state = 'pending'
          and o.body ->> 'kind' <> 'note' and o.turn_id is distinct from m.turn_id
      ) as alone
    from outbox m left join lateral (
      select id, held_by from conversations
      where tenant_id = m.tenant_id and channel = m.channel and thread_key = m.thread_key limit 1) c on true
    where m.id = $1`,
};

const extended: Statement = {
  name: "outbox_extended",
  text: `
    update outbox set lease_until = now() + $3 * interval '1 ms'
    where id = $1 and state = 'pending' and attempts = $2 and lease_until is not null
    returning id`,
};

const keepPlaced: Statement = {
  name: "outbox_keep_placed",
  text: `
    update outbox set placed = jsonb_build_object($2::text, $3::jsonb) || placed
    where id = $1 and state = 'pending' and not jsonb_exists(placed, $2::text)`,
};

/**
 * For the attempt that holds it: closing a message frees the thread for the next; its count is kept on the conversation's
 * row, which is looked up by its key (a join would read every conversation of the company). What opens something for a
 * while has served, and is forgotten.
 */
const close = (name: string, change: string): Statement => ({
  name,
  text: `
    with closed as (
      update outbox set ${change}, lease_until = null, address = address - ${passing}
      where id = $1 and state = 'pending' and attempts = $2 and lease_until is not null
      returning channel, thread_key, turn_id, body, state
    ), forgotten as (
      update turns set address = address - ${passing}
      where id = (select turn_id from closed) and address ?| ${passing}
    ), counted as (
      update conversations c set undelivered = greatest(c.undelivered - 1, 0)
      where c.id = (
        select k.id from closed cross join lateral (
          select id from conversations
          where tenant_id = app_tenant() and channel = closed.channel and thread_key = closed.thread_key limit 1) k)
      returning c.undelivered
    ), audited as (
      insert into audit_events (tenant_id, event, status, resource_type, resource_id, metadata)
      select app_tenant(), 'chat.delivery',
        case closed.state when 'posted' then 'success' when 'withheld' then 'denied' else 'error' end, 'turn',
        (closed.body ->> 'turnId')::uuid, jsonb_build_object('channel', closed.channel, 'message', coalesce(
          closed.body #>> '{note,message,note,kind}', closed.body #>> '{note,message,reply,kind}',
          closed.body #>> '{note,message,kind}', closed.body #>> '{note,kind}', closed.body #>> '{reply,kind}',
          closed.body ->> 'kind'))
      from closed
    )
    select undelivered > 0 as more from counted`,
});

const posted = close("outbox_posted", "state = 'posted', posted_at = now(), message_ref = $3::jsonb");
const withheld = close("outbox_withheld", "state = 'withheld'");
const dead = close("outbox_dead", "state = 'dead', last_error = $3");

const failed: Statement = {
  name: "outbox_failed",
  text: `
    update outbox set last_error = $2, lease_until = null, next_attempt_at = now() + $4 * interval '1 ms'
    where id = $1 and state = 'pending' and attempts = $3 and lease_until is not null`,
};

/** Gives the number of the attempt back, and the hold with it: whoever asks under that number later holds nothing. */
const postponed: Statement = {
  name: "outbox_postponed",
  text: `
    update outbox set attempts = attempts - 1, lease_until = null, next_attempt_at = now() + $3 * interval '1 ms'
    where id = $1 and state = 'pending' and attempts = $2 and lease_until is not null`,
};

interface OutboxRow {
  id: DeliveryId;
  channel: Delivery["channel"];
  thread_key: string;
  body: Delivery["message"];
  address: Delivery["address"];
  attempts: number;
  held: boolean;
  shown: Delivery["shown"] | null;
  standing: Delivery["standing"];
  placed: Readonly<Record<string, MessageRef>>;
}

export function outboxStore(run: TenantRunner): OutboxStore {
  return {
    async write(deliveries, audit = []) {
      if (deliveries.length > 0) await run(write, [JSON.stringify(deliveries), auditParameter(audit)]);
    },
    async take(threadKey, leaseMs) {
      const [row] = await run<OutboxRow>(take, [threadKey, leaseMs], "soon");
      if (!row) return null;
      return {
        id: row.id,
        channel: row.channel,
        threadKey: row.thread_key,
        message: row.body,
        address: row.address,
        attempt: row.attempts,
        held: row.held,
        shown: row.shown ?? [],
        standing: row.standing,
        placed: new Map(Object.entries(row.placed).map(([part, ref]) => [Number(part), ref])),
      };
    },
    async extend(id, attempt, leaseMs) {
      return (await run(extended, [id, attempt, leaseMs], "soon")).length > 0;
    },
    async keepPlaced(id, part, ref) {
      await run(keepPlaced, [id, String(part), JSON.stringify(ref)], "soon");
    },
    async posted(id, attempt, ref) {
      const [row] = await run<{ more: boolean }>(posted, [id, attempt, JSON.stringify(ref)], "soon");
      return { more: row?.more ?? true };
    },
    async around(id) {
      const [row] = await run<{ held: boolean; alone: boolean }>(around, [id]);
      return row ?? { held: false, alone: false };
    },
    async withhold(id, attempt) {
      await run(withheld, [id, attempt], "soon");
    },
    async postpone(id, attempt, waitMs) {
      await run(postponed, [id, attempt, waitMs], "soon");
    },
    async failed(id, attempt, error, retryMs) {
      if (retryMs === null) await run(dead, [id, attempt, error]);
      else await run(failed, [id, error, attempt, retryMs], "soon");
    },
  };
}
