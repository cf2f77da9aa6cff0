import type { AuditEvent } from "../audit/audit-event.ts";
import type { Page } from "../conversation/conversation-store.ts";
import type { ConnectionId, DispatchId, EscalationLinkId } from "../ids.ts";
import type { Dispatch, DispatchState, ListedDispatch, NewDispatch } from "./dispatch.ts";

/** Calls to outside systems that are to be made: their outbox. Each method is one transaction. */
export interface DispatchStore {
  /** One of a known id is written once; the audit events with the first that is new. */
  write(dispatches: readonly NewDispatch[], audit?: readonly AuditEvent[]): Promise<void>;
  /**
   * Takes the subject's first one that is not done, for `leaseMs`. Null where it is held, not yet due, or its connection is
   * off or left alone (`openUntil`). Where that time is over, this one tries for all: the connection is left alone for
   * another `probeMs` from now on, unless it works.
   */
  take(subject: string, leaseMs: number, probeMs: number): Promise<Dispatch | null>;
  /** Keeps one whose call takes long; false where another worker has taken it, or it is done. */
  extend(id: DispatchId, attempt: number, leaseMs: number): Promise<boolean>;
  /** Notes, before it is sent, that from now on nobody knows whether it came through, also where that stood before; false where the hold is over. */
  begin(id: DispatchId, attempt: number): Promise<boolean>;
  /** Done; tells whether more waits in the subject. */
  done(id: DispatchId, attempt: number): Promise<{ readonly more: boolean }>;
  /** To be tried after `waitMs`, as if it had not been taken; where `undone`, nothing of it came through for certain. */
  postpone(id: DispatchId, attempt: number, waitMs: number, undone: boolean): Promise<void>;
  /** Not done: tried again after `retryMs`, or never (null), with the audit events then; what follows it goes on. */
  failed(
    id: DispatchId,
    attempt: number,
    failure: { readonly error: string; readonly retryMs: number | null; readonly undone: boolean },
    audit: readonly AuditEvent[],
  ): Promise<void>;
  /** Newest first, of these states. */
  list(query: {
    readonly states: readonly DispatchState[];
    readonly connectionId: ConnectionId | null;
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<Page<ListedDispatch>>;
  /** Has a dead one tried again from the beginning, with a new day to do it; its subject, null where it is not dead. */
  redeliver(id: DispatchId, audit: readonly AuditEvent[]): Promise<string | null>;
  /** How many of a link's calls are still to be made, by their kind. */
  waiting(link: EscalationLinkId): Promise<number>;
  /** Pending and dead ones by connection. */
  counts(): Promise<ReadonlyMap<ConnectionId, { readonly pending: number; readonly dead: number }>>;
}
