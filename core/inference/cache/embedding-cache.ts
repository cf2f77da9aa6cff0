import type { TenantId } from "../../ids.ts";

/** What a vector is found by: the tenant's own text alone, and the model that made it. */
export interface EmbeddingKey {
  readonly tenantId: TenantId;
  readonly model: string;
  /** SHA-256 of the exact text in UTF-8, in hexadecimal. */
  readonly textHash: string;
}

/**
 * Vectors that models made of texts. It may forget any of them at any time, and every one after a day. Throws where it is
 * away. What one tenant has put there no other finds.
 */
export interface EmbeddingCache {
  /** In the order of the keys; null where none is kept. */
  get(keys: readonly EmbeddingKey[]): Promise<readonly (Float32Array | null)[]>;
  put(entries: readonly (EmbeddingKey & { readonly vector: Float32Array })[]): Promise<void>;
}

/** How long a vector is kept; in milliseconds. The product's own choice. */
export const embeddingsKeptMs = 24 * 60 * 60_000;
