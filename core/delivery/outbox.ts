import type { AuditEvent } from "../audit/audit-event.ts";
import type { DeliveryId } from "../ids.ts";
import type { Address } from "./address.ts";
import type { ChannelName, MessageRef, OutgoingMessage } from "./channel.ts";

export interface Delivery {
  readonly id: DeliveryId;
  readonly channel: ChannelName;
  readonly threadKey: string;
  readonly message: OutgoingMessage;
  readonly address: Address;
  /** This attempt's number, from 1. */
  readonly attempt: number;
  /** Whether a human has taken the thread over: the bot answers nothing in it meanwhile. */
  readonly held: boolean;
}

/** Outgoing messages. Within a thread they are posted one after the other, in the order in which they were written. */
export interface OutboxStore {
  /**
   * Writes messages that no turn's end brings, each to the end of its thread. One of a known id is written once; the
   * audit events are recorded with the first that is new, and not where all are known.
   */
  write(
    deliveries: readonly Omit<Delivery, "attempt" | "held">[],
    audit?: readonly AuditEvent[],
  ): Promise<void>;
  /** Takes the thread's first unposted message for `leaseMs`; null where it is held by another or not yet due. */
  take(threadKey: string, leaseMs: number): Promise<Delivery | null>;
  /** Tells whether more waits in the thread. */
  posted(id: DeliveryId, ref: MessageRef): Promise<{ readonly more: boolean }>;
  /** Whether a human has taken the message's thread over. */
  isHeld(id: DeliveryId): Promise<boolean>;
  /** Not to be posted, since a human answers; frees the thread for what follows. */
  withhold(id: DeliveryId): Promise<void>;
  /** To be tried after `waitMs`, as if it had not been taken: the channel wanted a pause, and nothing was posted. */
  postpone(id: DeliveryId, attempt: number, waitMs: number): Promise<void>;
  /**
   * Not posted: to be tried again after `retryMs`, or never (null), which frees the thread for what follows. Changes
   * nothing where another worker has taken the message over: its attempt has a later number.
   */
  failed(id: DeliveryId, attempt: number, error: string, retryMs: number | null): Promise<void>;
}
