import type { Database, Stores } from "../../core/database.ts";
import type { Inbox } from "../../core/inbox/inbox.ts";
import type { SampleCompany } from "../support/sample-work.ts";

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
