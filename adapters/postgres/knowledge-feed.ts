import type pg from "pg";
import type { DocumentId, DepartmentId, PassageId, TenantId } from "../../core/ids.ts";
import type { Sensitivity } from "../../core/identity/access.ts";
import type { KnowledgeChange, KnowledgeFeed } from "../../core/knowledge/knowledge-feed.ts";
import { changes } from "./stores/document-statements.ts";
import { embeddingFromBase64 } from "./stores/embedding-bytes.ts";
import { tenantQuery } from "./tenant-query.ts";
import { translateError } from "./translate-error.ts";

interface ChangeRow {
  document_id: DocumentId;
  version: string;
  removed: boolean;
  passages:
    | {
        id: PassageId;
        position: number;
        headingPath: string[];
        page: number | null;
        text: string;
        embedding: string | null;
      }[]
    | null;
  department_id: DepartmentId;
  sensitivity: Sensitivity;
  readers: string[] | null;
  title: string;
}

/**
 * Reads what changed in the knowledge from the documents and passages in PostgreSQL. Vectors are those of
 * `embeddingModel` alone: those of two models cannot be compared.
 */
export function createKnowledgeFeed(pool: pg.Pool, embeddingModel: string | null): KnowledgeFeed {
  return {
    async versions(tenants) {
      const { rows } = await pool
        .query<{ tenant: TenantId; current_version: string }>({
          name: "knowledge_versions",
          text: "select * from knowledge_versions_of($1)",
          values: [tenants],
        })
        .catch((error: unknown) => {
          throw translateError(error);
        });
      const found = new Map(rows.map((row) => [row.tenant, Number(row.current_version)]));
      return new Map(tenants.map((tenant) => [tenant, found.get(tenant) ?? 0]));
    },
    async changes(tenant, since, limit) {
      const rows = await tenantQuery<ChangeRow>(pool, tenant, changes, [since, limit, embeddingModel]).catch(
        (error: unknown) => {
          throw translateError(error);
        },
      );
      return rows.map(presentChange);
    },
  };
}

function presentChange(row: ChangeRow): KnowledgeChange {
  const version = Number(row.version);
  if (row.removed) return { kind: "remove", version, documentId: row.document_id };
  const passages = (row.passages ?? []).map((passage) => ({
    ...passage,
    documentId: row.document_id,
    departmentId: row.department_id,
    sensitivity: row.sensitivity,
    readers: row.readers,
    title: row.title,
    embedding: passage.embedding === null ? null : embeddingFromBase64(passage.embedding),
  }));
  return { kind: "upsert", version, documentId: row.document_id, passages };
}
