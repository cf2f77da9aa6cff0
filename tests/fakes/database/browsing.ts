import type { ConversationStore, Page, TurnRecord } from "../../../core/conversation/conversation-store.ts";
import { ExpertError } from "../../../core/errors.ts";
import { canRead } from "../../../core/identity/access.ts";
import type { DepartmentId } from "../../../core/ids.ts";
import type { DocumentLibrary } from "../../../core/knowledge/document-library.ts";
import { presentPassage } from "./document-store.ts";
import {
  type ConversationRow,
  isRunning,
  type QuestionRow,
  record,
  type Tables,
  type TurnRow,
  waitingOf,
} from "./tables.ts";

/** A page of rows in their order; the cursor is the id of the last one shown. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  { cursor, limit }: { readonly cursor: string | null; readonly limit: number },
  idOf: (row: Row) => string,
  present: (row: Row) => T,
): Page<T> {
  const start = cursor === null ? 0 : rows.findIndex((row) => idOf(row) === cursor) + 1;
  if (cursor !== null && start === 0)
    throw new ExpertError("invalid_input", "The page that was asked for does not exist.");
  const shown = rows.slice(start, start + limit);
  const last = shown.at(-1);
  const more = start + limit < rows.length;
  return { items: shown.map(present), nextCursor: more && last !== undefined ? idOf(last) : null };
}

const has = (text: string, words: string | null): boolean =>
  words === null || text.toLowerCase().includes(words.toLowerCase());
const newestFirst = (one: readonly [number, string], other: readonly [number, string]): number =>
  other[0] - one[0] || (one[1] < other[1] ? 1 : -1);

export function fakeDocumentLibrary(tables: Tables): DocumentLibrary {
  const { documents } = tables;
  const readable = (scope: Parameters<DocumentLibrary["list"]>[0]) =>
    [...documents.values()].filter(({ document }) => canRead(scope, document));
  return {
    async list(scope, { departmentId, state, text, kind = "file", ...page }) {
      const found = readable(scope)
        .map(({ document }) => document)
        .filter((document) => document.kind === kind)
        .filter((document) => departmentId === null || document.departmentId === departmentId)
        .filter((document) => state === null || document.state === state)
        .filter(({ title, name }) => has(title, text) || has(name, text))
        .toSorted((one, other) =>
          newestFirst([one.createdAt.getTime(), one.id], [other.createdAt.getTime(), other.id]),
        );
      return pageOf(
        found,
        page,
        ({ id }) => id,
        (document) => document,
      );
    },
    get: async (scope, id) => readable(scope).find(({ document }) => document.id === id)?.document ?? null,
    async passages(id) {
      const row = documents.get(id);
      if (!row) return [];
      return tables.passages
        .filter(({ documentId, revision }) => documentId === id && revision === row.publishedRevision)
        .toSorted((one, other) => one.position - other.position)
        .map((passage) => presentPassage(row, passage));
    },
    async counts(scope) {
      const counts = new Map<DepartmentId, number>();
      for (const { document, publishedRevision } of readable(scope)) {
        const { departmentId } = document;
        if (publishedRevision > 0 && document.kind === "file")
          counts.set(departmentId, (counts.get(departmentId) ?? 0) + 1);
      }
      return counts;
    },
  };
}

export function fakeConversationStore(tables: Tables): ConversationStore {
  const { conversations, turns, inbox } = tables;
  const own = (user: string, id: string): ConversationRow | null => {
    const row = conversations.get(id);
    return row?.userId === user && row.channel === "web" ? row : null;
  };
  const turnsOf = (id: string): TurnRow[] =>
    [...turns.values()].filter(({ event }) => event.payload.conversationId === id);
  const present = ({ id, title, departmentId, createdAt, updatedAt }: ConversationRow) => ({
    id,
    title,
    departmentId,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  });
  const presentTurn = (user: TurnRow["event"]["userId"], turn: TurnRow): TurnRecord => ({
    id: turn.id,
    conversationId: turn.event.payload.conversationId,
    question: turn.event.payload.question,
    state: turn.state,
    departmentId: turn.departmentId,
    createdAt: new Date(turn.createdAt),
    reply: turn.reply,
    failure: turn.failure,
    feedback: turn.feedback.get(user) ?? null,
  });

  const isHidden = ({ event }: TurnRow): boolean =>
    event.channel !== "web" || conversations.get(event.payload.conversationId)?.deleted === true;
  const begun = ({ payload, receivedAt }: QuestionRow) => ({
    id: payload.conversationId,
    title: payload.title,
    departmentId: payload.departmentId,
    createdAt: new Date(receivedAt),
    updatedAt: new Date(receivedAt),
  });
  const received = ({ id, payload, receivedAt }: QuestionRow): TurnRecord => ({
    id,
    conversationId: payload.conversationId,
    question: payload.question,
    state: "received",
    departmentId: payload.departmentId,
    createdAt: new Date(receivedAt),
    reply: null,
    failure: null,
    feedback: null,
  });

  return {
    async list(user, { text, ...page }) {
      const found = [...conversations.values()]
        .filter(({ userId, channel, deleted }) => userId === user && channel === "web" && !deleted)
        .filter(
          ({ id, title }) =>
            has(title, text) || turnsOf(id).some(({ event }) => has(event.payload.question, text)),
        )
        .toSorted((one, other) => newestFirst([one.updatedAt, one.id], [other.updatedAt, other.id]));
      return pageOf(found, page, ({ id }) => id, present);
    },
    async get(user, id) {
      const row = own(user, id);
      if (row) return row.deleted ? null : present(row);
      const [waiting] = waitingOf(tables, user).filter(({ payload }) => payload.conversationId === id);
      return waiting ? begun(waiting) : null;
    },
    async turns(user, id) {
      if (conversations.has(id) && own(user, id)?.deleted !== false) return [];
      const waiting = waitingOf(tables, user).filter(({ payload }) => payload.conversationId === id);
      const taken = turnsOf(id)
        .toSorted((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1))
        .map((turn) => presentTurn(user, turn));
      return [...taken, ...waiting.map(received)];
    },
    async turn(user, id) {
      const waiting = waitingOf(tables, user).find((event) => event.id === id);
      if (waiting) return received(waiting);
      const turn = turns.get(id);
      return turn?.event.userId === user && !isHidden(turn) ? presentTurn(user, turn) : null;
    },
    async rename(user, id, title, audit) {
      const row = own(user, id);
      if (!row || row.deleted) return null;
      row.title = title;
      record(tables, audit);
      return present(row);
    },
    async remove(user, id, audit) {
      const row = own(user, id);
      if (!row || row.deleted) return false;
      row.deleted = true;
      record(tables, audit);
      return true;
    },
    async restore(user, id, audit) {
      const row = own(user, id);
      if (!row) return null;
      if (row.deleted) record(tables, audit);
      row.deleted = false;
      return present(row);
    },
    async requestCancel(user, id) {
      const waiting = [...inbox.values()].find((event) => event.id === id && !event.taken);
      const turn = turns.get(id);
      const found =
        waiting?.userId === user ? waiting : turn?.event.userId === user && isRunning(turn) ? turn : null;
      if (found) found.cancelRequested = true;
      return found !== null;
    },
    async setFeedback(user, id, feedback, audit) {
      const turn = turns.get(id);
      if (turn?.event.userId !== user || isHidden(turn)) return false;
      if (feedback) turn.feedback.set(user, feedback);
      else turn.feedback.delete(user);
      record(tables, audit);
      return true;
    },
  };
}
