import { strictness } from "../../../core/identity/access.ts";
import {
  type DocumentHold,
  type DocumentStore,
  notReplaceable,
  type RegisteredUpload,
} from "../../../core/knowledge/document-store.ts";
import type { KnowledgeDocument } from "../../../core/knowledge/document.ts";
import type { SearchHit } from "../../../core/knowledge/knowledge-index.ts";
import { type DocumentRow, type PassageRow, record, type Tables } from "./tables.ts";

export const presentPassage = ({ document }: DocumentRow, row: PassageRow): SearchHit["passage"] => ({
  id: row.id,
  documentId: document.id,
  departmentId: document.departmentId,
  sensitivity: document.sensitivity,
  readers: document.readers,
  title: document.title,
  position: row.position,
  headingPath: row.headingPath,
  page: row.page,
  text: row.text,
});

const sameReaders = (one: readonly string[] | null, other: readonly string[] | null): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

type Label = Pick<KnowledgeDocument, "sensitivity" | "readers">;

const stricter = (one: Label, other: Label): Label => ({
  sensitivity:
    strictness(one.sensitivity) >= strictness(other.sensitivity) ? one.sensitivity : other.sensitivity,
  readers: one.readers?.filter((reader) => other.readers?.includes(reader) ?? true) ?? other.readers,
});

