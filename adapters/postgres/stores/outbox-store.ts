import type { Delivery, OutboxStore } from "../../../core/delivery/outbox.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";

const take: Statement = {
  name: "outbox_take",
  text: `
    update outbox set attempts = attempts + 1, lease_until = now() + $2 * interval '1 ms'
    where id = (
        select o.id from outbox o
        where o.tenant_id = app_tenant() and o.thread_key = $1 and o.state = 'pending'
        order by o.position limit 1)
      and state = 'pending' and next_attempt_at <= now() and (lease_until is null or lease_until < now())
    returning id, channel, thread_key, body, attempts`,
};

/** Closing a message frees the thread for the next; its count is kept on the conversation's row. */
const close = (name: string, change: string, condition = "true"): Statement => ({
  name,
  text: `
    with closed as (
      update outbox set ${change}, lease_until = null where id = $1 and state = 'pending' and ${condition}
      returning channel, thread_key, turn_id, state
    ), counted as (
      update conversations c set undelivered = greatest(c.undelivered - 1, 0) from closed
      where c.tenant_id = app_tenant() and c.channel = closed.channel and c.thread_key = closed.thread_key
      returning c.undelivered
    ), audited as (
      insert into audit_events (tenant_id, event, status, resource_type, resource_id, metadata)
      select app_tenant(), 'chat.delivery', case closed.state when 'posted' then 'success' else 'error' end, 'turn',
        closed.turn_id, jsonb_build_object('channel', closed.channel)
      from closed
    )
    select undelivered > 0 as more from counted`,
});

const posted = close("outbox_posted", "state = 'posted', posted_at = now(), message_ref = $2::jsonb");
const dead = close("outbox_dead", "state = 'dead', last_error = $2", "attempts = $3");

const postponed: Statement = {
  name: "outbox_postponed",
  text: `
    update outbox set last_error = $2, lease_until = null, next_attempt_at = now() + $4 * interval '1 ms'
    where id = $1 and state = 'pending' and attempts = $3`,
};

interface OutboxRow {
  id: Delivery["id"];
  channel: Delivery["channel"];
  thread_key: string;
  body: Delivery["message"];
  attempts: number;
}

export function outboxStore(run: TenantRunner): OutboxStore {
  return {
    async take(threadKey, leaseMs) {
      const [row] = await run<OutboxRow>(take, [threadKey, leaseMs], "soon");
      if (!row) return null;
      return {
        id: row.id,
        channel: row.channel,
        threadKey: row.thread_key,
        message: row.body,
        attempt: row.attempts,
      };
    },
    async posted(id, ref) {
      const [row] = await run<{ more: boolean }>(posted, [id, JSON.stringify(ref)], "soon");
      return { more: row?.more ?? true };
    },
    async failed(id, attempt, error, retryMs) {
      if (retryMs === null) await run(dead, [id, error, attempt]);
      else await run(postponed, [id, error, attempt, retryMs], "soon");
    },
  };
}
