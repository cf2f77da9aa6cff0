import { createHash } from "node:crypto";
import { createPeople, type Identity } from "../../core/identity/directory.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { ingestDocument, type IngestionPorts } from "../../core/knowledge/ingest-document.ts";
import { uploadDocument, type Upload } from "../../core/knowledge/upload-document.ts";
import type { RegisteredUpload } from "../../core/knowledge/document-store.ts";
import type { KnowledgeDocument } from "../../core/knowledge/document.ts";
import { silentLogger } from "../../core/logger.ts";
import { createFakeBlobStore, type FakeBlobStore } from "../fakes/blob-store.ts";
import { createFakeDatabase, type FakeDatabase } from "../fakes/database/database.ts";
import { fakeTextExtractor } from "../fakes/text-extractor.ts";
import { departmentOf, personOf, type SampleCompany } from "./sample-work.ts";
import { smallCompany } from "./small-company.ts";

export interface KnowledgeBench {
  readonly database: FakeDatabase;
  readonly company: SampleCompany;
  readonly blobs: FakeBlobStore;
  /** Keys of the jobs that were enqueued. */
  readonly jobs: readonly string[];
  /** How often something was published. */
  readonly published: readonly string[];
  identity(name: Parameters<typeof personOf>[1]): Promise<Identity>;
  upload(
    change?: Partial<Omit<Upload, "content">> & { readonly content?: string },
  ): Promise<RegisteredUpload>;
  ingest(upload: RegisteredUpload, change?: Partial<IngestionPorts>): Promise<void>;
  document(upload: RegisteredUpload): KnowledgeDocument;
  audited(): readonly string[];
}

export const hashOf = (content: string): string => createHash("sha256").update(content).digest("hex");

/** An embedding model that only counts. */
export const countingEmbedder = (): Pick<ModelGateway, "embed" | "embeddingModel"> & {
  readonly texts: string[];
} => {
  const texts: string[] = [];
  return {
    embeddingModel: "test-embedding",
    texts,
    async embed(batch) {
      texts.push(...batch);
      return batch.map(() => new Float32Array([1, 0]));
    },
  };
};

/**
 * Uploading, ingesting and removing in memory.
 * @param now the clock of the rows, in milliseconds; the machine's unless told
 */
export function knowledgeBench(now?: () => number): KnowledgeBench {
  const database = createFakeDatabase(now);
  const company = database.provision(smallCompany());
  const blobs = createFakeBlobStore();
  const jobs: string[] = [];
  const published: string[] = [];
  const queue = {
    enqueue: async (...[, , { key }]: [unknown, unknown, { key: string }]) => void jobs.push(key),
  };
  const identity: KnowledgeBench["identity"] = async (name) => {
    const found = await createPeople({ database }).identify(company.tenantId, personOf(company, name));
    if (!found) throw new Error("nobody");
    return found;
  };
  const ports: IngestionPorts = {
    database,
    blobs,
    extractor: fakeTextExtractor(),
    embedder: null,
    logger: silentLogger,
    onPublished: (tenant) => void published.push(tenant),
    leaseMs: 30,
  };
  return {
    database,
    company,
    blobs,
    jobs,
    published,
    identity,
    upload: async ({ content = "# Pump\n\nOpen the valve.", ...change } = {}) =>
      await uploadDocument(
        { database, blobs, queue },
        {
          identity: await identity("sam"),
          departmentId: departmentOf(company, "operations"),
          name: "pump.md",
          mediaType: "text/markdown",
          sensitivity: "public",
          content: Buffer.from(content),
          ...change,
        },
      ),
    ingest: ({ document, revision }, change = {}) =>
      ingestDocument({ ...ports, ...change }, company.tenantId, document.id, revision),
    document({ document }) {
      const row = database.tables(company.tenantId).documents.get(document.id);
      if (!row) throw new Error("there is no document");
      return row.document;
    },
    audited: () =>
      database.tables(company.tenantId).audit.map(({ event }) => `${event.event} ${event.status}`),
  };
}
