import type { DocumentId, TenantId } from "../ids.ts";
import type { IndexedPassage } from "./passage.ts";

export type KnowledgeChange =
  | {
      readonly kind: "upsert";
      readonly version: number;
      readonly documentId: DocumentId;
      readonly passages: readonly IndexedPassage[];
    }
  | { readonly kind: "remove"; readonly version: number; readonly documentId: DocumentId };

/**
 * What changed in a tenant's knowledge, by version. Versions of a tenant are gapless for a reader: whoever has seen
 * version N has been shown everything up to N.
 */
export interface KnowledgeFeed {
  /** The newest version of each tenant named; tenants without knowledge are at 0. */
  versions(tenants: readonly TenantId[]): Promise<ReadonlyMap<TenantId, number>>;
  /** Changes after `since`, oldest first, at most `limit` documents. */
  changes(tenant: TenantId, since: number, limit: number): Promise<readonly KnowledgeChange[]>;
}