export function fakeDocumentStore(tables: Tables): DocumentStore {
  const { documents, now } = tables;
  const change = (row: DocumentRow, changes: Partial<KnowledgeDocument>): void => {
    row.document = { ...row.document, ...changes, updatedAt: new Date(now()) };
  };
  const held = ({ id, revision, attempt }: DocumentHold): DocumentRow | undefined => {
    const row = documents.get(id);
    const same = row?.revision === revision && row.attempts === attempt;
    return same && row.document.state === "processing" ? row : undefined;
  };
  const begin = (row: DocumentRow): void => {
    row.revision += 1;
    row.attempts = 0;
    row.leaseUntil = null;
    change(row, { state: "pending", failure: null });
  };

  return {
    async register({ rights, kind = "file", ...upload }, audit): Promise<RegisteredUpload> {
      const { departmentId, name, contentHash, sensitivity, readers, uploadedBy } = upload;
      const row = [...documents.values()].find(
        ({ document }) => document.departmentId === departmentId && document.name === name,
      );
      if (!row) {
        const at = new Date(now());
        const document: KnowledgeDocument = {
          ...upload,
          kind,
          title: name,
          state: "pending",
          failure: null,
          warnings: [],
          passageCount: 0,
          createdAt: at,
          updatedAt: at,
        };
        documents.set(upload.id, {
          document,
          revision: 1,
          publishedRevision: 0,
          publishedHash: null,
          next: null,
          attempts: 0,
          leaseUntil: null,
        });
        record(tables, audit, upload.id);
        return { document, revision: 1, outcome: "created" };
      }
      const { document } = row;
      const intended = row.next ?? document;
      const same =
        document.kind === kind &&
        document.contentHash === contentHash &&
        intended.sensitivity === sensitivity &&
        sameReaders(intended.readers, readers) &&
        document.state !== "failed";
      const readable =
        rights.labels.includes(document.sensitivity) &&
        (document.readers?.some((reader) => rights.principals.includes(reader)) ?? true);
      if (readable && same) return { document, revision: row.revision, outcome: "unchanged" };
      if (!readable || document.kind !== kind || !(rights.lead || document.uploadedBy === uploadedBy))
        throw notReplaceable();
      const title = document.state === "ready" ? document.title : name;
      begin(row);
      const { mediaType, sizeBytes } = upload;
      const atOnce = row.publishedRevision === 0 || row.publishedHash === contentHash;
      row.next = { sensitivity, readers, uploadedBy };
      change(row, {
        title,
        contentHash,
        mediaType,
        sizeBytes,
        ...(atOnce ? { sensitivity, readers } : stricter(document, upload)),
      });
      record(tables, audit, document.id);
      return { document: row.document, revision: row.revision, outcome: "replaced" };
    },
    async take(id, revision, leaseMs) {
      const row = documents.get(id);
      if (row?.revision !== revision) return null;
      const { state } = row.document;
      const free = state === "pending" || (state === "processing" && (row.leaseUntil ?? 0) < now());
      if (!free) return null;
      row.attempts += 1;
      row.leaseUntil = now() + leaseMs;
      change(row, { state: "processing" });
      const staged = tables.passages.filter(
        (passage) => passage.documentId === id && passage.revision === revision,
      );
      const { uploadedBy } = row.next ?? row.document;
      const document = { ...row.document, uploadedBy };
      return { document, revision, attempt: row.attempts, stagedPassages: staged.length };
    },
    async release(hold) {
      const row = held(hold);
      if (!row) return;
      row.attempts -= 1;
      row.leaseUntil = null;
      change(row, { state: "pending", failure: null });
    },
    async postpone(hold, pauseMs, failure) {
      const row = held(hold);
      if (!row) return;
      row.attempts -= 1;
      row.leaseUntil = now() + pauseMs;
      change(row, { failure });
    },
    async stage(hold, leaseMs, { title, warnings, passages }) {
      const { id, revision } = hold;
      const row = held(hold);
      if (!row) return false;
      row.leaseUntil = now() + leaseMs;
      change(row, { title, warnings });
      tables.passages = [
        ...tables.passages.filter((passage) => passage.documentId !== id || passage.revision !== revision),
        ...passages.map((passage) => ({
          ...passage,
          documentId: id,
          revision,
          embedding: null,
          embeddingModel: null,
        })),
      ];
      return true;
    },
    async reuseEmbeddings(hold, leaseMs, model) {
      const row = held(hold);
      if (!row) return false;
      row.leaseUntil = now() + leaseMs;
      const own = tables.passages.filter(({ documentId }) => documentId === hold.id);
      const served = own.filter(
        ({ revision, embeddingModel }) => revision === row.publishedRevision && embeddingModel === model,
      );
      const wordsOf = ({ headingPath, text }: PassageRow): string => JSON.stringify([headingPath, text]);
      for (const passage of own) {
        if (passage.revision !== hold.revision || passage.embeddingModel === model) continue;
        const same = served.find((other) => wordsOf(other) === wordsOf(passage));
        if (same) Object.assign(passage, { embedding: same.embedding, embeddingModel: model });
      }
      return true;
    },
    withoutEmbedding: async (id, revision, model, limit) =>
      tables.passages
        .filter((passage) => passage.documentId === id && passage.revision === revision)
        .filter(({ embeddingModel }) => embeddingModel !== model)
        .slice(0, limit)
        .map(({ headingPath, text, id: passage }) => ({
          id: passage,
          text: `${headingPath.join(" › ")}\n${text}`,
        })),
    async embed(hold, leaseMs, embeddings, model) {
      const row = held(hold);
      if (!row) return false;
      row.leaseUntil = now() + leaseMs;
      for (const { id, embedding } of embeddings) {
        const passage = tables.passages.find((row) => row.id === id);
        if (passage) Object.assign(passage, { embedding, embeddingModel: model });
      }
      return true;
    },
    async publish(hold, audit) {
      const { id, revision } = hold;
      const row = held(hold);
      if (!row) return false;
      tables.passages = tables.passages.filter(
        (passage) => passage.documentId !== id || passage.revision === revision,
      );
      row.publishedRevision = revision;
      row.publishedHash = row.document.contentHash;
      const passageCount = tables.passages.filter(({ documentId }) => documentId === id).length;
      change(row, { ...row.next, state: "ready", failure: null, passageCount });
      row.next = null;
      record(tables, audit);
      return true;
    },
    async fail(hold, failure, audit) {
      const { id, revision } = hold;
      const row = held(hold);
      if (!row) return;
      tables.passages = tables.passages.filter(
        (passage) =>
          passage.documentId !== id || passage.revision !== revision || revision === row.publishedRevision,
      );
      change(row, { state: "failed", failure });
      record(tables, audit);
    },
    async retry(id) {
      const row = documents.get(id);
      if (row?.document.state !== "failed") return null;
      begin(row);
      return { document: row.document, revision: row.revision, outcome: "replaced" };
    },
    async embedAnew(model) {
      const lacking = [...documents.values()].filter(({ document, publishedHash, publishedRevision }) => {
        const modelFailed = document.failure !== null && document.failure.code.startsWith("model_");
        return (
          publishedHash === document.contentHash &&
          (document.state === "ready" || (document.state === "failed" && modelFailed)) &&
          tables.passages.some(
            (passage) =>
              passage.documentId === document.id &&
              passage.revision === publishedRevision &&
              passage.embeddingModel !== model,
          )
        );
      });
      for (const row of lacking) begin(row);
      return lacking.length;
    },
    async remove(id, audit) {
      const row = documents.get(id);
      if (!row) return false;
      documents.delete(id);
      tables.passages = tables.passages.filter(({ documentId }) => documentId !== id);
      record(tables, audit);
      return true;
    },
    async contentsInUse(contentHashes) {
      const hashes = [
        ...[...documents.values()].map(({ document }) => document.contentHash),
        ...tables.attachments.flatMap(({ contentHash }) => contentHash ?? []),
      ];
      return new Set(hashes.filter((hash) => contentHashes.includes(hash)));
    },
    contentsServed: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const hash = documents.get(id)?.publishedHash ?? null;
          return hash === null ? [] : [[id, hash]];
        }),
      ),
    passages: async (ids) =>
      tables.passages.flatMap((passage) => {
        const row = documents.get(passage.documentId);
        const served = row && row.publishedRevision === passage.revision && ids.includes(passage.id);
        return served ? [presentPassage(row, passage)] : [];
      }),
  };
}
