import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import type { BlobStore } from "./blob-store.ts";

export interface UnusedBlobPorts {
  readonly database: Pick<Database, "tenants" | "withTenant">;
  readonly blobs: Pick<BlobStore, "storedBefore" | "removeStoredBefore">;
  readonly clock: Clock;
}

/** Longer than any upload takes from storing its file to writing its row. */
const unusedForMs = 3_600_000;
const batch = 500;

/**
 * Removes the files that no document has: replaced or removed ones, and those of uploads that failed. A file that is
 * uploaded once more meanwhile is young again, and stays. Tells how many files no document had.
 */
export async function removeUnusedBlobs({ database, blobs, clock }: UnusedBlobPorts): Promise<number> {
  const before = new Date(clock.now().getTime() - unusedForMs);
  let unused = 0;
  for (const { id: tenant } of await database.tenants()) {
    const old = await blobs.storedBefore(tenant, before);
    for (let start = 0; start < old.length; start += batch) {
      const some = old.slice(start, start + batch);
      const inUse = await database.withTenant(tenant, ({ documents }) => documents.contentsInUse(some));
      for (const contentHash of some) {
        if (inUse.has(contentHash)) continue;
        await blobs.removeStoredBefore(tenant, contentHash, before);
        unused += 1;
      }
    }
  }
  return unused;
}
