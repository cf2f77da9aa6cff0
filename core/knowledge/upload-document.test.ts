import { beforeEach, describe, expect, it } from "@jest/globals";
import { hashOf, type KnowledgeBench, knowledgeBench } from "../../tests/support/knowledge-bench.ts";
import { departmentOf } from "../../tests/support/sample-work.ts";
import { ExpertError } from "../errors.ts";
import type { RegisteredUpload } from "./document-store.ts";
import { type DepartmentId, newId } from "../ids.ts";
import { uploadDocument } from "./upload-document.ts";

describe("uploadDocument", () => {
  let bench: KnowledgeBench;
  beforeEach(() => {
    bench = knowledgeBench();
  });
  const documents = () => [...bench.database.tables(bench.company.tenantId).documents.values()];

  it("keeps the file, registers it and wakes a worker, each told to the audit trail", async () => {
    const { document, outcome, revision } = await bench.upload({ content: "text" });
    expect({ outcome, revision }).toEqual({ outcome: "created", revision: 1 });
    expect(document).toMatchObject({
      name: "pump.md",
      sizeBytes: 4,
      contentHash: hashOf("text"),
      readers: null,
    });
    const kept = await bench.blobs.get(bench.company.tenantId, hashOf("text"));
    expect(Buffer.from(kept).toString()).toBe("text");
    expect(bench.jobs).toEqual([`ingestion-${document.id}-1`]);
    expect(bench.audited()).toEqual(["doc.upload started", "doc.upload success"]);
  });

  it("changes nothing for the same file again, and replaces other content", async () => {
    await bench.upload({ content: "one" });
    expect((await bench.upload({ content: "one" })).outcome).toBe("unchanged");
    expect(bench.jobs).toHaveLength(1);
    const told = bench.database.tables(bench.company.tenantId).audit.at(-1)?.event;
    expect(told).toMatchObject({
      event: "doc.upload",
      status: "success",
      metadata: { outcome: "unchanged" },
    });
    expect(await bench.upload({ content: "two" })).toMatchObject({ outcome: "replaced", revision: 2 });
    expect(documents()).toHaveLength(1);
  });

  it.each([
    ["a/../../etc/passwd", "a/etc/passwd"],
    ["C:\\docs\\pump.md", "C:/docs/pump.md"],
    ["/./pump\u0000\u202e.md ", "pump.md"],
    ["คู่มือ/ปั๊ม.md", "คู่มือ/ปั๊ม.md"],
  ])("cleans the name %j", async (name, clean) => {
    expect((await bench.upload({ name })).document.name).toBe(clean);
  });

  it.each(["", "..", "/", "\u0000", "a".repeat(256)])("refuses the name %j", async (name) => {
    await expect(bench.upload({ name })).rejects.toMatchObject({ code: "invalid_input" });
    expect(documents()).toEqual([]);
    expect(bench.blobs.count).toBe(0);
  });

  it("refuses what the person may not add, and stores nothing", async () => {
    const finance = departmentOf(bench.company, "finance");
    for (const [change, code] of [
      [{ departmentId: newId<DepartmentId>() }, "department_unknown"],
      [{ departmentId: finance }, "department_unknown"],
      [{ sensitivity: "restricted" }, "forbidden"],
      [{ identity: await bench.identity("vic") }, "forbidden"],
      [{ identity: await bench.identity("fay") }, "forbidden"],
      [{ content: "" }, "document_empty"],
    ] as const) {
      await expect(bench.upload(change)).rejects.toMatchObject({ code });
    }
    expect((await bench.upload({ sensitivity: "confidential" })).outcome).toBe("created");
    expect(documents()).toHaveLength(1);
  });

  it("lets a member replace neither what they may not read nor what another has uploaded", async () => {
    const ada = await bench.identity("ada");
    const served: RegisteredUpload[] = [];
    for (const sensitivity of ["restricted", "confidential", "public"] as const) {
      const upload = await bench.upload({ identity: ada, name: `${sensitivity}.md`, sensitivity });
      await bench.ingest(upload);
      served.push(upload);
      for (const content of ["# Mine", undefined]) {
        await expect(
          bench.upload({
            name: `${sensitivity}.md`,
            sensitivity: sensitivity === "public" ? "confidential" : "public",
            ...(content === undefined ? {} : { content }),
          }),
        ).rejects.toMatchObject({ code: "forbidden", remedy: expect.stringContaining("name") as unknown });
      }
    }
    for (const upload of served)
      expect(bench.document(upload)).toMatchObject({
        ...upload.document,
        state: "ready",
        title: "Pump",
        passageCount: 1,
        updatedAt: expect.any(Date) as unknown,
      });
  });

  it("lets a lead replace a restricted file by a public one, which alone is ever public", async () => {
    const ada = await bench.identity("ada");
    const secret = await bench.upload({ identity: ada, sensitivity: "restricted" });
    await bench.ingest(secret);
    const redacted = await bench.upload({ identity: ada, content: "# Redacted\n\nLess." });
    expect(redacted.document.sensitivity).toBe("restricted");
    await bench.ingest(redacted, {
      extractor: { extract: () => Promise.reject(new ExpertError("document_corrupt", "")) },
    });
    expect(bench.document(redacted)).toMatchObject({ state: "failed", sensitivity: "restricted" });
    await bench.ingest(await bench.upload({ identity: ada, content: "# Redacted\n\nLess." }));
    expect(bench.document(redacted)).toMatchObject({
      state: "ready",
      sensitivity: "public",
      title: "Redacted",
    });
  });

  it("registers nothing where there is no room for the file", async () => {
    bench.blobs.limitRoom(2);
    await expect(bench.upload({ content: "text" })).rejects.toMatchObject({ code: "storage_full" });
    expect(documents()).toEqual([]);
    expect(bench.jobs).toEqual([]);
    expect(bench.audited()).toEqual(["doc.upload started", "doc.upload error"]);
    const told = bench.database.tables(bench.company.tenantId).audit.at(-1)?.event;
    expect(told).toMatchObject({ metadata: { code: "storage_full" } });
  });

  it("waits until the search knows of a change that is in force at once", async () => {
    const { database, blobs, company } = bench;
    const changed: string[] = [];
    const upload = async (sensitivity: "public" | "confidential") =>
      await uploadDocument(
        {
          database,
          blobs,
          queue: { enqueue: () => Promise.resolve() },
          onChanged: async (tenant) => void changed.push(tenant),
        },
        {
          identity: await bench.identity("sam"),
          departmentId: departmentOf(company, "operations"),
          name: "pump.md",
          mediaType: "text/markdown",
          sensitivity,
          content: Buffer.from("text"),
        },
      );
    await upload("public");
    await upload("public");
    expect(changed).toEqual([]);
    await upload("confidential");
    expect(changed).toEqual([company.tenantId]);
  });

  it("keeps the upload where the queue is away: the row is found later", async () => {
    const { database, blobs, company } = bench;
    const queue = { enqueue: () => Promise.reject(new Error("away")) };
    const registered = await uploadDocument(
      { database, blobs, queue },
      {
        identity: await bench.identity("sam"),
        departmentId: departmentOf(company, "operations"),
        name: "pump.md",
        mediaType: "text/markdown",
        sensitivity: "public",
        content: Buffer.from("text"),
      },
    );
    expect(registered.outcome).toBe("created");
  });
});
