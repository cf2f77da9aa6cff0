import type { NewApproval } from "../approvals/approval-store.ts";
import type { KnownAnswer } from "../approvals/known-answer.ts";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { ExhaustedBudget } from "../budgets/budget.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { MessageRef } from "../delivery/channel.ts";
import type { Delivery } from "../delivery/outbox.ts";
import type { ErrorCode } from "../errors.ts";
import type {
  AttachmentId,
  ConversationId,
  DeliveryId,
  DepartmentId,
  PassageId,
  TurnId,
  UserId,
} from "../ids.ts";
import type { ReadScope } from "../identity/access.ts";
import type { Address, Receipt } from "../inbox/inbox.ts";
import type { QueryTerm } from "../knowledge/knowledge-index.ts";
import type { Confidence } from "../answering/confidence.ts";
import type { Draft } from "../answering/draft.ts";
import type { Reply } from "./reply.ts";
import type { Exchange, TurnIdentity, TurnState } from "./turn.ts";

/** The passages that a turn found, by id; their text is read again where another process goes on. */
export interface StoredRetrieval {
  readonly standaloneQuestion: string;
  readonly hits: readonly {
    readonly passageId: PassageId;
    readonly score: number;
    readonly wordScore: number;
    readonly similarity: number | null;
  }[];
  readonly terms: readonly QueryTerm[];
  readonly collectionSize: number;
}

/** How much of a draft is supported: all of it, a part that was kept, or so little that the passages are quoted instead, because it rests on nothing or broke off too early. */
export type DraftSupport = "whole" | "shortened" | "quoted" | "broken_off";

/** What the steps of a turn have worked out so far. */
export interface TurnWork {
  readonly departmentId?: DepartmentId | null;
  readonly retrieval?: StoredRetrieval;
  /** What a model saw in the question's pictures, for the search: a question of few words finds little by itself. */
  readonly pictureWords?: string;
  /** Pictures that the model which wrote the draft has looked at. */
  readonly picturesSeen?: readonly AttachmentId[];
  readonly draft?: Draft;
  /** True where quotes stood in for a model that was away. */
  readonly quotedInstead?: boolean;
  /** The budget that kept the model from being asked. */
  readonly exhaustedBudget?: ExhaustedBudget;
  readonly support?: DraftSupport;
  readonly confidence?: Confidence;
  /** True where the asker may read something better than everyone in the place may. */
  readonly fuller?: boolean;
  /** True where a file that came with the conversation was asked for itself, and nothing to look for in it was named. */
  readonly wholeFile?: boolean;
  /** An expert has approved this answer to the same question before. */
  readonly known?: KnownAnswer;
  /** By which the model's draft is found when the same is asked again; absent where it may not be. */
  readonly answerKey?: string;
  /** True where the draft was found by that key: no model was called. */
  readonly repeated?: true;
}

export interface TakenTurn extends TurnIdentity {
  readonly channel: ChannelName;
  readonly threadKey: string;
  readonly state: TurnState;
  readonly work: TurnWork;
  /** This attempt's number, from 1. */
  readonly attempt: number;
  readonly cancelRequested: boolean;
  /** What everyone who sees the answer may read; null where the asker alone sees it. */
  readonly placeScope: ReadScope | null;
  readonly address: Address;
  /** Earlier turns of the conversation, oldest first. */
  readonly history: readonly Exchange[];
  readonly createdAt: Date;
}

export interface TurnAdvance {
  /** The attempt that worked it out: one that lost its turn changes nothing. */
  readonly attempt: number;
  readonly from: TurnState;
  readonly to: TurnState;
  readonly work: TurnWork;
  readonly audit: readonly AuditEvent[];
  readonly leaseMs: number;
}

export interface TurnFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string | null;
}

export interface TurnEnd {
  /** As of `TurnAdvance`. */
  readonly attempt: number;
  readonly from: TurnState;
  readonly to: Extract<TurnState, "answered" | "not_found" | "waiting" | "failed" | "cancelled">;
  readonly reply: Reply | null;
  readonly failure: TurnFailure | null;
  /** What a turn waits for that ends as `waiting`: it begins with the end, due to be offered. */
  readonly approval?: NewApproval;
  readonly deliveryId: DeliveryId;
  readonly audit: readonly AuditEvent[];
  readonly leaseMs: number;
}

/** Turns. Each method is one transaction; a step that another process has already taken returns null or false. */
export interface TurnStore {
  /**
   * Makes the received question a turn, or takes over one whose holder is gone, for `leaseMs`. Null where it is
   * finished, held by another, or unknown. With `held`, the number of the attempt that asks, it reads again what that
   * attempt still holds.
   */
  take(id: TurnId, leaseMs: number, held?: number): Promise<TakenTurn | null>;
  /** Keeps a turn that takes long; tells whether a stop was asked for. Null where another holds it by now. */
  extend(id: TurnId, attempt: number, leaseMs: number): Promise<{ readonly cancelRequested: boolean } | null>;
  /** Adds messages that show its progress to those that are known; kept for the message that ends it. */
  show(id: TurnId, shown: readonly MessageRef[]): Promise<void>;
  /** Does it run under this attempt, in a thread that no human has taken over? */
  mayShow(id: TurnId, attempt: number): Promise<boolean>;
  /** Is this person's question received, but no turn yet? */
  isWaiting(user: UserId, id: TurnId): Promise<boolean>;
  /** Also of a conversation whose first question still waits for a worker. */
  ownsConversation(user: UserId, conversation: ConversationId): Promise<boolean>;
  /** What was received from this person under the channel's event id; null where nothing was. */
  receivedBefore(
    user: UserId,
    channel: ChannelName,
    eventId: string,
  ): Promise<(Omit<Receipt, "fresh"> & { readonly question: string }) | null>;
  /** Compare-and-set of the state with what the step worked out; tells whether a stop was asked for meanwhile. */
  advance(id: TurnId, step: TurnAdvance): Promise<{ readonly cancelRequested: boolean } | null>;
  /** Whether an answer under this key was called wrong by somebody, or corrected, in the last so many milliseconds. */
  calledWrong(answerKey: string, withinMs: number): Promise<boolean>;
  /** Ends the turn and writes the message to deliver; that message, taken, where nothing in its thread stands before it. */
  end(id: TurnId, end: TurnEnd): Promise<{ readonly delivery: Delivery | null } | null>;
}
