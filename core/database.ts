import type { ApprovalStore } from "./approvals/approval-store.ts";
import type { VerifiedAnswerStore } from "./approvals/verified-answer.ts";
import type { AuditStore } from "./audit/audit-store.ts";
import type { BudgetStore } from "./budgets/budget-store.ts";
import type { AttachmentStore } from "./conversation/attachment.ts";
import type { ConversationStore } from "./conversation/conversation-store.ts";
import type { ThreadStore } from "./conversation/thread-store.ts";
import type { TurnStore } from "./conversation/turn-store.ts";
import type { ConnectionStore } from "./connections/connection-store.ts";
import type { DispatchStore } from "./dispatch/dispatch-store.ts";
import type { EscalationStore } from "./escalation/escalation-store.ts";
import type { OutboxStore } from "./delivery/outbox.ts";
import type { ChannelName } from "./delivery/channel-name.ts";
import type { ConversationReferenceStore } from "./delivery/conversation-reference.ts";
import type { HandoffStore } from "./handoff/handoff.ts";
import type { TenantId } from "./ids.ts";
import type { IdentityStore } from "./identity/channel-identity.ts";
import type { GroupStore } from "./identity/groups/group-store.ts";
import type { InstallationStore } from "./identity/installation.ts";
import type { EventStore } from "./inbox/event-store.ts";
import type { LocalAccount } from "./identity/member.ts";
import type { MemberStore } from "./identity/member-store.ts";
import type { DocumentLibrary } from "./knowledge/document-library.ts";
import type { DocumentStore } from "./knowledge/document-store.ts";
import type { RowJobs, RowQueueName } from "./queue.ts";

/** Everything that is stored for a tenant. A method is one transaction: nothing waits inside one. */
export interface Stores {
  readonly members: MemberStore;
  readonly turns: TurnStore;
  readonly events: EventStore;
  readonly threads: ThreadStore;
  readonly attachments: AttachmentStore;
  readonly handoffs: HandoffStore;
  readonly approvals: ApprovalStore;
  readonly escalations: EscalationStore;
  readonly connections: ConnectionStore;
  readonly dispatches: DispatchStore;
  readonly verified: VerifiedAnswerStore;
  readonly identities: IdentityStore;
  readonly groups: GroupStore;
  readonly installations: InstallationStore;
  readonly references: ConversationReferenceStore;
  readonly outbox: OutboxStore;
  readonly documents: DocumentStore;
  readonly audit: AuditStore;
  readonly budgets: BudgetStore;
  readonly conversations: ConversationStore;
  readonly library: DocumentLibrary;
}

/** A job that the rows ask for although nobody works on it. */
export type StaleJob = {
  [N in RowQueueName]: { readonly queue: N; readonly job: RowJobs[N] };
}[RowQueueName];

export interface Database {
  tenants(): Promise<readonly { readonly id: TenantId; readonly slug: string }[]>;
  localAccounts(): Promise<readonly LocalAccount[]>;
  /** Whose workspace it is; null where the bot was never installed there. */
  tenantOfWorkspace(channel: ChannelName, workspaceId: string): Promise<TenantId | null>;
  /** The only way to a tenant's rows: the stores see and write this tenant's alone. */
  withTenant<T>(tenant: TenantId, work: (stores: Stores) => Promise<T>): Promise<T>;
  /** Jobs that went stale, over all tenants, the oldest first and at most so many of each queue, of calls to outside systems of each connection: for the sweeper. */
  staleJobs(idleForMs: number, atMost: number): Promise<readonly StaleJob[]>;
  /** Gives up every hold of work, where it is certain that no other process runs: what a crash interrupted goes on. */
  releaseHolds(): Promise<void>;
  /**
   * Chains the audit events written since the last call, over all tenants, about `atMost` in a seal; their number. A
   * tenant whose events cannot be sealed keeps no other's from it: what was wrong with the first is thrown in the end.
   */
  sealAudit(atMost?: number): Promise<number>;
}
