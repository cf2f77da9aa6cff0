import type { TenantId } from "../ids.ts";

/** Uploaded files, by tenant and content hash (SHA-256, hexadecimal). */
export interface BlobStore {
  /** Writes once; storing the same content again changes nothing. Throws `storage_full` where there is no room. */
  put(tenant: TenantId, contentHash: string, content: Uint8Array): Promise<void>;
  /** Throws `not_found`. */
  get(tenant: TenantId, contentHash: string): Promise<Uint8Array>;
  /** Unknown blobs are ignored. */
  remove(tenant: TenantId, contentHash: string): Promise<void>;
}
