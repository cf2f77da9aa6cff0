import type { Connection } from "../../../core/connections/connection.ts";
import type { ConnectionStore } from "../../../core/connections/connection-store.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { ConnectionId } from "../../../core/ids.ts";
import { record, type Tables } from "./tables.ts";

export function fakeConnectionStore(tables: Tables): ConnectionStore {
  const { connections, now } = tables;
  const checkName = (name: string, own: ConnectionId): void => {
    if ([...connections.values()].some((other) => other.name === name && other.id !== own))
      throw new ExpertError("conflict", "Another connection has this name.");
  };
  const health = (id: ConnectionId, change: (before: Connection["health"]) => Connection["health"]): void => {
    const row = connections.get(id);
    if (row) row.health = change(row.health);
  };
  return {
    list: async () =>
      [...connections.values()]
        .toSorted((one, other) => (one.name < other.name ? -1 : 1))
        .map((row) => ({ ...row })),
    async find(id) {
      const row = connections.get(id);
      return row ? { ...row } : null;
    },
    async add({ createdBy: _by, ...connection }, audit) {
      checkName(connection.name, connection.id);
      connections.set(connection.id, {
        ...structuredClone(connection),
        state: "active",
        health: { failures: 0, openUntil: null, lastError: null, lastFailedAt: null, lastWorkedAt: null },
        cursor: null,
        createdAt: new Date(now()),
      });
      record(tables, audit, connection.id);
    },
    async change(id, change, audit) {
      const row = connections.get(id);
      if (!row) return false;
      if (change.name !== undefined) checkName(change.name, id);
      Object.assign(row, structuredClone(change));
      if ("settings" in change || "sealedSecrets" in change)
        row.health = { ...row.health, failures: 0, openUntil: null };
      record(tables, audit, id);
      return true;
    },
    async worked(id) {
      health(id, (before) => ({
        ...before,
        failures: 0,
        openUntil: null,
        lastWorkedAt: new Date(now()),
      }));
    },
    async failed(id, error, pauseMs) {
      health(id, (before) => {
        const failures = before.failures + 1;
        const pause = pauseMs(failures);
        const openUntil = pause === null ? null : new Date(now() + pause);
        return { ...before, failures, openUntil, lastError: error, lastFailedAt: new Date(now()) };
      });
    },
    async paused(id, pauseMs) {
      health(id, (before) => ({ ...before, openUntil: new Date(now() + pauseMs) }));
    },
    async moveCursor(id, from, to) {
      const row = connections.get(id);
      if (!row || row.cursor !== from) return false;
      row.cursor = to;
      return true;
    },
  };
}
