import type { Parts } from "../../adapters/connect.ts";
import type { StaleJob } from "../../core/database.ts";
import type { DocumentId, TenantId } from "../../core/ids.ts";
import { ingestDocument } from "../../core/knowledge/ingest-document.ts";
import { atOnce } from "./at-once.ts";
import type { Terminal } from "./terminal.ts";

type IngestionJob = Extract<StaleJob, { queue: "ingestion" }>["job"];

const batch = 200;

/**
 * Reads the documents that wait in a data folder on which no server runs, the demo company's first of all, so that a
 * question finds them. What fails is left to the next attempt.
 */
export async function readWaitingDocuments(
  { database, ingestion, config }: Pick<Parts, "database" | "ingestion" | "config">,
  terminal: Terminal,
): Promise<void> {
  const tried = new Set<string>();
  for (;;) {
    const waiting = (await database.staleJobs(0, batch)).flatMap((stale): IngestionJob[] =>
      stale.queue === "ingestion" && !tried.has(keyOf(stale.job)) ? [stale.job] : [],
    );
    if (waiting.length === 0) return;
    terminal.note(`Reading ${String(waiting.length)} documents that were waiting …`);
    await atOnce(config.INGESTION_CONCURRENCY, waiting, async (job) => {
      tried.add(keyOf(job));
      const { tenantId, documentId, revision } = job;
      await ingestDocument(ingestion, tenantId as TenantId, documentId as DocumentId, revision).catch(
        (error: unknown) => {
          terminal.detail(`· a document could not be read: ${String(error)}`);
        },
      );
    });
  }
}

const keyOf = ({ documentId, revision }: IngestionJob): string => `${documentId} ${String(revision)}`;
