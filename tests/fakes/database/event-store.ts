import type { EventStore } from "../../../core/inbox/event-store.ts";
import type { TurnId } from "../../../core/ids.ts";
import { type InboxRow, record, type Tables } from "./tables.ts";

export function fakeEventStore(tables: Tables): EventStore {
  const { inbox, now } = tables;
  const unhandled = (id: TurnId): InboxRow | undefined =>
    [...inbox.values()].find((row) => row.id === id && row.payload === null && !row.taken);
  const heldBy = (id: TurnId, attempt: number): InboxRow | undefined => {
    const row = unhandled(id);
    return row?.attempts === attempt ? row : undefined;
  };

  return {
    async take(id, leaseMs) {
      const row = unhandled(id);
      if (!row || (row.leaseUntil !== null && row.leaseUntil >= now())) return null;
      row.leaseUntil = now() + leaseMs;
      row.attempts += 1;
      const { tenantId, channel, body, attempts: attempt, pauses, receivedAt } = row;
      return { id, tenantId, channel, body, attempt, pauses, receivedAt: new Date(receivedAt) };
    },
    async accept(id, { userId, payload }, audit) {
      const row = unhandled(id);
      if (!row) return false;
      Object.assign(row, { userId, payload, body: null, leaseUntil: null } satisfies Partial<InboxRow>);
      record(tables, audit, id);
      return true;
    },
    async extend(id, attempt, leaseMs) {
      const row = heldBy(id, attempt);
      if (row) row.leaseUntil = now() + leaseMs;
      return row !== undefined;
    },
    async settle(id, attempt) {
      const row = heldBy(id, attempt);
      if (row) Object.assign(row, { taken: true, body: {}, leaseUntil: null } satisfies Partial<InboxRow>);
    },
    async postpone(id, attempt, waitMs) {
      const row = heldBy(id, attempt);
      if (!row) return;
      row.pauses += 1;
      row.leaseUntil = now() + waitMs;
    },
    async failed(id, attempt, retryMs) {
      const row = heldBy(id, attempt);
      if (row) row.leaseUntil = now() + retryMs;
    },
  };
}
