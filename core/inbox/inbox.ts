import type { ConversationId, DepartmentId, TenantId, TurnId, UserId } from "../ids.ts";
import type { Language } from "../text/language.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { Address } from "../delivery/address.ts";
import { ExpertError } from "../errors.ts";
import type { StoredScope } from "../identity/access.ts";
import type { EventSource } from "./event-source.ts";

export type { Address };

/** What becomes a turn. */
export interface QuestionPayload {
  readonly question: string;
  readonly departmentId: DepartmentId | null;
  readonly conversationId: ConversationId;
  /** Where the reply goes: the channel's own name of the thread. */
  readonly threadKey: string;
  /** The title of the conversation, should it be new. */
  readonly title: string;
  readonly language: Language;
  /** Whether several people ask in the thread, each in their own name; absent: it is the asker's alone. */
  readonly shared?: boolean;
  /** What everyone who sees the answer may read; absent: the asker alone sees it. */
  readonly placeScope?: StoredScope;
  readonly address?: Address;
}

/** A question as a channel received it from a person it knows, before any work. */
export interface ReceivedQuestion {
  /** Becomes the turn's id, unless the event was received before. */
  readonly id: TurnId;
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly channel: ChannelName;
  /** The channel's own id of the event; what it sends twice is taken once. */
  readonly eventId: string;
  readonly payload: QuestionPayload;
}

/** What a platform sent, before it is known who sent it and what it asks for. */
export interface ReceivedEvent {
  /** Becomes the turn's id, should it be a question. */
  readonly id: TurnId;
  readonly tenantId: TenantId;
  readonly channel: EventSource;
  readonly eventId: string;
  /** JSON that the channel's handler understands. Never tokens. */
  readonly body: object;
}

export interface EventReceipt {
  readonly id: TurnId;
  /** False where the event had been received before. */
  readonly fresh: boolean;
}

export interface Receipt {
  readonly turnId: TurnId;
  /** The conversation that the event was first received into. */
  readonly conversationId: ConversationId;
  /** False where the event had been received before. */
  readonly fresh: boolean;
}

/** Takes events in durably. */
export interface Inbox {
  /**
   * Once this resolves, the question will be answered. Throws `conflict` where the event was received before with
   * another question, and `rate_limited` where too many wait to be taken in.
   */
  receive(question: ReceivedQuestion): Promise<Receipt>;
  /** Once this resolves, the event will be handled. Throws `rate_limited` where too many wait to be taken in. */
  receiveEvent(event: ReceivedEvent): Promise<EventReceipt>;
}

/** What a channel is told that uses one event id for two questions. */
export const otherQuestion = (): ExpertError =>
  new ExpertError("conflict", "Another question was asked before under this event id.", {
    remedy: "Send each question under an id of its own.",
  });
