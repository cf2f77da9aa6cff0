import type { AuditEvent } from "../audit/audit-event.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { MessageRef } from "../delivery/channel.ts";
import type { Address } from "../delivery/address.ts";
import type { ConversationId, DepartmentId, TurnId, UserId } from "../ids.ts";
import type { Language } from "../text/language.ts";
import type { Feedback } from "./conversation-store.ts";
import type { Reply } from "./reply.ts";
import type { TurnState } from "./turn.ts";

/** A thread of a chat platform that the bot takes part in. */
export interface Thread {
  readonly conversationId: ConversationId;
  readonly channel: ChannelName;
  readonly threadKey: string;
  /** Who has taken it over; the bot is silent meanwhile. */
  readonly heldBy: { readonly id: UserId; readonly name: string } | null;
}

/** A turn, for whoever acts on its message in its thread. */
export interface ThreadTurn {
  readonly id: TurnId;
  readonly conversationId: ConversationId;
  readonly channel: ChannelName;
  readonly threadKey: string;
  readonly userId: UserId;
  readonly question: string;
  /** As it was searched, understandable without its thread; the question itself until then. */
  readonly standaloneQuestion: string;
  /** The department that was asked by name; null where the router chose. */
  readonly askedDepartmentId: DepartmentId | null;
  readonly language: Language;
  readonly departmentId: DepartmentId | null;
  readonly state: TurnState;
  readonly reply: Reply | null;
  /** Whether others saw the answer. */
  readonly shared: boolean;
  readonly address: Address;
  readonly createdAt: Date;
}

/** A question of a thread, and who asked it. */
export interface SaidTurn extends ThreadTurn {
  readonly askedByName: string;
}

/** Threads as their channel sees them: whoever sees a message there may act on it. */
export interface ThreadStore {
  find(id: ConversationId): Promise<Thread | null>;
  turn(id: TurnId): Promise<ThreadTurn | null>;
  /** The newest questions of a thread with what was replied, oldest first; none of one that was deleted. */
  said(id: ConversationId, limit: number): Promise<readonly SaidTurn[]>;
  /** The turn that a posted message is about, by names that its `MessageRef` holds; null where none is known. */
  turnOfMessage(
    channel: ChannelName,
    message: MessageRef & { readonly activityId: string },
  ): Promise<TurnId | null>;
  /** Of anyone who saw the answer; null takes it back. False where there is no such turn. */
  setFeedback(
    user: UserId,
    id: TurnId,
    feedback: Feedback | null,
    audit: readonly AuditEvent[],
  ): Promise<boolean>;
  /** The person's questions that run, or wait for a human, newest first. */
  openQuestions(user: UserId, limit: number): Promise<readonly ThreadTurn[]>;
}
