import { beforeEach, describe, expect, it } from "@jest/globals";
import { fakeTextExtractor } from "../../tests/fakes/text-extractor.ts";
import {
  countingEmbedder,
  type KnowledgeBench,
  knowledgeBench,
} from "../../tests/support/knowledge-bench.ts";
import { pause } from "../../tests/support/sample-work.ts";
import { ExpertError } from "../errors.ts";
import type { RegisteredUpload } from "./document-store.ts";

const longText = Array.from(
  { length: 90 },
  (_, section) => `# Part ${String(section)}\n\n${"Some words about the pump. ".repeat(90)}`,
).join("\n\n");

describe("ingestDocument", () => {
  let bench: KnowledgeBench;
  let upload: RegisteredUpload;
  beforeEach(async () => {
    bench = knowledgeBench();
    upload = await bench.upload({ content: "# The pump\n\nOpen the valve." });
  });
  const passages = () => bench.database.tables(bench.company.tenantId).passages;
  const leaseOver = (): Promise<void> => pause(40);

  it("makes passages that are served, and tells the index", async () => {
    await bench.ingest(upload);
    expect(bench.document(upload)).toMatchObject({ state: "ready", title: "The pump", passageCount: 1 });
    expect(passages()).toMatchObject([{ text: expect.stringContaining("Open the valve.") as unknown }]);
    expect(bench.published).toEqual([bench.company.tenantId]);
    expect(bench.audited().slice(-2)).toEqual(["doc.ingestion started", "doc.ingestion success"]);
  });

  it("does nothing a second time, nor for a superseded revision", async () => {
    await bench.ingest(upload);
    await bench.ingest(upload);
    const newer = await bench.upload({ content: "# Newer\n\nOpen both valves." });
    await bench.ingest(upload);
    expect(bench.document(upload).state).toBe("pending");
    await bench.ingest(newer);
    expect(bench.published).toHaveLength(2);
  });

  it("embeds every passage once, batch by batch", async () => {
    const embedder = countingEmbedder();
    const long = await bench.upload({ name: "long.md", content: longText });
    await bench.ingest(long, { embedder, leaseMs: 10_000 });
    expect(bench.document(long).state).toBe("ready");
    expect(embedder.texts.length).toBe(bench.document(long).passageCount);
    expect(embedder.texts.length).toBeGreaterThan(64);
  });

  it("embeds of a changed document what has changed", async () => {
    const sections = (third: string): string =>
      ["Open the valve.", "Start the pump.", third]
        .map((words, at) => `# Section ${String(at)}\n\n${words.repeat(120)}`)
        .join("\n\n");
    const embedder = countingEmbedder();
    const first = await bench.upload({ name: "long.md", content: sections("Close the valve.") });
    await bench.ingest(first, { embedder, leaseMs: 10_000 });
    const before = embedder.texts.length;
    const second = await bench.upload({ name: "long.md", content: sections("Turn the red key.") });
    await bench.ingest(second, { embedder, leaseMs: 10_000 });
    const again = embedder.texts.slice(before);
    expect(again.length).toBeGreaterThan(0);
    expect(again.every((text) => text.includes("red key"))).toBe(true);
    expect(passages().every(({ embeddingModel }) => embeddingModel === embedder.embeddingModel)).toBe(true);
  });

  it("goes on where an interrupted attempt stopped: nothing is extracted or embedded again", async () => {
    const embedder = countingEmbedder();
    let extractions = 0;
    const extractor = {
      extract: (file: Parameters<ReturnType<typeof fakeTextExtractor>["extract"]>[0]) => {
        extractions += 1;
        return fakeTextExtractor().extract(file);
      },
    };
    const long = await bench.upload({ name: "long.md", content: longText });
    let batches = 0;
    const interrupted = {
      ...embedder,
      embed: (texts: readonly string[]) => {
        batches += 1;
        if (batches === 2) throw new ExpertError("model_unavailable", "away");
        return embedder.embed(texts);
      },
    };
    await expect(bench.ingest(long, { extractor, embedder: interrupted })).rejects.toMatchObject({
      code: "model_unavailable",
    });
    expect(bench.document(long).state).toBe("processing");
    await leaseOver();
    await bench.ingest(long, { extractor, embedder, leaseMs: 10_000 });
    expect(bench.document(long).state).toBe("ready");
    expect(extractions).toBe(1);
    expect(embedder.texts.length).toBe(bench.document(long).passageCount);
  });

  it.each([
    ["a scan", "\u0089PNG", "document_image_only"],
    ["binary", "a\u0000b", "document_unsupported"],
    ["nothing but space", " \n ", "document_empty"],
  ])("fails at once, with the reason and a remedy, for %s", async (_what, content, code) => {
    const bytes = code === "document_image_only" ? Buffer.from("89504e47", "hex") : Buffer.from(content);
    const bad = await bench.upload({ name: "bad.bin", content: bytes.toString("latin1") });
    const extractor = {
      extract: () => fakeTextExtractor().extract({ name: "bad.bin", content: bytes }),
    };
    await bench.ingest(bad, { extractor });
    expect(bench.document(bad)).toMatchObject({
      state: "failed",
      failure: { code, remedy: expect.any(String) as unknown },
    });
    expect(bench.audited().at(-1)).toBe("doc.ingestion error");
  });

  it("keeps for another try what may pass, and gives up after the third with a message", async () => {
    const extractor = { extract: () => Promise.reject(new TypeError("x is undefined")) };
    for (const attempt of [1, 2]) {
      await expect(bench.ingest(upload, { extractor })).rejects.toThrow(TypeError);
      expect({ attempt, state: bench.document(upload).state }).toEqual({ attempt, state: "processing" });
      await leaseOver();
    }
    await bench.ingest(upload, { extractor });
    expect(bench.document(upload)).toMatchObject({ state: "failed", failure: { code: "internal" } });
    expect(JSON.stringify(bench.document(upload).failure)).not.toContain("undefined");
  });

  it("gives a document back where it is stopped, however often, and reads it at the next start", async () => {
    const extractor = {
      extract: () => Promise.reject(new ExpertError("cancelled", "The program is ending.")),
    };
    for (let stop = 1; stop <= 4; stop += 1) {
      await expect(bench.ingest(upload, { extractor, leaseMs: 10_000 })).rejects.toMatchObject({
        code: "cancelled",
      });
      expect(bench.document(upload).state).toBe("pending");
    }
    await bench.ingest(upload);
    expect(bench.document(upload).state).toBe("ready");
  });

  it("waits for a model that is away, however long, and is read once it is back", async () => {
    const embedder = countingEmbedder();
    const away = {
      ...embedder,
      embed: () => Promise.reject(new ExpertError("model_unavailable", "Nobody serves it.")),
    };
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await expect(bench.ingest(upload, { embedder: away })).rejects.toMatchObject({
        code: "model_unavailable",
      });
      expect(bench.document(upload)).toMatchObject({
        state: "processing",
        failure: { code: "model_unavailable", message: "Nobody serves it." },
      });
      await leaseOver();
    }
    expect(bench.audited().filter((event) => event === "doc.ingestion started")).toHaveLength(1);
    await bench.ingest(upload, { embedder });
    expect(bench.document(upload)).toMatchObject({ state: "ready", failure: null });
  });

  it("gives up where the model's server does not know the model, and says so", async () => {
    const unknown = new ExpertError("model_unavailable", "It is not known.", { facts: { status: 404 } });
    const embedder = { ...countingEmbedder(), embed: () => Promise.reject(unknown) };
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await expect(bench.ingest(upload, { embedder })).rejects.toMatchObject({ code: "model_unavailable" });
      await leaseOver();
    }
    await bench.ingest(upload, { embedder });
    expect(bench.document(upload)).toMatchObject({
      state: "failed",
      failure: { message: "It is not known." },
    });
  });

  it("tries again where the process that reads documents could not be started", async () => {
    const extractor = { extract: () => Promise.reject(new ExpertError("internal", "It did not start.")) };
    await expect(bench.ingest(upload, { extractor })).rejects.toMatchObject({ code: "internal" });
    await leaseOver();
    await bench.ingest(upload);
    expect(bench.document(upload).state).toBe("ready");
  });

  it("gives up a document whose every attempt ended with its process, before reading it once more", async () => {
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await bench.database.withTenant(bench.company.tenantId, ({ documents }) =>
        documents.take(upload.document.id, 1, 0),
      );
      await pause(2);
    }
    const extractor = { extract: () => Promise.reject(new TypeError("it was read")) };
    await bench.ingest(upload, { extractor });
    expect(bench.document(upload)).toMatchObject({
      state: "failed",
      failure: { code: "internal", message: expect.stringContaining("cut short") as unknown },
    });
    expect(bench.audited().at(-1)).toBe("doc.ingestion error");
  });

  it("holds a document for as long as its batches take, and stops where another has taken it over", async () => {
    let now = Date.now();
    bench = knowledgeBench(() => now);
    const long = await bench.upload({ name: "long.md", content: longText });
    const take = () =>
      bench.database.withTenant(bench.company.tenantId, ({ documents }) =>
        documents.take(long.document.id, 1, 10_000),
      );
    const takenMeanwhile: boolean[] = [];
    const embedder = {
      embeddingModel: "m",
      embed: async (texts: readonly string[]) => {
        now += 60;
        takenMeanwhile.push((await take()) !== null);
        return texts.map(() => new Float32Array([1, 0]));
      },
    };
    await bench.ingest(long, { embedder, leaseMs: 100 });
    expect(takenMeanwhile.length).toBeGreaterThan(1);
    expect(takenMeanwhile).not.toContain(true);
    expect(bench.document(long).state).toBe("ready");

    const again = await bench.upload({ name: "long.md", content: `${longText}\n\nMore.` });
    let batches = 0;
    const slow = {
      ...embedder,
      embed: async (texts: readonly string[]) => {
        batches += 1;
        now += 50;
        await bench.database.withTenant(bench.company.tenantId, ({ documents }) =>
          documents.take(again.document.id, again.revision, 10_000),
        );
        return texts.map(() => new Float32Array([1, 0]));
      },
    };
    await bench.ingest(again, { embedder: slow, leaseMs: 20 });
    expect(batches).toBe(1);
    expect(bench.document(again).state).toBe("processing");
  });

  it("leaves a document that another worker holds", async () => {
    await bench.database.withTenant(bench.company.tenantId, ({ documents }) =>
      documents.take(upload.document.id, 1, 600_000),
    );
    await bench.ingest(upload);
    expect(bench.document(upload).state).toBe("processing");
    expect(bench.published).toEqual([]);
  });

  it("fails where the embedding model answers for some texts only, after the last try", async () => {
    const embedder = { embeddingModel: "m", embed: () => Promise.resolve([]) };
    for (let attempt = 1; attempt < 3; attempt += 1) {
      await expect(bench.ingest(upload, { embedder })).rejects.toMatchObject({ code: "model_unavailable" });
      await leaseOver();
    }
    await bench.ingest(upload, { embedder });
    expect(bench.document(upload)).toMatchObject({ state: "failed", failure: { code: "model_unavailable" } });
  });

  it("tells that the database is away, and is whole at the next try", async () => {
    bench.database.breakDown("documents");
    await expect(bench.ingest(upload)).rejects.toMatchObject({ code: "database_unavailable" });
    bench.database.breakDown();
    await bench.ingest(upload);
    expect(bench.document(upload).state).toBe("ready");
  });
});
