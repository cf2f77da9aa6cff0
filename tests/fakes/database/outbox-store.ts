import { lastingAddress } from "../../../core/delivery/address.ts";
import type { MessageRef, OutgoingMessage } from "../../../core/delivery/channel.ts";
import type { OutboxStore } from "../../../core/delivery/outbox.ts";
import type { DeliveryId } from "../../../core/ids.ts";
import { isRunning, type OutboxRow, record, type Tables } from "./tables.ts";

const statusOf = { posted: "success", withheld: "denied", dead: "error" } as const;

export function fakeOutboxStore(tables: Tables): OutboxStore {
  const { outbox, conversations, turns, now } = tables;
  const pending = (id: DeliveryId): OutboxRow | undefined =>
    outbox.find((row) => row.delivery.id === id && row.state === "pending");
  const heldBy = (id: DeliveryId, attempt: number): OutboxRow | undefined => {
    const row = pending(id);
    return row?.attempts === attempt && row.leaseUntil !== null ? row : undefined;
  };
  const inHeldThread = ({ delivery }: OutboxRow): boolean =>
    [...conversations.values()].some(
      ({ threadKey, heldBy: holder }) => threadKey === delivery.threadKey && holder !== null,
    );

  const shownOf = ({ delivery: { message } }: OutboxRow): readonly MessageRef[] =>
    message.kind === "note" ? [] : (turns.get(message.turnId)?.shown ?? []);
  /** Whether another turn of the message's thread runs, or waits to be answered. */
  const standingOf = ({ delivery: { message } }: OutboxRow): MessageRef | null =>
    message.kind === "note" && message.replaces !== undefined
      ? (outbox.find(({ delivery }) => delivery.id === message.replaces)?.ref ?? null)
      : null;
  const othersRun = ({ delivery: { threadKey, message } }: OutboxRow): boolean =>
    [...turns.values()].some(
      (turn) => turn.id !== message.turnId && turn.event.payload.threadKey === threadKey && isRunning(turn),
    ) ||
    outbox.some(
      ({ state, delivery: other }) =>
        state === "pending" &&
        other.threadKey === threadKey &&
        other.message.kind !== "note" &&
        other.message.turnId !== message.turnId,
    );

  function close(row: OutboxRow, state: keyof typeof statusOf): void {
    row.state = state;
    row.leaseUntil = null;
    row.delivery = { ...row.delivery, address: lastingAddress(row.delivery.address) };
    const { message, channel } = row.delivery;
    const event = message.turnId === null ? undefined : turns.get(message.turnId)?.event;
    if (event?.payload.address)
      event.payload = { ...event.payload, address: lastingAddress(event.payload.address) };
    record(tables, [
      {
        event: "chat.delivery",
        status: statusOf[state],
        userId: null,
        resourceType: "turn",
        ...(message.turnId === null ? {} : { resourceId: message.turnId }),
        metadata: { channel, message: kindOf(message) },
      },
    ]);
  }

  return {
    async write(deliveries, audit = []) {
      const known = outbox.length;
      for (const delivery of deliveries) {
        if (outbox.some((row) => row.delivery.id === delivery.id)) continue;
        outbox.push({
          delivery,
          state: "pending",
          placed: new Map(),
          attempts: 0,
          nextAttemptAt: now(),
          leaseUntil: null,
          createdAt: now(),
        });
      }
      if (outbox.length > known) record(tables, audit);
    },
    async take(threadKey, leaseMs) {
      const row = outbox.find(
        ({ delivery, state }) => delivery.threadKey === threadKey && state === "pending",
      );
      if (!row || row.nextAttemptAt > now() || (row.leaseUntil !== null && row.leaseUntil >= now()))
        return null;
      row.attempts += 1;
      row.leaseUntil = now() + leaseMs;
      return {
        ...row.delivery,
        attempt: row.attempts,
        held: inHeldThread(row),
        shown: shownOf(row),
        standing: standingOf(row),
        placed: new Map(row.placed),
      };
    },
    async extend(id, attempt, leaseMs) {
      const row = heldBy(id, attempt);
      if (row) row.leaseUntil = now() + leaseMs;
      return row !== undefined;
    },
    async keepPlaced(id, part, ref) {
      const row = pending(id);
      if (row && !row.placed.has(part)) row.placed.set(part, ref);
    },
    async posted(id, attempt, ref) {
      const row = heldBy(id, attempt);
      if (!row) return { more: true };
      row.ref = ref;
      close(row, "posted");
      const { threadKey } = row.delivery;
      return {
        more: outbox.some((next) => next.state === "pending" && next.delivery.threadKey === threadKey),
      };
    },
    async around(id) {
      const row = outbox.find(({ delivery }) => delivery.id === id);
      if (!row) return { held: false, alone: false };
      return { held: inHeldThread(row), alone: !othersRun(row) };
    },
    async withhold(id, attempt) {
      const row = heldBy(id, attempt);
      if (row) close(row, "withheld");
    },
    async postpone(id, attempt, waitMs) {
      const row = heldBy(id, attempt);
      if (!row) return;
      row.attempts -= 1;
      row.leaseUntil = null;
      row.nextAttemptAt = now() + waitMs;
    },
    async failed(id, attempt, _error, retryMs) {
      const row = heldBy(id, attempt);
      if (!row) return;
      if (retryMs === null) close(row, "dead");
      else {
        row.leaseUntil = null;
        row.nextAttemptAt = now() + retryMs;
      }
    },
  };
}

/** What a message brings: a kind of reply, of note, or `failure`. */
function kindOf(message: OutgoingMessage): string {
  if (message.kind === "reply") return message.reply.kind;
  if (message.kind === "failure") return message.kind;
  return message.note.kind === "moved_here" ? kindOf(message.note.message) : message.note.kind;
}
