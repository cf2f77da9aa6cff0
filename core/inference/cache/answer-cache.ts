import type { Draft } from "../../answering/draft.ts";
import type { TenantId } from "../../ids.ts";

/**
 * Drafts that a model wrote, by a key that names everything they depend on. It may forget any of them at any time. Throws
 * where it is away. What was kept for one tenant no other finds.
 */
export interface AnswerCache {
  /** Null where none is kept under the key, or its time is over. */
  find(tenant: TenantId, key: string): Promise<Draft | null>;
  keep(tenant: TenantId, key: string, draft: Draft, forMs: number): Promise<void>;
}
