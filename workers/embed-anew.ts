import type { Database } from "../core/database.ts";
import type { IngestionPorts } from "../core/knowledge/ingest-document.ts";
import type { Logger } from "../core/logger.ts";

export interface EmbedAnewParts {
  readonly database: Pick<Database, "tenants" | "withTenant">;
  readonly ingestion: Pick<IngestionPorts, "embedder">;
  readonly logger: Logger;
}

/**
 * Has documents embedded that were ingested before this embedding model was configured; the sweeper finds their rows.
 * A failure is logged: search goes on by words, and the next start tries again.
 */
export async function embedAnew({ database, ingestion, logger }: EmbedAnewParts): Promise<void> {
  const model = ingestion.embedder?.embeddingModel ?? null;
  if (model === null) return;
  try {
    for (const { id } of await database.tenants()) {
      const documents = await database.withTenant(id, (stores) => stores.documents.embedAnew(model));
      if (documents > 0)
        logger.info("documents are embedded by another model", { tenant: id, model, documents });
    }
  } catch (error) {
    logger.warn("documents without embeddings could not be looked for; the next start does", { error });
  }
}
