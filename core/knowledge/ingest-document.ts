import type { AuditEvent } from "../audit/audit-event.ts";
import type { Database } from "../database.ts";
import { ExpertError, isExpertError } from "../errors.ts";
import { type DocumentId, newId, type PassageId, type TenantId } from "../ids.ts";
import type { ModelGateway } from "../inference/model-gateway.ts";
import type { Logger } from "../logger.ts";
import type { BlobStore } from "./blob-store.ts";
import type { DocumentFailure } from "./document.ts";
import type { DocumentHold, TakenDocument } from "./document-store.ts";
import { documentTitle } from "./document-title.ts";
import type { TextExtractor } from "./text-extractor.ts";

export interface IngestionPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly blobs: Pick<BlobStore, "get">;
  readonly extractor: Pick<TextExtractor, "extract">;
  /** Null where no embedding model is configured. */
  readonly embedder: Pick<ModelGateway, "embed" | "embeddingModel"> | null;
  readonly logger: Logger;
  /** Tells the index of this process, so that it need not wait for its next look. */
  onPublished(tenant: TenantId): void;
  /** How long an attempt holds the document, in milliseconds; `ingestionLeaseMs` unless told. */
  readonly leaseMs?: number;
}

/** Longer than the longest step, each of which renews it: extraction is stopped after 10 s, a batch of embeddings by its time-outs. */
export const ingestionLeaseMs = 60_000;
const attemptsLimit = 3;
const embeddingBatch = 64;

/**
 * Turns one revision of a document into passages that are served. Every step is committed, and what an interrupted
 * attempt has done is kept. Throws only what is worth another try; being stopped (`cancelled`) and a model that is away do
 * not count as attempts, so that a document waits for as long as the model is away. One that cannot be read ends as
 * `failed`. An attempt that another has superseded changes nothing more.
 */
export async function ingestDocument(
  ports: IngestionPorts,
  tenant: TenantId,
  id: DocumentId,
  revision: number,
): Promise<void> {
  const taken = await ports.database.withTenant(tenant, ({ documents }) =>
    documents.take(id, revision, leaseOf(ports)),
  );
  if (!taken) return;
  const hold = holdOf(taken);
  const fail = (failure: DocumentFailure): Promise<void> =>
    ports.database.withTenant(tenant, ({ documents }) =>
      documents.fail(hold, failure, [audit(taken, "error")]),
    );
  if (taken.attempt > attemptsLimit) {
    await fail(interruptedTooOften);
    return;
  }
  try {
    // What waits for a model is taken again every minute; that it began is noted once.
    if (taken.stagedPassages === 0)
      await ports.database.withTenant(tenant, (stores) => stores.audit.append([audit(taken, "started")]));
    if (taken.stagedPassages === 0 && !(await stage(ports, tenant, taken))) return;
    if (!(await embed(ports, tenant, taken))) return;
    const published = await ports.database.withTenant(tenant, ({ documents }) =>
      documents.publish(hold, [audit(taken, "success")]),
    );
    if (published) ports.onPublished(tenant);
  } catch (error) {
    if (isExpertError(error, "cancelled")) {
      await ports.database.withTenant(tenant, ({ documents }) => documents.release(hold));
      throw error;
    }
    if (isAway(error)) {
      const why = explain(ports, taken, error);
      await ports.database.withTenant(tenant, ({ documents }) =>
        documents.postpone(hold, leaseOf(ports), why),
      );
      throw error;
    }
    if (isWorthAnotherTry(error) && taken.attempt < attemptsLimit) throw error;
    await fail(explain(ports, taken, error));
  }
}

const leaseOf = ({ leaseMs = ingestionLeaseMs }: IngestionPorts): number => leaseMs;

const holdOf = ({ document, revision, attempt }: TakenDocument): DocumentHold => ({
  id: document.id,
  revision,
  attempt,
});

