import { createHash } from "node:crypto";
import { ExpertError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import type { BlobStore } from "../../core/knowledge/blob-store.ts";

export interface FakeBlobStore extends BlobStore {
  /** From now on there is room for this many more bytes. */
  limitRoom(bytes: number): void;
  readonly count: number;
}

/** Blobs in memory. */
export function createFakeBlobStore(): FakeBlobStore {
  const blobs = new Map<string, { readonly content: Uint8Array; storedAt: number }>();
  let room = Number.POSITIVE_INFINITY;
  const keyOf = (tenant: string, contentHash: string) => {
    if (!isId(tenant) || !/^[0-9a-f]{64}$/.test(contentHash))
      throw new ExpertError("invalid_input", "A blob is named by its tenant's id and its SHA-256.");
    return `${tenant}/${contentHash}`;
  };
  return {
    async put(tenant, contentHash, content) {
      const key = keyOf(tenant, contentHash);
      if (createHash("sha256").update(content).digest("hex") !== contentHash)
        throw new ExpertError("invalid_input", "The content is not what its hash says.");
      const known = blobs.get(key);
      if (known) {
        known.storedAt = Date.now();
        return;
      }
      if (content.byteLength > room)
        throw new ExpertError("storage_full", "There is no room left to store the file.", {
          remedy: "Free space, then upload the file again.",
        });
      room -= content.byteLength;
      blobs.set(key, { content: content.slice(), storedAt: Date.now() });
    },
    async get(tenant, contentHash) {
      const content = blobs.get(keyOf(tenant, contentHash))?.content;
      if (!content) throw new ExpertError("not_found", "The file is not in the store.");
      return content.slice();
    },
    storedBefore: async (tenant, before) =>
      [...blobs].flatMap(([key, { storedAt }]) => {
        const [owner, contentHash = ""] = key.split("/");
        return owner === tenant && storedAt < before.getTime() ? [contentHash] : [];
      }),
    async removeStoredBefore(tenant, contentHash, before) {
      const key = keyOf(tenant, contentHash);
      if ((blobs.get(key)?.storedAt ?? Infinity) < before.getTime()) blobs.delete(key);
    },
    limitRoom(bytes) {
      room = bytes;
    },
    get count() {
      return blobs.size;
    },
  };
}
