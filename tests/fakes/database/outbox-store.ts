import type { OutboxStore } from "../../../core/delivery/outbox.ts";
import type { DeliveryId } from "../../../core/ids.ts";
import { type OutboxRow, record, type Tables } from "./tables.ts";

export function fakeOutboxStore(tables: Tables): OutboxStore {
  const { outbox, now } = tables;
  const pending = (id: DeliveryId): OutboxRow | undefined =>
    outbox.find((row) => row.delivery.id === id && row.state === "pending");

  function close(row: OutboxRow, state: "posted" | "dead"): void {
    row.state = state;
    record(tables, [
      {
        event: "chat.delivery",
        status: state === "posted" ? "success" : "error",
        userId: null,
        resourceType: "turn",
        resourceId: row.delivery.message.turnId,
        metadata: { channel: row.delivery.channel },
      },
    ]);
  }

  return {
    async take(threadKey, leaseMs) {
      const row = outbox.find(
        ({ delivery, state }) => delivery.threadKey === threadKey && state === "pending",
      );
      if (!row || row.nextAttemptAt > now() || row.leaseUntil >= now()) return null;
      row.attempts += 1;
      row.leaseUntil = now() + leaseMs;
      return { ...row.delivery, attempt: row.attempts };
    },
    async posted(id) {
      const row = pending(id);
      if (row) close(row, "posted");
      const threadKey = row?.delivery.threadKey;
      return {
        more: outbox.some((next) => next.state === "pending" && next.delivery.threadKey === threadKey),
      };
    },
    async failed(id, attempt, _error, retryMs) {
      const row = pending(id);
      if (!row || row.attempts !== attempt) return;
      row.leaseUntil = 0;
      if (retryMs === null) close(row, "dead");
      else row.nextAttemptAt = now() + retryMs;
    },
  };
}
