import type { KnowledgeDocument } from "../../../core/knowledge/document.ts";

/** A row of `documents`, as `pg` reads it. */
export interface DocumentRow {
  id: KnowledgeDocument["id"];
  kind: KnowledgeDocument["kind"];
  department_id: KnowledgeDocument["departmentId"];
  name: string;
  title: string;
  media_type: string;
  size_bytes: string;
  content_hash: string;
  sensitivity: KnowledgeDocument["sensitivity"];
  readers: string[] | null;
  state: KnowledgeDocument["state"];
  failure: KnowledgeDocument["failure"];
  warnings: string[];
  passage_count: number;
  revision: number;
  published_revision: number;
  attempts: number;
  uploaded_by: KnowledgeDocument["uploadedBy"];
  created_at: Date;
  updated_at: Date;
}

export const presentDocument = (row: DocumentRow): KnowledgeDocument => ({
  id: row.id,
  kind: row.kind,
  departmentId: row.department_id,
  name: row.name,
  title: row.title,
  mediaType: row.media_type,
  sizeBytes: Number(row.size_bytes),
  contentHash: row.content_hash,
  sensitivity: row.sensitivity,
  readers: row.readers,
  state: row.state,
  failure: row.failure,
  warnings: row.warnings,
  passageCount: row.passage_count,
  uploadedBy: row.uploaded_by,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
