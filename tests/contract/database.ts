import type { DatabaseUnderTest } from "./database-under-test.ts";
import { approvalStepsContract } from "./approval-steps.ts";
import { approvalStoreContract } from "./approval-store.ts";
import { approverContract } from "./approvers.ts";
import { attachmentStoreContract } from "./attachment-store.ts";
import { auditStoreContract } from "./audit-store.ts";
import { conversationReferenceStoreContract } from "./conversation-reference-store.ts";
import { conversationStoreContract } from "./conversation-store.ts";
import { documentLibraryContract } from "./document-library.ts";
import { documentStoreContract } from "./document-store.ts";
import { eventStoreContract } from "./event-store.ts";
import { groupStoreContract } from "./group-store.ts";
import { handoffStoreContract } from "./handoff-store.ts";
import { identityStoreContract } from "./identity-store.ts";
import { inboxContract } from "./inbox.ts";
import { installationStoreContract } from "./installation-store.ts";
import { memberStoreContract } from "./member-store.ts";
import { outboxStoreContract } from "./outbox-store.ts";
import { staleWorkContract } from "./stale-work.ts";
import { threadStoreContract } from "./thread-store.ts";
import { turnStoreContract } from "./turn-store.ts";
import { verifiedAnswerStoreContract } from "./verified-answer-store.ts";

/** What every database must do; tests share it, each with tenants of its own. */
export function databaseContract(name: string, open: () => DatabaseUnderTest): void {
  memberStoreContract(name, open);
  identityStoreContract(name, open);
  groupStoreContract(name, open);
  installationStoreContract(name, open);
  conversationReferenceStoreContract(name, open);
  handoffStoreContract(name, open);
  approvalStoreContract(name, open);
  approvalStepsContract(name, open);
  approverContract(name, open);
  verifiedAnswerStoreContract(name, open);
  attachmentStoreContract(name, open);
  inboxContract(name, open);
  eventStoreContract(name, open);
  turnStoreContract(name, open);
  threadStoreContract(name, open);
  outboxStoreContract(name, open);
  documentStoreContract(name, open);
  documentLibraryContract(name, open);
  conversationStoreContract(name, open);
  auditStoreContract(name, open);
  staleWorkContract(name, open);
}
