import { describe, expect, it } from "@jest/globals";
import type { DocumentStore } from "../../core/knowledge/document-store.ts";
import { newId, type DocumentId } from "../../core/ids.ts";
import { samplePassages, sampleUpload } from "../support/sample-work.ts";
import type { DatabaseUnderTest } from "./database-under-test.ts";

/** Longer than any machine stands still. */
const held = 600_000;
const text = (...passages: readonly string[]) => ({
  title: "The pump",
  warnings: [],
  passages: samplePassages(...passages),
});

/** What a new revision of a document takes over from the one before. */
export function reusedEmbeddingsContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`embeddings of a changed document: ${name}`, () => {
    it("are those of the served revision where the words are the same", async () => {
      const tenant = await open().tenant();
      const upload = sampleUpload(tenant.company, { name: "reused.md" });
      const { id } = upload;
      const hold = (revision: number, attempt = 1) => ({ id, revision, attempt });
      const documents = <T>(work: (store: DocumentStore) => Promise<T>): Promise<T> =>
        tenant.stores((stores) => work(stores.documents));
      const begin = async (revision: number, ...passages: readonly string[]): Promise<void> => {
        await documents((store) => store.take(id, revision, held));
        await documents((store) => store.stage(hold(revision), held, text(...passages)));
      };
      const missing = (revision: number) =>
        documents((store) => store.withoutEmbedding(id, revision, "m", 10));
      const reuse = (model: string, attempt = 1) =>
        documents((store) => store.reuseEmbeddings(hold(2, attempt), held, model));

      await documents((store) => store.register(upload, []));
      await begin(1, "a", "b", "c");
      const embeddings = (await missing(1)).map((passage) => ({
        id: passage.id,
        embedding: new Float32Array([0.6, 0.8]),
      }));
      await documents((store) => store.embed(hold(1), held, embeddings, "m"));
      await documents((store) => store.publish(hold(1), []));
      const changed = { ...upload, id: newId<DocumentId>(), contentHash: "b".repeat(64) };
      await documents((store) => store.register(changed, []));
      await begin(2, "new", "b", "c", "b");
      expect(await reuse("m", 2)).toBe(false);
      expect(await reuse("other")).toBe(true);
      expect(await missing(2)).toHaveLength(4);
      expect(await reuse("m")).toBe(true);
      expect((await missing(2)).map((passage) => passage.text.split("\n").at(-1))).toEqual(["new"]);
    });

    it("are made anew where it is served without this model's, and it is served meanwhile", async () => {
      const tenant = await open().tenant();
      const upload = sampleUpload(tenant.company, { name: "anew.md" });
      const { id } = upload;
      const documents = <T>(work: (store: DocumentStore) => Promise<T>): Promise<T> =>
        tenant.stores((stores) => work(stores.documents));
      const hold = (revision: number) => ({ id, revision, attempt: 1 });
      const embedAnew = (model: string) => documents((store) => store.embedAnew(model));
      const begin = async (revision: number) => {
        const staged = text("one");
        await documents((store) => store.take(id, revision, held));
        await documents((store) => store.stage(hold(revision), held, staged));
        return staged.passages.map((passage) => ({ id: passage.id, embedding: new Float32Array([1, 0]) }));
      };
      await documents((store) => store.register(upload, []));
      expect(await embedAnew("m")).toBe(0);
      await begin(1);
      await documents((store) => store.publish(hold(1), []));
      expect([await embedAnew("m"), await embedAnew("m")]).toEqual([1, 0]);
      expect(await tenant.stores(({ library }) => library.passages(id))).toMatchObject([{ text: "one" }]);
      const embeddings = await begin(2);
      await documents((store) => store.embed(hold(2), held, embeddings, "m"));
      await documents((store) => store.publish(hold(2), []));
      expect([await embedAnew("m"), await embedAnew("other")]).toEqual([0, 1]);
      await documents((store) => store.take(id, 3, held));
      const away = { code: "model_unavailable", message: "Away.", remedy: null } as const;
      await documents((store) => store.fail(hold(3), away, []));
      expect(await embedAnew("other")).toBe(1);
    });
  });
}
