import type { DeliveryId } from "../ids.ts";
import type { ChannelName, MessageRef, OutgoingMessage } from "./channel.ts";

export interface Delivery {
  readonly id: DeliveryId;
  readonly channel: ChannelName;
  readonly threadKey: string;
  readonly message: OutgoingMessage;
  /** This attempt's number, from 1. */
  readonly attempt: number;
}

/** Outgoing messages. Within a thread they are posted one after the other, in the order in which they were written. */
export interface OutboxStore {
  /** Takes the thread's first unposted message for `leaseMs`; null where it is held by another or not yet due. */
  take(threadKey: string, leaseMs: number): Promise<Delivery | null>;
  /** Tells whether more waits in the thread. */
  posted(id: DeliveryId, ref: MessageRef): Promise<{ readonly more: boolean }>;
  /**
   * Not posted: to be tried again after `retryMs`, or never (null), which frees the thread for what follows. Changes
   * nothing where another worker has taken the message over: its attempt has a later number.
   */
  failed(id: DeliveryId, attempt: number, error: string, retryMs: number | null): Promise<void>;
}