/** Its attempts neither succeeded nor failed: each ended with its process. */
const interruptedTooOften: DocumentFailure = {
  code: "internal",
  message: "Reading this document was cut short each time it was tried.",
  remedy: "Try again; if it ends the same way, split the file or upload another format.",
};

/** False where the hold is over. */
async function stage(ports: IngestionPorts, tenant: TenantId, taken: TakenDocument): Promise<boolean> {
  const { document } = taken;
  const content = await ports.blobs.get(tenant, document.contentHash);
  const extracted = await ports.extractor.extract({ name: document.name, content });
  // Loaded with the first document: its table of tokens is large, and a question never needs it.
  const { splitPassages } = await import("./split-passages.ts");
  const passages = splitPassages(extracted).map((passage) => ({ ...passage, id: newId<PassageId>() }));
  if (passages.length === 0) {
    throw new ExpertError("document_empty", "There is no text in this document.", {
      remedy: "Check the file; if it shows pictures of text, upload a version with real text.",
    });
  }
  return await ports.database.withTenant(tenant, ({ documents }) =>
    documents.stage(holdOf(taken), leaseOf(ports), {
      title: documentTitle(extracted, document.name),
      warnings: extracted.warnings,
      passages,
    }),
  );
}

/** Embeds what the revision before had not in the same words. False where the hold is over. */
async function embed(ports: IngestionPorts, tenant: TenantId, taken: TakenDocument): Promise<boolean> {
  const { database, embedder } = ports;
  const model = embedder?.embeddingModel ?? null;
  if (!embedder || model === null) return true;
  const reused = await database.withTenant(tenant, ({ documents }) =>
    documents.reuseEmbeddings(holdOf(taken), leaseOf(ports), model),
  );
  if (!reused) return false;
  for (;;) {
    const batch = await database.withTenant(tenant, ({ documents }) =>
      documents.withoutEmbedding(taken.document.id, taken.revision, model, embeddingBatch),
    );
    if (batch.length === 0) return true;
    const vectors = await embedder.embed(
      batch.map(({ text }) => text),
      undefined,
      { tenantId: tenant, userId: null, departmentId: taken.document.departmentId, urgency: "batch" },
    );
    const embeddings = batch.flatMap(({ id }, place) => {
      const embedding = vectors[place];
      return embedding ? [{ id, embedding }] : [];
    });
    if (embeddings.length < batch.length)
      throw new ExpertError("model_unavailable", "The embedding model left texts out.", {
        facts: { status: 200 },
      });
    const held = await database.withTenant(tenant, ({ documents }) =>
      documents.embed(holdOf(taken), leaseOf(ports), embeddings, model),
    );
    if (!held) return false;
  }
}

/** Nobody serves the model, or its servers fail or have too much to do: neither the document nor what is set for it is at fault. */
function isAway(error: unknown): boolean {
  if (!isExpertError(error, "model_unavailable")) return false;
  const { status } = error.facts;
  return typeof status !== "number" || status === 429 || status >= 500;
}

/** `internal` says that the process which reads documents could not be started: nothing about the document. */
const isWorthAnotherTry = (error: unknown): boolean =>
  !isExpertError(error) ||
  isExpertError(
    error,
    "internal",
    "database_unavailable",
    "storage_unavailable",
    "model_unavailable",
    "model_timeout",
  );

function explain({ logger }: IngestionPorts, { document }: TakenDocument, error: unknown): DocumentFailure {
  if (isExpertError(error)) return { code: error.code, message: error.message, remedy: error.remedy ?? null };
  logger.error("a document could not be ingested", { document: document.id, error });
  return {
    code: "internal",
    message: "The document could not be read.",
    remedy: "Try again, or upload another format.",
  };
}

const audit = ({ document, revision }: TakenDocument, status: AuditEvent["status"]): AuditEvent => ({
  event: "doc.ingestion",
  status,
  userId: document.uploadedBy,
  resourceType: "document",
  resourceId: document.id,
  metadata: { name: document.name, revision },
});
