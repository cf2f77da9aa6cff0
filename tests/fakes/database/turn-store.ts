import type { TakenTurn, TurnEnd, TurnStore } from "../../../core/conversation/turn-store.ts";
import type { Delivery } from "../../../core/delivery/outbox.ts";
import { restoreScope } from "../../../core/identity/access.ts";
import type { TurnId } from "../../../core/ids.ts";
import { beginApproval } from "./approval-store.ts";
import {
  type InboxRow,
  isQuestion,
  isRunning,
  record,
  type Tables,
  type TurnRow,
  waitingOf,
} from "./tables.ts";

const historyLength = 6;

export function fakeTurnStore(tables: Tables): TurnStore {
  const { inbox, turns, conversations, outbox, now } = tables;

  function begin(event: InboxRow, leaseMs: number): TurnRow | null {
    if (event.taken || !isQuestion(event)) return null;
    event.taken = true;
    const { conversationId, departmentId, title, threadKey, shared = false } = event.payload;
    const known = conversations.get(conversationId);
    if (known && (known.channel !== event.channel || (known.userId !== event.userId && !known.shared)))
      return null;
    if (!known) {
      conversations.set(conversationId, {
        id: conversationId,
        userId: event.userId,
        channel: event.channel,
        threadKey,
        shared,
        title,
        departmentId,
        createdAt: now(),
        updatedAt: now(),
        deleted: false,
        heldBy: null,
      });
    }
    const turn: TurnRow = {
      id: event.id,
      event,
      createdAt: event.receivedAt,
      departmentId,
      state: "received",
      work: {},
      reply: null,
      failure: null,
      cancelRequested: event.cancelRequested,
      attempts: 1,
      leaseUntil: now() + leaseMs,
      shown: [],
      feedback: new Map(),
    };
    turns.set(turn.id, turn);
    return turn;
  }

  function takeOver(turn: TurnRow, leaseMs: number, held: number): TurnRow | null {
    const own = turn.attempts === held;
    if (!isRunning(turn) || (turn.leaseUntil >= now() && !own)) return null;
    if (!own) turn.attempts += 1;
    turn.leaseUntil = now() + leaseMs;
    return turn;
  }

  const historyOf = (turn: TurnRow): TakenTurn["history"] =>
    [...turns.values()]
      .filter(({ event }) => event.payload.conversationId === turn.event.payload.conversationId)
      .filter(
        (other) =>
          other.createdAt < turn.createdAt || (other.createdAt === turn.createdAt && other.id < turn.id),
      )
      .toSorted((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1))
      .slice(-historyLength)
      .map(({ event, reply }) => ({ question: event.payload.question, answer: reply?.text ?? null }));

  const present = (turn: TurnRow): TakenTurn => ({
    id: turn.id,
    tenantId: turn.event.tenantId,
    conversationId: turn.event.payload.conversationId,
    userId: turn.event.userId,
    departmentId: turn.departmentId,
    question: turn.event.payload.question,
    language: turn.event.payload.language,
    channel: turn.event.channel,
    threadKey: turn.event.payload.threadKey,
    state: turn.state,
    work: turn.work,
    attempt: turn.attempts,
    cancelRequested: turn.cancelRequested,
    placeScope: turn.event.payload.placeScope ? restoreScope(turn.event.payload.placeScope) : null,
    address: turn.event.payload.address ?? {},
    createdAt: new Date(turn.createdAt),
    history: historyOf(turn),
  });

  function write(turn: TurnRow, { deliveryId, reply, failure, leaseMs }: TurnEnd): Delivery | null {
    const { channel, payload } = turn.event;
    const message: Delivery["message"] | null = reply
      ? { kind: "reply", turnId: turn.id, reply }
      : failure && { kind: "failure", turnId: turn.id, ...failure };
    if (!message) throw new TypeError("a turn ends with a reply or a failure");
    const { threadKey, conversationId, address = {} } = payload;
    const delivery = { id: deliveryId, channel, threadKey, message, address };
    const first = !outbox.some((row) => row.state === "pending" && row.delivery.threadKey === threadKey);
    outbox.push({
      delivery,
      state: "pending",
      placed: new Map(),
      attempts: first ? 1 : 0,
      nextAttemptAt: now(),
      leaseUntil: first ? now() + leaseMs : null,
      createdAt: now(),
    });
    const held = (conversations.get(conversationId)?.heldBy ?? null) !== null;
    return first
      ? { ...delivery, attempt: 1, held, shown: turn.shown, standing: null, placed: new Map() }
      : null;
  }

  const own = (id: TurnId): InboxRow | undefined => [...inbox.values()].find((event) => event.id === id);

  return {
    async take(id, leaseMs, held = 0) {
      const known = turns.get(id);
      const event = own(id);
      const turn = known ? takeOver(known, leaseMs, held) : event ? begin(event, leaseMs) : null;
      return turn && present(turn);
    },
    async extend(id, attempt, leaseMs) {
      const turn = turns.get(id);
      if (!turn || turn.attempts !== attempt || !isRunning(turn)) return null;
      turn.leaseUntil = now() + leaseMs;
      return { cancelRequested: turn.cancelRequested };
    },
    async show(id, shown) {
      const turn = turns.get(id);
      if (!turn) return;
      const known = new Set(turn.shown.map((ref) => JSON.stringify(ref)));
      turn.shown = [...turn.shown, ...shown.filter((ref) => !known.has(JSON.stringify(ref)))];
    },
    async mayShow(id, attempt) {
      const turn = turns.get(id);
      if (!turn || turn.attempts !== attempt || !isRunning(turn)) return false;
      return (conversations.get(turn.event.payload.conversationId)?.heldBy ?? null) === null;
    },
    isWaiting: async (user, id) => {
      const event = own(id);
      return event !== undefined && event.userId === user && event.channel === "web" && !event.taken;
    },
    ownsConversation: async (user, id) => {
      const conversation = conversations.get(id);
      if (conversation)
        return conversation.userId === user && conversation.channel === "web" && !conversation.deleted;
      return waitingOf(tables, user).some(({ payload }) => payload.conversationId === id);
    },
    async receivedBefore(user, channel, eventId) {
      const event = inbox.get(`${channel} ${eventId}`);
      if (!event || !isQuestion(event) || event.userId !== user) return null;
      const { id: turnId, payload } = event;
      return { turnId, conversationId: payload.conversationId, question: payload.question };
    },
    async advance(id, { attempt, from, to, work, audit, leaseMs }) {
      const turn = turns.get(id);
      if (!turn || turn.state !== from || turn.attempts !== attempt) return null;
      turn.state = to;
      turn.work = { ...turn.work, ...work };
      turn.departmentId = work.departmentId ?? turn.departmentId;
      turn.leaseUntil = now() + leaseMs;
      record(tables, audit);
      return { cancelRequested: turn.cancelRequested };
    },
    async calledWrong(answerKey) {
      const corrected = new Set(
        [...tables.approvals.values()].flatMap(({ why, decision, turnId }) =>
          why === "resolved" && decision !== null ? [turnId] : [],
        ),
      );
      return [...turns.values()].some(
        ({ id, work, feedback }) =>
          work.answerKey === answerKey &&
          (corrected.has(id) || [...feedback.values()].some(({ verdict }) => verdict === "down")),
      );
    },
    async end(id, end) {
      const turn = turns.get(id);
      if (!turn || turn.state !== end.from || turn.attempts !== end.attempt) return null;
      turn.state = end.to;
      turn.reply = end.reply;
      turn.failure = end.failure;
      const conversation = conversations.get(turn.event.payload.conversationId);
      if (conversation) {
        conversation.updatedAt = now();
        conversation.departmentId ??= turn.departmentId;
      }
      if (end.approval) beginApproval(tables, turn, end.approval);
      record(tables, end.audit);
      return { delivery: write(turn, end) };
    },
  };
}
