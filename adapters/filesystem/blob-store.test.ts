import { execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { newId, type TenantId } from "../../core/ids.ts";
import { blobStoreContract } from "../../tests/contract/blob-store.ts";
import { createFakeBlobStore } from "../../tests/fakes/blob-store.ts";
import { createFilesystemBlobStore } from "./blob-store.ts";

const folders: string[] = [];
const freshFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), "expert-blobs-"));
  folders.push(folder);
  return folder;
};
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const failing = (code: string) => Object.assign(new Error(`${code}: write`), { code });

blobStoreContract("fake", async () => {
  const store = createFakeBlobStore();
  return {
    store,
    nearlyFull: async (bytes) => {
      store.limitRoom(bytes);
      return store;
    },
  };
});

blobStoreContract("file system", async () => {
  const folder = await freshFolder();
  return {
    store: createFilesystemBlobStore({ folder }),
    nearlyFull: async (bytes) =>
      createFilesystemBlobStore({
        folder,
        write: async (file, content) => {
          await file.write(content.subarray(0, bytes));
          if (content.byteLength > bytes) throw failing("ENOSPC");
        },
      }),
  };
});

describe("the file system's blob store", () => {
  const content = randomBytes(5000);
  const hash = createHash("sha256").update(content).digest("hex");
  let folder: string;
  let tenant: TenantId;
  beforeEach(async () => {
    folder = await freshFolder();
    tenant = newId();
  });
  const file = () => join(folder, tenant, hash.slice(0, 2), hash);
  const leftovers = () => readdir(join(folder, ".incoming"));

  it("writes folder/tenant/ab/hash, readable by its owner alone, leaving nothing beside it", async () => {
    await createFilesystemBlobStore({ folder }).put(tenant, hash, content);
    expect((await readFile(file())).equals(content)).toBe(true);
    expect((await stat(file())).mode & 0o077).toBe(0);
    expect(await leftovers()).toEqual([]);
  });

  it.each([
    ["ENOSPC", "storage_full", /Free space/],
    ["EDQUOT", "storage_full", /quota/],
    ["EACCES", "storage_unavailable", /right to read and write/],
    ["EROFS", "storage_unavailable", /read-only/],
    ["EIO", "storage_unavailable", /disk/],
  ])("translates %s to %s with a remedy, and removes what it began", async (code, expected, remedy) => {
    const store = createFilesystemBlobStore({
      folder,
      write: async (handle) => {
        await handle.write("half");
        throw failing(code);
      },
    });
    await expect(store.put(tenant, hash, content)).rejects.toMatchObject({
      code: expected,
      remedy: expect.stringMatching(remedy),
    });
    expect(await leftovers()).toEqual([]);
    await expect(store.get(tenant, hash)).rejects.toMatchObject({ code: "not_found" });
  });

  it("writes a blob again that a crash of the disk cut short, and never hands out a damaged one", async () => {
    const store = createFilesystemBlobStore({ folder });
    await store.put(tenant, hash, content);
    await truncate(file(), 100);
    await expect(store.get(tenant, hash)).rejects.toMatchObject({ code: "storage_unavailable" });
    await store.put(tenant, hash, content);
    expect((await readFile(file())).equals(content)).toBe(true);
  });

  it("sweeps what a process that died left unfinished, and nothing younger", async () => {
    await mkdir(join(folder, ".incoming"));
    for (const name of ["old", "young"]) await writeFile(join(folder, ".incoming", name), "x");
    const twoHoursAgo = new Date(Date.now() - 7_200_000);
    await utimes(join(folder, ".incoming", "old"), twoHoursAgo, twoHoursAgo);
    await createFilesystemBlobStore({ folder }).put(tenant, hash, content);
    expect(await leftovers()).toEqual(["young"]);
  });

  it("says what is wrong where its folder is a file, and works once that is put right", async () => {
    const path = join(folder, "blobs");
    await writeFile(path, "a file");
    const store = createFilesystemBlobStore({ folder: path });
    await expect(store.put(tenant, hash, content)).rejects.toMatchObject({ code: "storage_unavailable" });
    await rm(path);
    await store.put(tenant, hash, content);
  });
});

const tiny = join(tmpdir(), `expert-tiny-${process.pid}`);
function mountTiny(): boolean {
  if (process.getuid?.() !== 0) return false;
  execFileSync("mkdir", ["-p", tiny]);
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", tiny]).status === 0;
}
const mounted = mountTiny();
if (!mounted) console.log("Skipped: a disk that is really full, for no file system can be mounted here.");

(mounted ? describe : describe.skip)("a disk that is really full", () => {
  afterEach(() => void spawnSync("umount", [tiny]));

  it("refuses with storage_full, keeps what it has, and goes on once there is room", async () => {
    const store = createFilesystemBlobStore({ folder: tiny });
    const tenant: TenantId = newId();
    const blob = (bytes: number) => {
      const content = randomBytes(bytes);
      return { content, hash: createHash("sha256").update(content).digest("hex") };
    };
    const [first, second] = [blob(150_000), blob(150_000)];
    await store.put(tenant, first.hash, first.content);
    await expect(store.put(tenant, second.hash, second.content)).rejects.toMatchObject({
      code: "storage_full",
      facts: { folder: tiny, reason: "ENOSPC" },
    });
    expect(await readdir(join(tiny, ".incoming"))).toEqual([]);
    expect(Buffer.from(await store.get(tenant, first.hash)).equals(first.content)).toBe(true);
    await store.removeStoredBefore(tenant, first.hash, new Date(Date.now() + 60_000));
    await store.put(tenant, second.hash, second.content);
    expect(Buffer.from(await store.get(tenant, second.hash)).equals(second.content)).toBe(true);
  });
});
