import type { Page } from "../conversation/conversation-store.ts";
import type { AuditEvent, RecordedAuditEvent } from "./audit-event.ts";
import type { SealedBatch } from "./verify-chain.ts";

/** The tenant's audit trail. */
export interface AuditStore {
  append(events: readonly AuditEvent[]): Promise<void>;
  /** Newest first. */
  list(query: { readonly cursor: string | null; readonly limit: number }): Promise<Page<RecordedAuditEvent>>;
  /** The chain from its beginning, for verification. */
  sealed(): AsyncIterable<SealedBatch>;
  /**
   * Sealed events in the order of the chain, behind a position that this told before, or (a moment) behind the newest event
   * that had been written by then. `position`: of the last of them, or where there is none, from where it looked.
   */
  sealedAfter(
    from: string | Date,
    limit: number,
  ): Promise<{ readonly events: readonly RecordedAuditEvent[]; readonly position: string }>;
  /** Events that no seal covers yet, and the age of the oldest. */
  unsealed(): Promise<{ readonly events: number; readonly oldestAt: Date | null }>;
}
