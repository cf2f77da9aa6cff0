import type { Dispatch, DispatchBody, ListedDispatch, NewDispatch } from "../../../core/dispatch/dispatch.ts";
import type { DispatchStore } from "../../../core/dispatch/dispatch-store.ts";
import type { ConnectionId } from "../../../core/ids.ts";
import { decodeCursor, encodeCursor, toPage } from "../console/page.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";

/** The jsonb parameter that `write_dispatches` reads. */
export const callsParameter = (dispatches: readonly NewDispatch[]): string => JSON.stringify(dispatches);

const write: Statement = {
  name: "dispatch_write",
  text: `
    with written as (
      select write_dispatches($1::jsonb) as id
    ), audited as (${auditInsert(2, "(select from written limit 1) fresh")})
    select count(*) from written`,
};

/**
 * The subject's first call, where it may be made. Where its connection was left alone until a while ago, its row is moved
 * on: of all who come at once, one goes on with it.
 */
const take: Statement = {
  name: "dispatch_take",
  text: `
    with head as (
      select id, connection_id, next_attempt_at, lease_until from dispatches
      where tenant_id = app_tenant() and subject = $1 and state = 'pending'
      order by position limit 1
    ), due as (
      select id, connection_id from head
      where next_attempt_at <= now() and (lease_until is null or lease_until < now())
    ), tries as (
      update connections set open_until = now() + $3 * interval '1 ms'
      where id = (select connection_id from due) and state = 'active' and open_until <= now()
      returning id
    ), free as (
      select id from tries
      union all
      select id from connections
      where id = (select connection_id from due) and state = 'active' and open_until is null
    )
    update dispatches set attempts = attempts + 1, lease_until = now() + $2 * interval '1 ms',
      doubt_before = doubt_since
    where id = (select d.id from due d join free f on f.id = d.connection_id)
      and state = 'pending' and next_attempt_at <= now() and (lease_until is null or lease_until < now())
    returning id, connection_id, subject, body, attempts, doubt_since, created_at, begun_at`,
};

/** The row in the hands of an attempt: $1 call, $2 attempt. */
const held = `id = $1 and state = 'pending' and attempts = $2 and lease_until is not null`;

const extend: Statement = {
  name: "dispatch_extend",
  text: `update dispatches set lease_until = now() + $3 * interval '1 ms' where ${held} returning id`,
};

const begin: Statement = {
  name: "dispatch_begin",
  text: `update dispatches set doubt_since = now() where ${held} returning id`,
};

const done: Statement = {
  name: "dispatch_done",
  text: `
    with done as (
      update dispatches set state = 'done', done_at = now(), lease_until = null where ${held} returning id, subject
    )
    select exists (
      select from dispatches d
      where d.tenant_id = app_tenant() and d.subject = done.subject and d.state = 'pending' and d.id <> done.id) as more
    from done`,
};

const doubt = (undone: string): string =>
  `doubt_since = case when ${undone}::boolean then doubt_before else doubt_since end`;

/** Gives the number of the attempt back, and the hold with it: whoever asks under that number later holds nothing. */
const postpone: Statement = {
  name: "dispatch_postpone",
  text: `
    update dispatches set attempts = attempts - 1, lease_until = null,
      next_attempt_at = now() + $3 * interval '1 ms', ${doubt("$4")}
    where ${held}`,
};

const failed: Statement = {
  name: "dispatch_failed",
  text: `
    update dispatches set last_error = $3, lease_until = null,
      next_attempt_at = now() + $5 * interval '1 ms', ${doubt("$4")}
    where ${held}`,
};

const givenUp: Statement = {
  name: "dispatch_given_up",
  text: `
    with dead as (
      update dispatches set state = 'dead', last_error = $3, lease_until = null, ${doubt("$4")}
      where ${held} returning id
    ), audited as (${auditInsert(5, "dead", "dead.id")})
    select from dead`,
};

/** Its place in its subject stays: what waits behind it may need what it makes. */
const redeliver: Statement = {
  name: "dispatch_redeliver",
  text: `
    with again as (
      update dispatches set state = 'pending', attempts = 0, next_attempt_at = date_trunc('milliseconds', now()),
        begun_at = now()
      where id = $1 and state = 'dead' returning id, subject
    ), audited as (${auditInsert(2, "again", "again.id")})
    select subject from again`,
};

