import type { AuditEvent } from "../audit/audit-event.ts";
import type { DeliveryId } from "../ids.ts";
import type { Address } from "./address.ts";
import type { ChannelName } from "./channel-name.ts";
import type { MessageRef, OutgoingMessage, Surroundings } from "./channel.ts";

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
  /** What showed the progress of the turn that the message ends; empty for a note. */
  readonly shown: readonly MessageRef[];
  /** Where the message stands that a note takes the place of; null where there is none, or it was never posted. */
  readonly standing: MessageRef | null;
  /** Its parts that are posted already, by their number from 0. */
  readonly placed: ReadonlyMap<number, MessageRef>;
}

/** A message as it is written. */
export type NewDelivery = Omit<Delivery, "attempt" | "held" | "shown" | "standing" | "placed">;

/** Outgoing messages. Within a thread they are posted one after the other, in the order in which they were written. */
export interface OutboxStore {
  /**
   * Writes messages that no turn's end brings, each to the end of its thread. One of a known id is written once; the
   * audit events are recorded with the first that is new, and not where all are known.
   */
  write(deliveries: readonly NewDelivery[], audit?: readonly AuditEvent[]): Promise<void>;
  /** Takes the thread's first unposted message for `leaseMs`; null where it is held by another or not yet due. */
  take(threadKey: string, leaseMs: number): Promise<Delivery | null>;
  /** Keeps a message whose posting takes long; false where another worker has taken it, or it is closed. */
  extend(id: DeliveryId, attempt: number, leaseMs: number): Promise<boolean>;
  /** Keeps where a part of a message stands, whoever holds the message; the first place of a part holds. */
  keepPlaced(id: DeliveryId, part: number, ref: MessageRef): Promise<void>;
  /**
   * Tells whether more waits in the thread. Counts for the attempt that holds the message: where another worker has
   * taken it, that one finds the post and tells of it.
   */
  posted(id: DeliveryId, attempt: number, ref: MessageRef): Promise<{ readonly more: boolean }>;
  /** How the message's thread stands. */
  around(id: DeliveryId): Promise<Surroundings>;
  /** Not to be posted, since a human answers; frees the thread for what follows. For the attempt that holds it. */
  withhold(id: DeliveryId, attempt: number): Promise<void>;
  /** To be tried after `waitMs`, as if it had not been taken: the channel wanted a pause, and nothing was posted. */
  postpone(id: DeliveryId, attempt: number, waitMs: number): Promise<void>;
  /**
   * Not posted: to be tried again after `retryMs`, or never (null), which frees the thread for what follows. Changes
   * nothing where another worker has taken the message over: its attempt has a later number.
   */
  failed(id: DeliveryId, attempt: number, error: string, retryMs: number | null): Promise<void>;
}
