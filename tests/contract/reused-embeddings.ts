import { describe, expect, it } from "@jest/globals";
import type { DocumentStore } from "../../core/knowledge/document-store.ts";
import { newId, type DocumentId } from "../../core/ids.ts";
import { samplePassages, sampleUpload } from "../support/sample-work.ts";
import type { DatabaseUnderTest } from "./database-under-test.ts";

const held = 10_000;
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
  });
}