const list: Statement = {
  name: "dispatch_list",
  text: `
    select d.id, d.connection_id, c.name as connection_name, d.body, d.state, d.attempts, d.last_error,
      case when d.state = 'pending' then d.next_attempt_at end as next_attempt_at, d.created_at
    from dispatches d join connections c on c.id = d.connection_id
    where d.tenant_id = app_tenant() and d.state = any ($1::text[])
      and ($2::uuid is null or d.connection_id = $2::uuid)
      and ($3::timestamptz is null or (d.created_at, d.id) < ($3::timestamptz, $4::uuid))
    order by d.created_at desc, d.id desc limit $5`,
};

const waiting: Statement = {
  name: "dispatch_waiting",
  text: `
    select count(*)::integer as count from dispatches
    where tenant_id = app_tenant() and body ->> 'linkId' = $1 and state = 'pending'`,
};

const counts: Statement = {
  name: "dispatch_counts",
  text: `
    select connection_id, count(*) filter (where state = 'pending')::integer as pending,
      count(*) filter (where state = 'dead')::integer as dead
    from dispatches
    where tenant_id = app_tenant() and (state = 'pending' or state = 'dead')
    group by connection_id`,
};

interface DispatchRow {
  id: Dispatch["id"];
  connection_id: ConnectionId;
  subject: string;
  body: DispatchBody;
  attempts: number;
  doubt_since: Date | null;
  created_at: Date;
  begun_at: Date;
}

interface ListedRow {
  id: Dispatch["id"];
  connection_id: ConnectionId;
  connection_name: string;
  body: DispatchBody;
  state: ListedDispatch["state"];
  attempts: number;
  last_error: string | null;
  next_attempt_at: Date | null;
  created_at: Date;
}

const presentListed = (row: ListedRow): ListedDispatch => ({
  id: row.id,
  connectionId: row.connection_id,
  connectionName: row.connection_name,
  body: row.body,
  state: row.state,
  attempts: row.attempts,
  lastError: row.last_error,
  nextAttemptAt: row.next_attempt_at,
  createdAt: row.created_at,
});

/** That a call began waits for the disk: what is sent after it must not be forgotten. */
export function dispatchStore(run: TenantRunner): DispatchStore {
  return {
    async write(dispatches, audit = []) {
      if (dispatches.length > 0) await run(write, [callsParameter(dispatches), auditParameter(audit)]);
    },
    async take(subject, leaseMs, probeMs) {
      const [row] = await run<DispatchRow>(take, [subject, leaseMs, probeMs], "soon");
      if (!row) return null;
      return {
        id: row.id,
        connectionId: row.connection_id,
        subject: row.subject,
        body: row.body,
        notBefore: null,
        attempt: row.attempts,
        doubtSince: row.doubt_since,
        createdAt: row.created_at,
        begunAt: row.begun_at,
      };
    },
    async extend(id, attempt, leaseMs) {
      return (await run(extend, [id, attempt, leaseMs], "soon")).length > 0;
    },
    async begin(id, attempt) {
      return (await run(begin, [id, attempt])).length > 0;
    },
    async done(id, attempt) {
      const [row] = await run<{ more: boolean }>(done, [id, attempt]);
      return { more: row?.more ?? true };
    },
    async postpone(id, attempt, waitMs, undone) {
      await run(postpone, [id, attempt, waitMs, undone]);
    },
    async failed(id, attempt, { error, retryMs, undone }, audit) {
      const values = [id, attempt, error, undone];
      if (retryMs === null) await run(givenUp, [...values, auditParameter(audit)]);
      else await run(failed, [...values, retryMs]);
    },
    async list({ states, connectionId, cursor, limit }) {
      const from = decodeCursor(cursor);
      const values = [states, connectionId, from?.at ?? null, from?.id ?? null, limit + 1];
      const rows = await run<ListedRow>(list, values);
      return toPage(rows, limit, ({ created_at: at, id }) => encodeCursor({ at, id }), presentListed);
    },
    async redeliver(id, audit) {
      const [row] = await run<{ subject: string }>(redeliver, [id, auditParameter(audit)]);
      return row?.subject ?? null;
    },
    async waiting(link) {
      const [row] = await run<{ count: number }>(waiting, [link]);
      return row?.count ?? 0;
    },
    async counts() {
      const rows = await run<{ connection_id: ConnectionId; pending: number; dead: number }>(counts, []);
      return new Map(rows.map(({ connection_id: id, pending, dead }) => [id, { pending, dead }]));
    },
  };
}
