import type { Connection } from "../../../core/connections/connection.ts";
import type { ConnectionStore } from "../../../core/connections/connection-store.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";

const columns = `
  id, kind, name, settings, sealed_secrets, state, failures, open_until, last_error, last_failed_at, last_worked_at,
  cursor, created_at`;

const list: Statement = {
  name: "connection_list",
  text: `select ${columns} from connections where tenant_id = app_tenant() order by name collate "C"`,
};

const find: Statement = { name: "connection_find", text: `select ${columns} from connections where id = $1` };

const add: Statement = {
  name: "connection_add",
  text: `
    with added as (
      insert into connections (id, tenant_id, kind, name, settings, sealed_secrets, created_by)
      values ($1, app_tenant(), $2, $3, $4, $5, $6)
      on conflict (tenant_id, name) do nothing returning id
    ), audited as (${auditInsert(7, "added", "added.id")})
    select from added`,
};

/** $2 holds what is changed, by the names that the store's callers use. */
const change: Statement = {
  name: "connection_change",
  text: `
    with wanted as (
      select $2::jsonb as c
    ), changed as (
      update connections set
        name = coalesce(c ->> 'name', name),
        state = coalesce(c ->> 'state', state),
        settings = case when jsonb_exists(c, 'settings') then c -> 'settings' else settings end,
        sealed_secrets = case when jsonb_exists(c, 'sealedSecrets') then c ->> 'sealedSecrets' else sealed_secrets end,
        failures = case when jsonb_exists_any(c, '{settings,sealedSecrets}') then 0 else failures end,
        open_until = case when jsonb_exists_any(c, '{settings,sealedSecrets}') then null else open_until end
      from wanted where id = $1 returning id
    ), audited as (${auditInsert(3, "changed", "changed.id")})
    select from changed`,
};

const worked: Statement = {
  name: "connection_worked",
  text: `update connections set failures = 0, open_until = null, last_worked_at = now() where id = $1`,
};

/** $3: how long to leave it alone after the first failure, the second, and so on; the last holds for all that follow. */
const failed: Statement = {
  name: "connection_failed",
  text: `
    update connections set failures = failures + 1, last_error = $2, last_failed_at = now(),
      open_until = now() + ($3::float8[])[least(failures + 1, cardinality($3::float8[]))] * interval '1 ms'
    where id = $1`,
};

const paused: Statement = {
  name: "connection_paused",
  text: `update connections set open_until = now() + $2 * interval '1 ms' where id = $1`,
};

const moveCursor: Statement = {
  name: "connection_move_cursor",
  text: `update connections set cursor = $3 where id = $1 and cursor is not distinct from $2::text returning id`,
};

/** So many failures in a row are told apart; a pause has long reached its longest by then. */
const failuresCounted = 50;

interface ConnectionRow {
  id: Connection["id"];
  kind: Connection["kind"];
  name: string;
  settings: unknown;
  sealed_secrets: string | null;
  state: Connection["state"];
  failures: number;
  open_until: Date | null;
  last_error: string | null;
  last_failed_at: Date | null;
  last_worked_at: Date | null;
  cursor: string | null;
  created_at: Date;
}

const present = (row: ConnectionRow): Connection => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  settings: row.settings,
  sealedSecrets: row.sealed_secrets,
  state: row.state,
  health: {
    failures: row.failures,
    openUntil: row.open_until,
    lastError: row.last_error,
    lastFailedAt: row.last_failed_at,
    lastWorkedAt: row.last_worked_at,
  },
  cursor: row.cursor,
  createdAt: row.created_at,
});

const nameTaken = (): ExpertError =>
  new ExpertError("conflict", "Another connection has this name.", { remedy: "Choose another name." });

const isUniqueViolation = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "23505";

export function connectionStore(run: TenantRunner): ConnectionStore {
  return {
    async list() {
      return (await run<ConnectionRow>(list, [])).map(present);
    },
    async find(id) {
      const [row] = await run<ConnectionRow>(find, [id]);
      return row ? present(row) : null;
    },
    async add({ id, kind, name, settings, sealedSecrets, createdBy }, audit) {
      const values = [id, kind, name, JSON.stringify(settings), sealedSecrets, createdBy];
      const added = await run(add, [...values, auditParameter(audit)]);
      if (added.length === 0) throw nameTaken();
    },
    async change(id, changes, audit) {
      try {
        const values = [id, JSON.stringify(changes), auditParameter(audit)];
        return (await run(change, values)).length > 0;
      } catch (error) {
        throw isUniqueViolation(error) ? nameTaken() : error;
      }
    },
    async worked(id) {
      await run(worked, [id], "soon");
    },
    async failed(id, error, pauseMs) {
      const pauses = Array.from({ length: failuresCounted }, (_, before) => pauseMs(before + 1));
      await run(failed, [id, error, pauses], "soon");
    },
    async paused(id, pauseMs) {
      await run(paused, [id, pauseMs], "soon");
    },
    async moveCursor(id, from, to) {
      return (await run(moveCursor, [id, from, to])).length > 0;
    },
  };
}
