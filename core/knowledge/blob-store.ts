import type { TenantId } from "../ids.ts";

/** Uploaded files, by tenant and content hash (SHA-256, hexadecimal). */
export interface BlobStore {
  /** Writes once; storing the same content again only makes it young again. Throws `storage_full` where there is no room. */
  put(tenant: TenantId, contentHash: string, content: Uint8Array): Promise<void>;
  /** Throws `not_found`. */
  get(tenant: TenantId, contentHash: string): Promise<Uint8Array>;
  /** What was last stored before `before`: content hashes, in no order. */
  storedBefore(tenant: TenantId, before: Date): Promise<readonly string[]>;
  /** Removes the blob unless it was stored again since `before`; unknown blobs are ignored. */
  removeStoredBefore(tenant: TenantId, contentHash: string, before: Date): Promise<void>;
}
