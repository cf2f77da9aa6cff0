import type { ReadScope } from "../identity/access.ts";
import type { DocumentId, TenantId } from "../ids.ts";
import type { IndexedPassage } from "./passage.ts";

export interface SearchQuery {
  readonly text: string;
  /** Unit-length embedding of the query, where an embedding model is configured. */
  readonly vector?: Float32Array | null;
  /** Applied inside the search: what is outside it is neither returned nor counted in `limit`. */
  readonly scope: ReadScope;
  readonly limit: number;
}

export interface SearchHit {
  readonly passage: Omit<IndexedPassage, "embedding">;
  /** What the hits are ordered by; comparable within one result only. */
  readonly score: number;
  /** BM25 score of the words, 0 where no word matched. */
  readonly wordScore: number;
  /** Cosine similarity in [-1, 1], or null without vectors. */
  readonly similarity: number | null;
}

export interface QueryTerm {
  readonly term: string;
  /** BM25 inverse document frequency in this tenant's passages. */
  readonly idf: number;
  /** In how many of this tenant's passages the term stands. */
  readonly passages: number;
}

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** The analysed words of the query, each once. */
  readonly terms: readonly QueryTerm[];
  /** Passages of this tenant, readable or not: the collection that the statistics describe. */
  readonly collectionSize: number;
  /** The version of the tenant's knowledge that was searched; absent where that is not known. */
  readonly version?: number;
}

/**
 * Search over one tenant's passages. Statistics (document frequency, mean length) are that tenant's alone:
 * another tenant's documents never change a score.
 */
export interface KnowledgeIndex {
  search(tenant: TenantId, query: SearchQuery): Promise<SearchResult>;
  /** Replaces all passages of the document. Idempotent. */
  upsert(tenant: TenantId, document: DocumentId, passages: readonly IndexedPassage[]): Promise<void>;
  /** Removes every passage of the document; unknown documents are ignored. */
  remove(tenant: TenantId, document: DocumentId): Promise<void>;
  close(): Promise<void>;
}
