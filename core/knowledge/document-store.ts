import type { AuditEvent } from "../audit/audit-event.ts";
import type { Sensitivity, Principal } from "../identity/access.ts";
import type { DepartmentId, DocumentId, PassageId, UserId } from "../ids.ts";
import type { DocumentFailure, KnowledgeDocument } from "./document.ts";
import type { SearchHit } from "./knowledge-index.ts";
import type { PassageText } from "./passage.ts";

export interface DocumentUpload {
  readonly id: DocumentId;
  readonly departmentId: DepartmentId;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly contentHash: string;
  readonly sensitivity: Sensitivity;
  readonly readers: readonly Principal[] | null;
  readonly uploadedBy: UserId | null;
}

export interface RegisteredUpload {
  readonly document: KnowledgeDocument;
  /** The upload's number within the document; a job works on exactly one. */
  readonly revision: number;
  readonly outcome: "created" | "replaced" | "unchanged";
}

/** A document that a worker holds. */
export interface TakenDocument {
  readonly document: KnowledgeDocument;
  readonly revision: number;
  readonly attempt: number;
  /** Passages of this revision that an earlier, interrupted attempt has stored. */
  readonly stagedPassages: number;
}

/** Documents and their passages. Each method is one transaction. */
export interface DocumentStore {
  /** Same name and content: unchanged. Other content: a new revision, to be ingested; the old one is served meanwhile. */
  register(upload: DocumentUpload, audit: readonly AuditEvent[]): Promise<RegisteredUpload>;
  /** Takes a pending revision, or one whose holder is gone; null where it is done, superseded or held. */
  take(id: DocumentId, revision: number, leaseMs: number): Promise<TakenDocument | null>;
  /** Stores the revision's passages, not yet served; an earlier attempt's are replaced. */
  stage(
    id: DocumentId,
    revision: number,
    text: {
      readonly title: string;
      readonly warnings: readonly string[];
      readonly passages: readonly (PassageText & { readonly id: PassageId })[];
    },
  ): Promise<void>;
  /** Staged passages without an embedding by this model. */
  withoutEmbedding(
    id: DocumentId,
    revision: number,
    model: string,
    limit: number,
  ): Promise<readonly { readonly id: PassageId; readonly text: string }[]>;
  embed(
    embeddings: readonly { readonly id: PassageId; readonly embedding: Float32Array }[],
    model: string,
  ): Promise<void>;
  /** Serves the revision in place of the one before; false where a newer upload superseded it. */
  publish(id: DocumentId, revision: number, audit: readonly AuditEvent[]): Promise<boolean>;
  fail(
    id: DocumentId,
    revision: number,
    failure: DocumentFailure,
    audit: readonly AuditEvent[],
  ): Promise<void>;
  /** Asks for another attempt at a failed revision; null where it has not failed. */
  retry(id: DocumentId): Promise<RegisteredUpload | null>;
  /** Removes the document and every passage. Tells the blob to remove, if no other document has the same content. */
  remove(
    id: DocumentId,
    audit: readonly AuditEvent[],
  ): Promise<{ readonly orphanedBlob: string | null } | null>;
  /** Served passages by id, as search hits without scores; those that are gone are left out. */
  passages(ids: readonly PassageId[]): Promise<readonly SearchHit["passage"][]>;
}
