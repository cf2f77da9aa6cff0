import type { AuditEvent } from "../audit/audit-event.ts";
import type { EventSource } from "./event-source.ts";
import type { TenantId, TurnId, UserId } from "../ids.ts";
import type { QuestionPayload } from "./inbox.ts";

/** A received event in the hands of a worker. */
export interface TakenEvent {
  readonly id: TurnId;
  readonly tenantId: TenantId;
  readonly channel: EventSource;
  readonly body: unknown;
  /** This attempt's number, from 1. */
  readonly attempt: number;
  /** How many of the attempts before ended in a pause that the channel wanted. */
  readonly pauses: number;
  readonly receivedAt: Date;
}

/** Events that channels received and nobody has handled yet. Each method is one transaction. */
export interface EventStore {
  /** Takes the event for `leaseMs`; null where it is handled, a question already, held by another, or unknown. */
  take(id: TurnId, leaseMs: number): Promise<TakenEvent | null>;
  /** Makes a question of it, with the audit rows; false where it was handled before. */
  accept(
    id: TurnId,
    question: { readonly userId: UserId; readonly payload: QuestionPayload },
    audit: readonly AuditEvent[],
  ): Promise<boolean>;
  /** Holds it for `leaseMs` from now on; false where another attempt has begun, or it is handled or a question. */
  extend(id: TurnId, attempt: number, leaseMs: number): Promise<boolean>;
  /** Handled, or given up: it is not looked at again, unless another attempt has begun. */
  settle(id: TurnId, attempt: number): Promise<void>;
  /** To be tried after `waitMs`, since the channel wanted a pause; nothing where another attempt has begun. */
  postpone(id: TurnId, attempt: number, waitMs: number): Promise<void>;
  /** Not handled: to be tried again after `retryMs`; nothing where another attempt has begun. */
  failed(id: TurnId, attempt: number, retryMs: number): Promise<void>;
}
