import type { AuditEvent } from "../audit/audit-event.ts";
import type { ConversationId, DepartmentId, TurnId, UserId } from "../ids.ts";
import type { Reply } from "./reply.ts";
import type { TurnFailure } from "./turn-store.ts";
import type { TurnState } from "./turn.ts";

export interface Conversation {
  readonly id: ConversationId;
  readonly title: string;
  readonly departmentId: DepartmentId | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Feedback {
  readonly verdict: "up" | "down";
  readonly reason: string | null;
}

/** A turn as the person who asked it sees it. */
export interface TurnRecord {
  readonly id: TurnId;
  readonly conversationId: ConversationId;
  readonly question: string;
  readonly state: TurnState;
  readonly departmentId: DepartmentId | null;
  readonly createdAt: Date;
  readonly reply: Reply | null;
  readonly failure: TurnFailure | null;
  readonly feedback: Feedback | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; null on the last page. */
  readonly nextCursor: string | null;
}

/**
 * One person's conversations: another person's are as if they did not exist, and so are deleted ones with their turns,
 * except to `restore`. A question that waits for its worker is
 * shown by `get`, `turns` and `turn` as what it will become, a turn in state `received`.
 */
export interface ConversationStore {
  list(
    user: UserId,
    query: { readonly text: string | null; readonly cursor: string | null; readonly limit: number },
  ): Promise<Page<Conversation>>;
  get(user: UserId, id: ConversationId): Promise<Conversation | null>;
  turns(user: UserId, id: ConversationId): Promise<readonly TurnRecord[]>;
  turn(user: UserId, id: TurnId): Promise<TurnRecord | null>;
  rename(
    user: UserId,
    id: ConversationId,
    title: string,
    audit: readonly AuditEvent[],
  ): Promise<Conversation | null>;
  /** Hides the conversation; it can be restored. False where there is none, so that it is told of once. */
  remove(user: UserId, id: ConversationId, audit: readonly AuditEvent[]): Promise<boolean>;
  /** Gives back one that was not deleted as it is, and tells nothing. */
  restore(user: UserId, id: ConversationId, audit: readonly AuditEvent[]): Promise<Conversation | null>;
  /** Asks the worker to stop, also the one that has yet to take the question; false where the turn has ended. */
  requestCancel(user: UserId, id: TurnId): Promise<boolean>;
  /** Null takes the feedback back. False where the turn is not this person's. */
  setFeedback(
    user: UserId,
    id: TurnId,
    feedback: Feedback | null,
    audit: readonly AuditEvent[],
  ): Promise<boolean>;
}
