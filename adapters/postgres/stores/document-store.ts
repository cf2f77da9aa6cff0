import {
  type DocumentHold,
  type DocumentStore,
  notReplaceable,
} from "../../../core/knowledge/document-store.ts";
import type { SearchHit } from "../../../core/knowledge/knowledge-index.ts";
import type { DocumentId, PassageId } from "../../../core/ids.ts";
import type { TenantRunner } from "../tenant-query.ts";
import { auditParameter } from "./audit-rows.ts";
import { type DocumentRow, presentDocument } from "./document-row.ts";
import * as sql from "./document-statements.ts";
import { embeddingBytes } from "./embedding-bytes.ts";

interface PassageRow {
  id: PassageId;
  document_id: SearchHit["passage"]["documentId"];
  department_id: SearchHit["passage"]["departmentId"];
  sensitivity: SearchHit["passage"]["sensitivity"];
  readers: string[] | null;
  title: string;
  position: number;
  heading_path: string[];
  page: number | null;
  content: string;
}

const presentPassage = (row: PassageRow): SearchHit["passage"] => ({
  id: row.id,
  documentId: row.document_id,
  departmentId: row.department_id,
  sensitivity: row.sensitivity,
  readers: row.readers,
  title: row.title,
  position: row.position,
  headingPath: row.heading_path,
  page: row.page,
  text: row.content,
});

const key = ({ id, revision, attempt }: DocumentHold): unknown[] => [id, revision, attempt];

export function documentStore(run: TenantRunner): DocumentStore {
  return {
    async register(upload, audit) {
      const parameters = [
        upload.id,
        upload.departmentId,
        upload.name,
        upload.mediaType,
        upload.sizeBytes,
        upload.contentHash,
        upload.sensitivity,
        upload.readers,
        upload.uploadedBy,
        auditParameter(audit),
        upload.rights.lead,
        upload.rights.labels,
        upload.rights.principals,
        upload.kind ?? "file",
      ];
      const [row] = await run<DocumentRow>(sql.register, parameters);
      if (row) {
        const outcome = row.id === upload.id ? "created" : "replaced";
        return { document: presentDocument(row), revision: row.revision, outcome };
      }
      const [found] = await run<DocumentRow & { unchanged: boolean; replaceable: boolean }>(
        sql.existing,
        parameters,
      );
      if (found?.unchanged === true)
        return { document: presentDocument(found), revision: found.revision, outcome: "unchanged" };
      if (found?.replaceable === false) throw notReplaceable();
      // Removed or changed in the instant between the two statements: the next look is at what is there now.
      return await this.register(upload, audit);
    },
    async take(id, revision, leaseMs) {
      const [row] = await run<DocumentRow & { staged: number; uploader: DocumentRow["uploaded_by"] }>(
        sql.take,
        [id, revision, leaseMs],
      );
      if (!row) return null;
      const document = presentDocument({ ...row, uploaded_by: row.uploader });
      return { document, revision, attempt: row.attempts, stagedPassages: row.staged };
    },
    async release(hold) {
      await run(sql.release, key(hold));
    },
    async postpone(hold, pauseMs, failure) {
      await run(sql.postpone, [...key(hold), pauseMs, JSON.stringify(failure)]);
    },
    async stage(hold, leaseMs, { title, warnings, passages }) {
      const parameters = [...key(hold), leaseMs, title, warnings, JSON.stringify(passages)];
      return (await run(sql.stage, parameters)).length > 0;
    },
    async reuseEmbeddings(hold, leaseMs, model) {
      return (await run(sql.reuseEmbeddings, [...key(hold), leaseMs, model])).length > 0;
    },
    async withoutEmbedding(id, revision, model, limit) {
      return await run<{ id: PassageId; text: string }>(sql.withoutEmbedding, [id, revision, model, limit]);
    },
    async embed(hold, leaseMs, embeddings, model) {
      const ids = embeddings.map(({ id }) => id);
      const vectors = embeddings.map(({ embedding }) => embeddingBytes(embedding));
      return (await run(sql.embed, [...key(hold), leaseMs, ids, vectors, model])).length > 0;
    },
    async publish(hold, audit) {
      return (await run(sql.publish, [...key(hold), auditParameter(audit)])).length > 0;
    },
    async fail(hold, failure, audit) {
      await run(sql.fail, [...key(hold), JSON.stringify(failure), auditParameter(audit)]);
    },
    async retry(id) {
      const [row] = await run<DocumentRow>(sql.retry, [id]);
      return row ? { document: presentDocument(row), revision: row.revision, outcome: "replaced" } : null;
    },
    async embedAnew(model) {
      return (await run(sql.embedAnew, [model])).length;
    },
    async remove(id, audit) {
      return (await run(sql.remove, [id, auditParameter(audit)])).length > 0;
    },
    async contentsServed(ids) {
      const rows = await run<{ id: DocumentId; published_hash: string }>(sql.contentsServed, [ids]);
      return new Map(rows.map(({ id, published_hash: hash }) => [id, hash]));
    },
    async contentsInUse(contentHashes) {
      const rows = await run<{ content_hash: string }>(sql.contentsInUse, [contentHashes]);
      return new Set(rows.map((row) => row.content_hash));
    },
    async passages(ids) {
      return (await run<PassageRow>(sql.passages, [ids])).map(presentPassage);
    },
  };
}
