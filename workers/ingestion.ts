import { isExpertError } from "../core/errors.ts";
import type { DocumentId, TenantId } from "../core/ids.ts";
import { ingestDocument, type IngestionPorts } from "../core/knowledge/ingest-document.ts";
import type { Queue, QueueWorker } from "../core/queue.ts";

export interface IngestionWorkerParts {
  readonly queue: Queue;
  readonly ingestion: IngestionPorts;
  readonly config: { readonly INGESTION_CONCURRENCY: number };
}

/** Turns uploads into passages: one job is one revision of a document. */
export const workIngestion = ({ queue, ingestion, config }: IngestionWorkerParts): Promise<QueueWorker> =>
  queue.process(
    "ingestion",
    ({ tenantId, documentId, revision }) =>
      ingestDocument(ingestion, tenantId as TenantId, documentId as DocumentId, revision).catch(
        (error: unknown) => {
          // The document says that it waits, and the gateway that a server is left alone: the job has not failed.
          if (!isExpertError(error, "model_unavailable")) throw error;
          ingestion.logger.info("a document waits for the model", { document: documentId });
        },
      ),
    // A failed attempt's lease has to run out before the next can take the document: the sweeper sees to that.
    { concurrency: config.INGESTION_CONCURRENCY, attempts: 1, retryDelayMs: 1_000 },
  );
