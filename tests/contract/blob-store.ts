import { createHash, randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { newId, type TenantId } from "../../core/ids.ts";
import type { BlobStore } from "../../core/knowledge/blob-store.ts";
import { pause } from "../support/sample-work.ts";

export interface BlobStoreUnderTest {
  readonly store: BlobStore;
  /** Another view of the same store, where there is no room for more than `bytes`; null where it cannot be made. */
  readonly nearlyFull: ((bytes: number) => Promise<BlobStore>) | null;
}

const hashOf = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
/** A moment before which everything was stored that is there now. */
const soon = () => new Date(Date.now() + 60_000);
const failure = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => error,
  );

/** What every blob store must do. */
export function blobStoreContract(name: string, open: () => Promise<BlobStoreUnderTest>): void {
  describe(`blob store: ${name}`, () => {
    let under: BlobStoreUnderTest;
    let store: BlobStore;
    let tenant: TenantId;
    const content = Buffer.alloc(3000, "the content of a file ");
    const hash = hashOf(content);
    beforeEach(async () => {
      under = await open();
      store = under.store;
      tenant = newId();
    });

    it("gives back exactly what it was given, also nothing at all", async () => {
      const empty = new Uint8Array();
      await store.put(tenant, hash, content);
      await store.put(tenant, hashOf(empty), empty);
      expect(Buffer.from(await store.get(tenant, hash)).equals(content)).toBe(true);
      expect((await store.get(tenant, hashOf(empty))).byteLength).toBe(0);
    });

    it("changes nothing when the same content is stored again, also at the same time", async () => {
      await Promise.all(Array.from({ length: 8 }, () => store.put(tenant, hash, content)));
      await store.put(tenant, hash, content);
      expect(Buffer.from(await store.get(tenant, hash)).equals(content)).toBe(true);
    });

    it("keeps tenants apart", async () => {
      const other: TenantId = newId();
      await store.put(tenant, hash, content);
      expect(await failure(store.get(other, hash))).toMatchObject({ code: "not_found" });
      await store.put(other, hash, content);
      await store.removeStoredBefore(tenant, hash, soon());
      expect(await store.storedBefore(tenant, soon())).toEqual([]);
      expect(Buffer.from(await store.get(other, hash)).equals(content)).toBe(true);
    });

    it("removes a blob, and ignores one it does not have", async () => {
      await store.put(tenant, hash, content);
      await store.removeStoredBefore(tenant, hash, soon());
      await store.removeStoredBefore(tenant, hash, soon());
      expect(await failure(store.get(tenant, hash))).toMatchObject({ code: "not_found" });
    });

    it("tells what is old, and keeps what was stored again since", async () => {
      expect(await store.storedBefore(tenant, soon())).toEqual([]);
      await store.put(tenant, hash, content);
      await pause(20);
      const later = new Date();
      expect(await store.storedBefore(tenant, later)).toEqual([hash]);
      await pause(20);
      await store.put(tenant, hash, content);
      expect(await store.storedBefore(tenant, later)).toEqual([]);
      await store.removeStoredBefore(tenant, hash, later);
      expect(Buffer.from(await store.get(tenant, hash)).equals(content)).toBe(true);
    });

    it("refuses content that is not what its hash says", async () => {
      const wrong = hashOf(Buffer.from("something else"));
      expect(await failure(store.put(tenant, wrong, content))).toMatchObject({ code: "invalid_input" });
      expect(await failure(store.get(tenant, wrong))).toMatchObject({ code: "not_found" });
    });

    it.each([
      ["../../etc", hash],
      ["", hash],
      ["tenant", "../../../../etc/passwd"],
      ["tenant", hash.toUpperCase()],
      ["tenant", `${hash}0`],
      ["tenant", `${hash}\n`],
    ])("refuses names that are none: %j %j", async (badTenant, badHash) => {
      const named = (badTenant === "tenant" ? tenant : badTenant) as TenantId;
      for (const work of [
        store.put(named, badHash, content),
        store.get(named, badHash),
        store.removeStoredBefore(named, badHash, soon()),
      ])
        expect(await failure(work)).toMatchObject({ code: "invalid_input" });
    });

    it("says that it is full, and keeps what it has", async () => {
      await store.put(tenant, hash, content);
      if (!under.nearlyFull) return;
      const full = await under.nearlyFull(100);
      const big = randomBytes(200_000);
      expect(await failure(full.put(tenant, hashOf(big), big))).toMatchObject({
        code: "storage_full",
        remedy: expect.stringMatching(/space/i),
      });
      expect(await failure(full.get(tenant, hashOf(big)))).toMatchObject({ code: "not_found" });
      expect(Buffer.from(await full.get(tenant, hash)).equals(content)).toBe(true);
      await full.put(tenant, hash, content);
    });
  });
}
