import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ExpertError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import type { BlobStore } from "../../core/knowledge/blob-store.ts";
import { storageError } from "./storage-error.ts";

export interface FilesystemBlobStoreOptions {
  readonly folder: string;
  /** How content is written to an open file; replaced in tests of failing disks. */
  readonly write?: (file: FileHandle, content: Uint8Array) => Promise<void>;
}

const incoming = ".incoming";
/** An unfinished file this old belongs to a process that died. */
const abandonedAfterMs = 3_600_000;

const hashOf = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

const writeAndSync = async (file: FileHandle, content: Uint8Array): Promise<void> => {
  await file.writeFile(content);
  await file.sync();
};

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (storageError.isMissing(error)) return [];
    throw error;
  }
}

async function isOlder(path: string, before: Date): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < before.getTime();
  } catch (error) {
    if (storageError.isMissing(error)) return false;
    throw error;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Blobs as files, `folder/tenant/ab/hash`. A blob appears whole or not at all, and is on the disk when `put` returns.
 * Throws `storage_full`, `storage_unavailable`, `not_found`, and `invalid_input` for content that is not what its
 * hash says.
 */
export function createFilesystemBlobStore({
  folder,
  write = writeAndSync,
}: FilesystemBlobStoreOptions): BlobStore {
  let swept: Promise<void> | null = null;

  const pathOf = (tenant: string, contentHash: string): string => {
    // Both become parts of a path: nothing but these shapes may reach the disk.
    if (!isId(tenant) || !/^[0-9a-f]{64}$/.test(contentHash))
      throw new ExpertError("invalid_input", "A blob is named by its tenant's id and its SHA-256.", {
        remedy: "Give the tenant's UUID and the hash as 64 hexadecimal digits.",
      });
    return join(folder, tenant, contentHash.slice(0, 2), contentHash);
  };

  /** Whether it is there whole; if so, it is young again, which keeps it from being removed as unused. */
  const holds = async (path: string, size: number): Promise<boolean> => {
    try {
      if ((await stat(path)).size !== size) return false;
      const now = new Date();
      await utimes(path, now, now);
      return true;
    } catch (error) {
      if (storageError.isMissing(error)) return false;
      throw error;
    }
  };

  const sweepAbandoned = async () => {
    const path = join(folder, incoming);
    await mkdir(path, { recursive: true, mode: 0o700 });
    for (const name of await readdir(path)) {
      const file = join(path, name);
      const found = await stat(file).catch(() => null);
      if (found && Date.now() - found.mtimeMs > abandonedAfterMs) await rm(file, { force: true });
    }
  };

  const store = async (path: string, content: Uint8Array) => {
    const temporary = join(folder, incoming, randomUUID());
    try {
      await (swept ??= sweepAbandoned());
      const file = await open(temporary, "wx", 0o600);
      try {
        await write(file, content);
      } finally {
        await file.close();
      }
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(temporary, path);
      await syncFolder(dirname(path));
    } catch (error) {
      swept = null;
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
  };

  return {
    async put(tenant, contentHash, content) {
      const path = pathOf(tenant, contentHash);
      if (hashOf(content) !== contentHash)
        throw new ExpertError("invalid_input", "The content is not what its hash says.", {
          remedy: "Send the file again.",
        });
      try {
        if (!(await holds(path, content.byteLength))) await store(path, content);
      } catch (error) {
        throw storageError.translate(error, folder);
      }
    },

    async get(tenant, contentHash) {
      const path = pathOf(tenant, contentHash);
      let content: Uint8Array;
      try {
        content = await readFile(path);
      } catch (error) {
        if (storageError.isMissing(error))
          throw new ExpertError("not_found", "The file is not in the store.", {
            remedy: "Upload the document again.",
          });
        throw storageError.translate(error, folder);
      }
      if (hashOf(content) !== contentHash)
        throw new ExpertError("storage_unavailable", "A stored file was changed or damaged.", {
          remedy: "Restore it from a backup, or upload the document again; check the disk.",
          facts: { contentHash },
        });
      return content;
    },

    async storedBefore(tenant, before) {
      try {
        const found: string[] = [];
        for (const part of await namesIn(join(folder, tenant)))
          for (const name of await namesIn(join(folder, tenant, part)))
            if (await isOlder(pathOf(tenant, name), before)) found.push(name);
        return found;
      } catch (error) {
        throw storageError.translate(error, folder);
      }
    },

    async removeStoredBefore(tenant, contentHash, before) {
      const path = pathOf(tenant, contentHash);
      const aside = join(folder, incoming, randomUUID());
      try {
        if (!(await isOlder(path, before))) return;
        // Looked at again out of everybody's reach: whoever stores it from now on writes a file of their own.
        await mkdir(dirname(aside), { recursive: true, mode: 0o700 });
        await rename(path, aside);
        if (await isOlder(aside, before)) await rm(aside, { force: true });
        else await rename(aside, path);
      } catch (error) {
        if (!storageError.isMissing(error)) throw storageError.translate(error, folder);
      }
    },
  };
}
