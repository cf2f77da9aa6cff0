import { beforeEach, describe, expect, it } from "@jest/globals";
import { fakeTextExtractor } from "../../tests/fakes/text-extractor.ts";
import { type KnowledgeBench, knowledgeBench } from "../../tests/support/knowledge-bench.ts";
import { type DocumentId, newId } from "../ids.ts";
import { readableDocument, removeDocument, retryDocument } from "./remove-document.ts";

describe("documents at hand", () => {
  let bench: KnowledgeBench;
  beforeEach(() => {
    bench = knowledgeBench();
  });
  const queue = { enqueue: () => Promise.resolve() };
  const person = (name: Parameters<KnowledgeBench["identity"]>[0]) => bench.identity(name);

  it("are read by those whom their department and label allow", async () => {
    const { document } = await bench.upload({ sensitivity: "confidential" });
    await expect(readableDocument(bench, await person("sam"), document.id)).resolves.toMatchObject({
      id: document.id,
    });
    for (const name of ["vic", "fay"] as const) {
      await expect(readableDocument(bench, await person(name), document.id)).rejects.toMatchObject({
        code: "not_found",
      });
    }
    await expect(readableDocument(bench, await person("ada"), newId<DocumentId>())).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("are removed by their uploader and by leads, with passages", async () => {
    const first = await bench.upload({ name: "one.md", content: "# One" });
    const second = await bench.upload({ name: "two.md", content: "# Two" });
    await bench.ingest(first);
    const changed: string[] = [];
    const ports = { ...bench, onChanged: async (tenant: string) => void changed.push(tenant) };
    await removeDocument(ports, await person("sam"), first.document.id);
    await removeDocument(ports, await person("ada"), second.document.id);
    expect(changed).toEqual([bench.company.tenantId, bench.company.tenantId]);
    const tables = bench.database.tables(bench.company.tenantId);
    expect([...tables.documents.values()]).toEqual([]);
    expect(tables.passages).toEqual([]);
    expect(bench.audited().slice(-1)).toEqual(["doc.deleted success"]);
  });

  it("stay where others ask to remove them", async () => {
    const { document } = await bench.upload();
    await expect(removeDocument(bench, await person("vic"), document.id)).rejects.toMatchObject({
      code: "forbidden",
      remedy: expect.any(String) as unknown,
    });
    expect(bench.blobs.count).toBe(1);
  });

  it("are ingested once more on demand, where they have failed", async () => {
    const upload = await bench.upload();
    const ports = { database: bench.database, queue };
    await expect(retryDocument(ports, await person("sam"), upload.document.id)).rejects.toMatchObject({
      code: "conflict",
    });
    const broken = {
      extract: () => fakeTextExtractor().extract({ name: "x", content: Buffer.from("") }),
    };
    await bench.ingest(upload, { extractor: broken });
    expect(bench.document(upload).state).toBe("failed");
    await expect(retryDocument(ports, await person("vic"), upload.document.id)).rejects.toMatchObject({
      code: "forbidden",
    });
    const again = await retryDocument(ports, await person("ada"), upload.document.id);
    expect(again).toMatchObject({ revision: 2, document: { state: "pending" } });
    await bench.ingest(again);
    expect(bench.document(upload).state).toBe("ready");
  });
});
