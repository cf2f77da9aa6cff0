import type { ThreadStore, ThreadTurn } from "../../../core/conversation/thread-store.ts";
import { isQuestion, isRunning, type QuestionRow, record, type Tables, type TurnRow } from "./tables.ts";

export function fakeThreadStore(tables: Tables): ThreadStore {
  const { conversations, turns, inbox, handoffs, members, outbox } = tables;
  const conversationOf = ({ payload }: QuestionRow) => conversations.get(payload.conversationId);

  const asked = (event: QuestionRow): ThreadTurn => ({
    id: event.id,
    conversationId: event.payload.conversationId,
    channel: event.channel,
    threadKey: event.payload.threadKey,
    userId: event.userId,
    question: event.payload.question,
    standaloneQuestion: event.payload.question,
    askedDepartmentId: event.payload.departmentId,
    language: event.payload.language,
    departmentId: event.payload.departmentId,
    state: "received",
    reply: null,
    shared: conversationOf(event)?.shared ?? event.payload.shared ?? false,
    address: event.payload.address ?? {},
    createdAt: new Date(event.receivedAt),
  });
  const present = ({ event, departmentId, state, reply, work }: TurnRow): ThreadTurn => ({
    ...asked(event),
    standaloneQuestion: work.retrieval?.standaloneQuestion ?? event.payload.question,
    departmentId,
    state,
    reply,
  });

  return {
    async find(id) {
      const row = conversations.get(id);
      if (!row) return null;
      const { channel, threadKey, heldBy } = row;
      const name = heldBy === null ? "" : (members.get(heldBy)?.name ?? "");
      return {
        conversationId: id,
        channel,
        threadKey,
        heldBy: heldBy === null ? null : { id: heldBy, name },
      };
    },
    async turn(id) {
      const turn = turns.get(id);
      return turn ? present(turn) : null;
    },
    async said(id, limit) {
      if (conversations.get(id)?.deleted !== false) return [];
      return [...turns.values()]
        .filter(({ event }) => event.payload.conversationId === id)
        .toSorted((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1))
        .slice(-limit)
        .map((turn) => ({
          ...present(turn),
          askedByName: members.get(turn.event.userId)?.name ?? "",
        }));
    },
    async turnOfMessage(channel, message) {
      const names = Object.entries(message);
      const row = outbox.findLast(
        ({ ref, delivery }) =>
          ref !== undefined &&
          delivery.channel === channel &&
          names.every(([name, value]) => ref[name] === value),
      );
      return row?.delivery.message.turnId ?? null;
    },
    async setFeedback(user, id, feedback, audit) {
      const turn = turns.get(id);
      const conversation = turn && conversationOf(turn.event);
      if (!turn || conversation?.deleted !== false) return false;
      if (turn.event.userId !== user && !conversation.shared) return false;
      if (feedback) turn.feedback.set(user, feedback);
      else turn.feedback.delete(user);
      record(tables, audit, id);
      return true;
    },
    async openQuestions(user, limit) {
      const waitsForHuman = new Set(
        handoffs.filter(({ state }) => state !== "closed").map(({ turnId }) => turnId),
      );
      const unfinished = [...turns.values()]
        .filter(({ event }) => event.userId === user && conversationOf(event)?.deleted === false)
        .filter((turn) => isRunning(turn) || waitsForHuman.has(turn.id))
        .map(present);
      const waiting = [...inbox.values()]
        .filter(isQuestion)
        .filter((event) => event.userId === user && !event.taken)
        .map(asked);
      return [...unfinished, ...waiting]
        .toSorted(
          (one, other) => other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1),
        )
        .slice(0, limit);
    },
  };
}
