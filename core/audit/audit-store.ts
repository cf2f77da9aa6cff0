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
  /** Events that no seal covers yet, and the age of the oldest. */
  unsealed(): Promise<{ readonly events: number; readonly oldestAt: Date | null }>;
}
