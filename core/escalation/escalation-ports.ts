import type { ApprovalPorts } from "../approvals/approval-ports.ts";
import type { Connection } from "../connections/connection.ts";
import type { Address } from "../delivery/address.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { ConversationId, DocumentId, PassageId, TenantId } from "../ids.ts";
import type { BlobStore } from "../knowledge/blob-store.ts";
import type { Pager } from "./pager.ts";
import type { TicketSystem } from "./ticket-system.ts";

/** Opens the systems of connections; cheap enough for each call. Throws `configuration_invalid` where settings or secrets do not open. */
export interface OutsideSystems {
  tickets(connection: Connection): TicketSystem;
  pager(connection: Connection): Pager;
}

/** Addresses of our own pages; null where PUBLIC_URL is not set. */
export interface OwnPages {
  /** Of a conversation, which opens for whoever asked in it. */
  conversation(id: ConversationId): string | null;
  approval(id: string): string | null;
  escalation(id: string): string | null;
  /** A passage that is cited. */
  source(cited: { readonly documentId: DocumentId; readonly passageId: PassageId }): string | null;
}

/** A thread as its channel knows it. */
export interface EscalatedThread {
  readonly channel: ChannelName;
  readonly threadKey: string;
  readonly address: Address;
}

/** What escalations are carried through with: what approvals are, and the world outside. */
export interface EscalationPorts extends ApprovalPorts {
  readonly systems: OutsideSystems;
  readonly pages: OwnPages;
  /** Where a thread is opened in its channel; null where only its asker sees it. Absent where no channel has such addresses. */
  readonly threadUrl?: (tenant: TenantId, thread: EscalatedThread) => Promise<string | null>;
  /** Files that came with questions. */
  readonly blobs: Pick<BlobStore, "get">;
}
