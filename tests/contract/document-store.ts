import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { sensitivities } from "../../core/identity/access.ts";
import {
  type DocumentStore,
  type DocumentUpload,
  notReplaceable,
  type TakenDocument,
} from "../../core/knowledge/document-store.ts";
import { type DocumentId, newId } from "../../core/ids.ts";
import { pause, personOf, samplePassages, sampleUpload } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Longer than any machine stands still. */
const held = 600_000;
const text = (...passages: readonly string[]) => ({
  title: "The pump",
  warnings: [],
  passages: samplePassages(...passages),
});

/** How a file becomes passages that are served. */
export function documentStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`documents: ${name}`, () => {
    let tenant: TenantUnderTest;
    let number = 0;
    let upload: DocumentUpload;
    const documents = <T>(work: (store: DocumentStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.documents));
    const register = (change: Partial<DocumentUpload> = {}) =>
      documents((store) => store.register({ ...upload, id: newId<DocumentId>(), ...change }, []));
    const take = (revision = 1, leaseMs = held): Promise<TakenDocument | null> =>
      documents((store) => store.take(upload.id, revision, leaseMs));
    const hold = (revision = 1, attempt = 1) => ({ id: upload.id, revision, attempt });
    const publish = (revision = 1) => documents((store) => store.publish(hold(revision), []));
    const served = (): Promise<readonly string[]> =>
      tenant.stores(async ({ library }) =>
        (await library.passages(upload.id)).map((passage) => passage.text),
      );
    const ingest = async (revision: number, ...passages: readonly string[]): Promise<void> => {
      await take(revision);
      await documents((store) => store.stage(hold(revision), held, text(...passages)));
      await publish(revision);
    };
    beforeAll(async () => {
      tenant = await open().tenant();
    });
    beforeEach(() => {
      number += 1;
      upload = sampleUpload(tenant.company, { name: `pump-${String(number)}.md` });
    });

    it("knows the same file again, other content, and another label", async () => {
      const created = await register({ id: upload.id });
      expect(created).toMatchObject({ outcome: "created", revision: 1 });
      expect(created.document).toMatchObject({ id: upload.id, state: "pending", name: upload.name });
      expect(await register()).toMatchObject({ outcome: "unchanged", revision: 1 });
      expect(await register({ contentHash: "b".repeat(64) })).toMatchObject({
        outcome: "replaced",
        revision: 2,
        document: { id: upload.id },
      });
      expect(await register({ contentHash: "b".repeat(64), sensitivity: "restricted" })).toMatchObject({
        outcome: "replaced",
        revision: 3,
      });
    });

    it("lets neither a file nor what the product wrote take the other's place", async () => {
      for (const kind of ["file", "verified"] as const) {
        const name = `${kind}-${upload.name}`;
        const created = await register({ name, kind });
        expect(created).toMatchObject({ outcome: "created", document: { kind } });
        expect(await register({ name, kind })).toMatchObject({ outcome: "unchanged" });
        for (const contentHash of [upload.contentHash, "b".repeat(64)]) {
          const other = register({ name, contentHash, kind: kind === "file" ? "verified" : "file" });
          await expect(other).rejects.toMatchObject({ code: "forbidden" });
        }
        expect(await register({ name, kind, contentHash: "c".repeat(64) })).toMatchObject({
          outcome: "replaced",
          document: { id: created.document.id, kind },
        });
      }
    });

    it("gives uploads of one name at one time one document and one revision each", async () => {
      const same = await Promise.all(Array.from({ length: 4 }, () => register()));
      expect(same.filter(({ outcome }) => outcome === "created").length).toBe(1);
      expect(same.filter(({ outcome }) => outcome === "unchanged").length).toBe(3);
      expect(new Set(same.map(({ document }) => document.id)).size).toBe(1);
      const hashes = ["b", "c", "d"].map((letter) => letter.repeat(64));
      const changed = await Promise.all(hashes.map((contentHash) => register({ contentHash })));
      expect(changed.map(({ revision }) => revision).toSorted()).toEqual([2, 3, 4]);
    });

    it("gives a revision to one worker, and to the next when that one is gone", async () => {
      await register({ id: upload.id });
      const takers = await Promise.all(Array.from({ length: 4 }, () => take()));
      expect(takers.filter((taker) => taker !== null)).toMatchObject([{ attempt: 1, stagedPassages: 0 }]);
      await documents((store) => store.stage(hold(1), 1, text("one", "two")));
      await pause(10);
      expect(await take()).toMatchObject({ attempt: 2, stagedPassages: 2, revision: 1 });
      expect(await take(2)).toBeNull();
    });

    it("serves passages from their publication on, and gives their place", async () => {
      await register({ id: upload.id });
      await take();
      const staged = text("Open the valve.", "Start the pump.");
      await documents((store) => store.stage(hold(1), held, staged));
      const ids = staged.passages.map(({ id }) => id);
      expect(await documents((store) => store.passages(ids))).toEqual([]);
      expect(await publish()).toBe(true);
      expect(await publish()).toBe(false);
      const hits = await documents((store) => store.passages(ids));
      expect(hits.find(({ id }) => id === ids[1])).toMatchObject({
        documentId: upload.id,
        departmentId: upload.departmentId,
        title: "The pump",
        position: 1,
        headingPath: ["Pump", "Start"],
        text: "Start the pump.",
      });
      expect(await take()).toBeNull();
    });

    it("lets whoever a later attempt has superseded change nothing", async () => {
      await register({ id: upload.id });
      const first = hold(1, 1);
      const second = hold(1, 2);
      await take(1, 0);
      await documents((store) => store.stage(first, 0, text("early")));
      await pause(5);
      expect(await take()).toMatchObject({ attempt: 2, stagedPassages: 1 });
      expect(await documents((store) => store.stage(first, held, text("late", "later")))).toBe(false);
      const [passage] = await documents((store) => store.withoutEmbedding(upload.id, 1, "m", 1));
      if (!passage) throw new Error("nothing is staged");
      const embeddings = [{ id: passage.id, embedding: new Float32Array([1, 0]) }];
      expect(await documents((store) => store.embed(first, held, embeddings, "m"))).toBe(false);
      expect(await documents((store) => store.withoutEmbedding(upload.id, 1, "m", 9))).toHaveLength(1);
      await documents((store) => store.release(first));
      await documents((store) => store.fail(first, { code: "internal", message: "", remedy: null }, []));
      expect(await documents((store) => store.publish(first, []))).toBe(false);
      expect(await documents((store) => store.embed(second, held, embeddings, "m"))).toBe(true);
      expect(await documents((store) => store.publish(second, []))).toBe(true);
      expect(await served()).toEqual(["early"]);
    });

    it("holds the document anew with every step", async () => {
      await register({ id: upload.id });
      await take(1, 0);
      expect(await documents((store) => store.stage(hold(), held, text("one")))).toBe(true);
      await pause(5);
      expect(await take()).toBeNull();
      await documents((store) => store.stage(hold(), 0, text("one")));
      await documents((store) => store.embed(hold(), held, [], "m"));
      await pause(5);
      expect(await take()).toBeNull();
    });

    it("takes a document back, and does not count that attempt", async () => {
      await register({ id: upload.id });
      await take();
      await documents((store) => store.stage(hold(), held, text("kept")));
      await documents((store) => store.release(hold()));
      expect(await take()).toMatchObject({
        attempt: 1,
        stagedPassages: 1,
        document: { state: "processing" },
      });
    });

    it("puts a document off, says why until it is served, and does not count that attempt", async () => {
      const away = { code: "model_unavailable", message: "Nobody serves it.", remedy: null } as const;
      await register({ id: upload.id });
      await take();
      await documents((store) => store.postpone(hold(), 1, away));
      await pause(5);
      expect(await take()).toMatchObject({ attempt: 1, document: { state: "processing", failure: away } });
      await documents((store) => store.postpone(hold(), held, away));
      expect(await take()).toBeNull();
      await open().database.releaseHolds();
      expect(await take()).toMatchObject({ attempt: 1 });
      await documents((store) => store.stage(hold(1), held, text("read")));
      await publish();
      expect(await register()).toMatchObject({ document: { state: "ready", failure: null } });
    });

    it("gives a document that was put off to nobody before its time", async () => {
      const away = { code: "model_unavailable", message: "Nobody serves it.", remedy: null } as const;
      await register({ id: upload.id });
      await take();
      await documents((store) => store.postpone(hold(), 3_600_000, away));
      expect(await take()).toBeNull();
    });

    it("replaces what an earlier attempt has staged", async () => {
      await register({ id: upload.id });
      await take();
      await documents((store) => store.stage(hold(1), held, text("a", "b", "c")));
      await documents((store) => store.stage(hold(1), held, text("d")));
      await publish();
      expect(await served()).toEqual(["d"]);
    });

    it("embeds what has no embedding by this model, batch by batch", async () => {
      await register({ id: upload.id });
      await take();
      await documents((store) => store.stage(hold(1), held, text("a", "b", "c")));
      const missing = (model: string, limit = 10) =>
        documents((store) => store.withoutEmbedding(upload.id, 1, model, limit));
      const batch = await missing("m", 2);
      expect(batch.length).toBe(2);
      expect(batch[0]?.text).toContain("Pump");
      expect(batch[0]?.text).toMatch(/a$/);
      const embeddings = batch.map(({ id }) => ({ id, embedding: new Float32Array([0.6, 0.8]) }));
      await documents((store) => store.embed(hold(), held, embeddings, "m"));
      expect((await missing("m")).map((passage) => passage.text.at(-1))).toEqual(["c"]);
      expect((await missing("other")).length).toBe(3);
    });

    it("serves the old content until the new is published, and then the new alone", async () => {
      await register({ id: upload.id });
      await ingest(1, "old");
      await register({ contentHash: "b".repeat(64) });
      expect(await served()).toEqual(["old"]);
      await take(2);
      await documents((store) => store.stage(hold(2), held, text("new")));
      expect(await served()).toEqual(["old"]);
      await publish(2);
      expect(await served()).toEqual(["new"]);
    });

    it("leaves a superseded revision unpublished", async () => {
      await register({ id: upload.id });
      await take();
      await documents((store) => store.stage(hold(1), held, text("old")));
      await register({ contentHash: "b".repeat(64) });
      expect(await publish()).toBe(false);
      await documents((store) => store.stage(hold(1), held, text("late")));
      await documents((store) =>
        store.fail(hold(1), { code: "internal", message: "late", remedy: null }, []),
      );
      await ingest(2, "new");
      expect(await served()).toEqual(["new"]);
    });

    it("fails with its reason, still serves what was there, and is tried again on demand", async () => {
      await register({ id: upload.id });
      await ingest(1, "old");
      await register({ contentHash: "b".repeat(64) });
      await take(2);
      await documents((store) => store.stage(hold(2), held, text("half")));
      const failure = { code: "document_corrupt", message: "Broken.", remedy: "Send it again." } as const;
      await documents((store) => store.fail(hold(2), failure, []));
      expect(await served()).toEqual(["old"]);
      expect(await take(2)).toBeNull();
      const again = await documents((store) => store.retry(upload.id));
      expect(again).toMatchObject({ revision: 3, document: { state: "pending", failure: null } });
      expect(await documents((store) => store.retry(upload.id))).toBeNull();
      await ingest(3, "new");
      expect(await served()).toEqual(["new"]);
    });

    it("takes the same content up again where it had failed", async () => {
      await register({ id: upload.id });
      await take();
      const failure = { code: "document_corrupt", message: "Broken.", remedy: null } as const;
      await documents((store) => store.fail(hold(1), failure, []));
      expect(await register()).toMatchObject({ outcome: "replaced", revision: 2 });
    });

    const noRights = { lead: false, labels: sensitivities, principals: [] };
    const anotherHash = "b".repeat(64);
    const label = async () => {
      const passage = await tenant.stores(async ({ library }) => (await library.passages(upload.id))[0]);
      return passage && [passage.text, passage.sensitivity, passage.readers];
    };
    const uploader = async () => {
      const scope = {
        departments: new Map([[upload.departmentId, "restricted" as const]]),
        principals: new Set(["user:one", "user:two", "user:three"]),
      };
      return (await tenant.stores(({ library }) => library.get(scope, upload.id)))?.uploadedBy;
    };

    it("lets nobody replace what is another's, or what they may not read, and tells the same of both", async () => {
      await register({ id: upload.id, sensitivity: "restricted" });
      await ingest(1, "secret");
      const uploadedBy = personOf(tenant.company, "fay");
      for (const rights of [
        noRights,
        { ...noRights, labels: ["public", "confidential"] as const },
        { lead: true, labels: ["public"] as const, principals: [] },
      ]) {
        for (const change of [{ contentHash: anotherHash }, { sensitivity: "public" }, {}] as const) {
          const tried = register({ uploadedBy, rights, ...change });
          await expect(tried).rejects.toMatchObject({ code: "forbidden", message: notReplaceable().message });
        }
      }
      const own = { rights: { ...noRights, labels: ["public"] as const }, sensitivity: "public" } as const;
      await expect(register(own)).rejects.toMatchObject({ code: "forbidden" });
      expect(await label()).toEqual(["secret", "restricted", null]);
    });

    it("lets nobody replace what is limited to other readers", async () => {
      await register({ id: upload.id, readers: ["user:one"] });
      const rights = { ...noRights, lead: true, principals: ["user:two"] };
      await expect(register({ rights, contentHash: anotherHash })).rejects.toMatchObject({
        code: "forbidden",
      });
      await expect(register({ rights, readers: ["user:one"] })).rejects.toMatchObject({ code: "forbidden" });
      const mine = { ...rights, lead: false, principals: ["user:one"] };
      expect(await register({ rights: mine, contentHash: anotherHash })).toMatchObject({
        outcome: "replaced",
      });
    });

    it("gives unchanged content its new label at once, its uploader with the publication", async () => {
      await register({ id: upload.id, sensitivity: "restricted" });
      await ingest(1, "text");
      const uploadedBy = personOf(tenant.company, "ada");
      await register({ sensitivity: "public", readers: ["user:one"], uploadedBy });
      expect(await label()).toEqual(["text", "public", ["user:one"]]);
      expect(await uploader()).toBe(upload.uploadedBy);
      await ingest(2, "text");
      expect(await uploader()).toBe(uploadedBy);
    });

    it("never serves replaced content under a label that was not its own or stricter", async () => {
      await register({ id: upload.id, sensitivity: "restricted", readers: ["user:one", "user:two"] });
      await ingest(1, "secret");
      const redacted = {
        contentHash: anotherHash,
        sensitivity: "public",
        readers: ["user:two", "user:three"],
      } as const;
      const rights = { ...noRights, lead: true, principals: ["user:two"] };
      await register({ ...redacted, rights });
      const stricter = ["secret", "restricted", ["user:two"]];
      expect(await label()).toEqual(stricter);
      expect(await register({ ...redacted, rights })).toMatchObject({ outcome: "unchanged" });
      await take(2);
      const failure = { code: "document_corrupt", message: "Broken.", remedy: null } as const;
      await documents((store) => store.fail(hold(2), failure, []));
      expect(await label()).toEqual(stricter);
      await register({ ...redacted, rights });
      expect(await label()).toEqual(stricter);
      await ingest(3, "redacted");
      expect(await label()).toEqual(["redacted", "public", ["user:two", "user:three"]]);
    });

    it("shows nothing of a stricter revision that failed once the old content has its own label again", async () => {
      const { contentHash } = await register({ id: upload.id }).then(({ document }) => document);
      await ingest(1, "old");
      await register({ contentHash: anotherHash, sensitivity: "restricted" });
      await take(2);
      const secret = { ...text("secret"), title: "A secret title" };
      await documents((store) => store.stage(hold(2), held, secret));
      const failure = { code: "document_corrupt", message: "Broken.", remedy: null } as const;
      await documents((store) => store.fail(hold(2), failure, []));
      const { document } = await register({ contentHash });
      expect(document).toMatchObject({ sensitivity: "public", title: upload.name });
      expect(await label()).toEqual(["old", "public", null]);
    });

    it("serves replaced content at once as strictly as what will replace it", async () => {
      await register({ id: upload.id });
      await ingest(1, "old");
      await register({ contentHash: anotherHash, sensitivity: "restricted", readers: [] });
      expect(await label()).toEqual(["old", "restricted", []]);
    });

    it("removes a document with its passages, and tells which files some document needs", async () => {
      const contentHash = `${String(number).padStart(2, "0")}${"e".repeat(62)}`;
      const inUse = async () => [
        ...(await documents((store) => store.contentsInUse([contentHash, "0".repeat(64)]))),
      ];
      await register({ id: upload.id, contentHash });
      const servedNow = () => documents((store) => store.contentsServed([upload.id, newId<DocumentId>()]));
      expect(await servedNow()).toEqual(new Map());
      await ingest(1, "gone");
      expect(await servedNow()).toEqual(new Map([[upload.id, contentHash]]));
      const twin = await register({ name: `${upload.name}.copy`, contentHash });
      expect(await documents((store) => store.remove(upload.id, []))).toBe(true);
      expect(await served()).toEqual([]);
      expect(await servedNow()).toEqual(new Map());
      expect(await documents((store) => store.remove(upload.id, []))).toBe(false);
      expect(await inUse()).toEqual([contentHash]);
      await documents((store) => store.remove(twin.document.id, []));
      expect(await inUse()).toEqual([]);
    });
  });
}
