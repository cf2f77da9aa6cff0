import type { Database, Stores } from "../../core/database.ts";
import type { Inbox } from "../../core/inbox/inbox.ts";
import type { SampleCompany } from "../support/sample-work.ts";
import { auditStoreContract } from "./audit-store.ts";
import { conversationStoreContract } from "./conversation-store.ts";
import { documentLibraryContract } from "./document-library.ts";
import { documentStoreContract } from "./document-store.ts";
import { inboxContract } from "./inbox.ts";
import { memberStoreContract } from "./member-store.ts";
import { outboxStoreContract } from "./outbox-store.ts";
import { staleWorkContract } from "./stale-work.ts";
import { turnStoreContract } from "./turn-store.ts";

/** A tenant of its own, shaped like the small company. */
export interface TenantUnderTest {
  readonly company: SampleCompany;
  stores<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
}

export interface DatabaseUnderTest {
  readonly database: Database;
  readonly inbox: Inbox;
  tenant(): Promise<TenantUnderTest>;
}

/** What every database must do; tests share it, each with tenants of its own. */
export function databaseContract(name: string, open: () => DatabaseUnderTest): void {
  memberStoreContract(name, open);
  inboxContract(name, open);
  turnStoreContract(name, open);
  outboxStoreContract(name, open);
  documentStoreContract(name, open);
  documentLibraryContract(name, open);
  conversationStoreContract(name, open);
  auditStoreContract(name, open);
  staleWorkContract(name, open);
}
