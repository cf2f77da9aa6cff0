import type { DispatchBody } from "../../../core/dispatch/dispatch.ts";
import type { DispatchStore } from "../../../core/dispatch/dispatch-store.ts";
import type { DispatchId } from "../../../core/ids.ts";
import { pageOf } from "./browsing.ts";
import { type DispatchRow, record, type Tables } from "./tables.ts";

/** Writes those that are not known; their number. */
export function writeCalls(tables: Tables, calls: readonly DispatchRow["call"][]): number {
  const fresh = calls.filter(({ id }) => !tables.dispatches.some(({ call }) => call.id === id));
  for (const call of fresh) {
    tables.dispatches.push({
      call: structuredClone(call),
      state: "pending",
      attempts: 0,
      nextAttemptAt: call.notBefore?.getTime() ?? tables.now(),
      leaseUntil: null,
      doubtSince: null,
      doubtBefore: null,
      lastError: null,
      createdAt: tables.now(),
      begunAt: tables.now(),
    });
  }
  return fresh.length;
}

export const linkOf = (body: DispatchBody): string | null => ("linkId" in body ? body.linkId : null);

export function fakeDispatchStore(tables: Tables): DispatchStore {
  const { dispatches, connections, now } = tables;
  const heldBy = (id: DispatchId, attempt: number): DispatchRow | undefined =>
    dispatches.find(
      (row) =>
        row.call.id === id && row.state === "pending" && row.attempts === attempt && row.leaseUntil !== null,
    );
  const moment = (at: number | null): Date | null => (at === null ? null : new Date(at));

  return {
    async write(calls, audit = []) {
      if (writeCalls(tables, calls) > 0) record(tables, audit);
    },
    async take(subject, leaseMs, probeMs) {
      const row = dispatches.find(({ state, call }) => state === "pending" && call.subject === subject);
      if (!row || row.nextAttemptAt > now() || (row.leaseUntil !== null && row.leaseUntil >= now()))
        return null;
      const connection = connections.get(row.call.connectionId);
      if (connection?.state !== "active") return null;
      const { openUntil } = connection.health;
      if (openUntil !== null) {
        if (openUntil.getTime() > now()) return null;
        connection.health = { ...connection.health, openUntil: new Date(now() + probeMs) };
      }
      row.attempts += 1;
      row.leaseUntil = now() + leaseMs;
      row.doubtBefore = row.doubtSince;
      return {
        ...structuredClone(row.call),
        notBefore: null,
        attempt: row.attempts,
        doubtSince: moment(row.doubtSince),
        createdAt: new Date(row.createdAt),
        begunAt: new Date(row.begunAt),
      };
    },
    async extend(id, attempt, leaseMs) {
      const row = heldBy(id, attempt);
      if (row) row.leaseUntil = now() + leaseMs;
      return row !== undefined;
    },
    async begin(id, attempt) {
      const row = heldBy(id, attempt);
      if (row) row.doubtSince = now();
      return row !== undefined;
    },
    async done(id, attempt) {
      const row = heldBy(id, attempt);
      if (!row) return { more: true };
      row.state = "done";
      row.leaseUntil = null;
      return {
        more: dispatches.some(({ state, call }) => state === "pending" && call.subject === row.call.subject),
      };
    },
    async postpone(id, attempt, waitMs, undone) {
      const row = heldBy(id, attempt);
      if (!row) return;
      row.attempts -= 1;
      row.leaseUntil = null;
      row.nextAttemptAt = now() + waitMs;
      if (undone) row.doubtSince = row.doubtBefore;
    },
    async failed(id, attempt, { error, retryMs, undone }, audit) {
      const row = heldBy(id, attempt);
      if (!row) return;
      row.leaseUntil = null;
      row.lastError = error;
      if (undone) row.doubtSince = row.doubtBefore;
      if (retryMs === null) {
        row.state = "dead";
        record(tables, audit, id);
      } else row.nextAttemptAt = now() + retryMs;
    },
    async list({ states, connectionId, ...page }) {
      const found = dispatches
        .filter(({ state }) => states.includes(state))
        .filter(({ call }) => connectionId === null || call.connectionId === connectionId)
        .toSorted((one, other) => other.createdAt - one.createdAt || (one.call.id < other.call.id ? 1 : -1));
      return pageOf(
        found,
        page,
        ({ call }) => call.id,
        ({ call, state, attempts, lastError, nextAttemptAt, createdAt }) => ({
          id: call.id,
          connectionId: call.connectionId,
          connectionName: connections.get(call.connectionId)?.name ?? "",
          body: call.body,
          state,
          attempts,
          lastError,
          nextAttemptAt: state === "pending" ? new Date(nextAttemptAt) : null,
          createdAt: new Date(createdAt),
        }),
      );
    },
    async redeliver(id, audit) {
      const row = dispatches.find(({ call, state }) => call.id === id && state === "dead");
      if (!row) return null;
      Object.assign(row, {
        state: "pending",
        attempts: 0,
        nextAttemptAt: now(),
        begunAt: now(),
      } satisfies Partial<DispatchRow>);
      record(tables, audit, id);
      return row.call.subject;
    },
    waiting: async (link) =>
      dispatches.filter(({ state, call }) => state === "pending" && linkOf(call.body) === link).length,
    async counts() {
      const counts = new Map<DispatchRow["call"]["connectionId"], { pending: number; dead: number }>();
      for (const { call, state } of dispatches) {
        if (state === "done") continue;
        const own = counts.get(call.connectionId) ?? { pending: 0, dead: 0 };
        own[state] += 1;
        counts.set(call.connectionId, own);
      }
      return counts;
    },
  };
}
