import type { AuditEvent } from "../audit/audit-event.ts";
import type { Sensitivity, Principal } from "../identity/access.ts";
import { ExpertError } from "../errors.ts";
import type { DepartmentId, DocumentId, PassageId, UserId } from "../ids.ts";
import type { DocumentFailure, DocumentKind, KnowledgeDocument } from "./document.ts";
import type { SearchHit } from "./knowledge-index.ts";
import type { PassageText } from "./passage.ts";

/** What an uploader may do with a document of the same name: `canRemove`, as far as a store has to decide it itself. */
export interface UploaderRights {
  /** Leads of the department may replace what others have uploaded. */
  readonly lead: boolean;
  /** The labels that they read in the department. */
  readonly labels: readonly Sensitivity[];
  readonly principals: readonly Principal[];
}

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
  /** `file` unless it is told. */
  readonly kind?: DocumentKind;
  readonly rights: UploaderRights;
}

/** Tells no more than that the name is taken: the document may be one that the uploader may not know. */
export const notReplaceable = (): ExpertError =>
  new ExpertError("forbidden", "A document of this name exists that you may not replace.", {
    remedy: "Choose another name, or ask a lead of the department.",
  });

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

/** Names one attempt at one revision. Whoever works under a hold that another attempt has superseded changes nothing. */
export interface DocumentHold {
  readonly id: DocumentId;
  readonly revision: number;
  readonly attempt: number;
}

/** Documents and their passages. Each method is one transaction. */
export interface DocumentStore {
  /**
   * Same name, content and label: unchanged. Otherwise a new revision, to be ingested. A new label of unchanged content
   * holds at once. Where other content is served meanwhile, that stays under the stricter of the two labels, and the
   * new label and uploader hold from the publication on. Throws `notReplaceable` where the uploader neither uploaded
   * the document that is there nor leads its department, or may not read it, and where it is of another kind.
   */
  register(upload: DocumentUpload, audit: readonly AuditEvent[]): Promise<RegisteredUpload>;
  /** Takes a pending revision, or one whose holder is gone; null where it is done, superseded or held. */
  take(id: DocumentId, revision: number, leaseMs: number): Promise<TakenDocument | null>;
  /** Gives a document back as it was taken: the attempt does not count. */
  release(hold: DocumentHold): Promise<void>;
  /** The same, but it stays `processing`, nobody takes it for another `pauseMs`, and `failure` tells why it waits. */
  postpone(hold: DocumentHold, pauseMs: number, failure: DocumentFailure): Promise<void>;
  /**
   * Stores the revision's passages, not yet served, in place of an earlier attempt's, and holds the document for
   * another `leaseMs`; false where the hold is over.
   */
  stage(
    hold: DocumentHold,
    leaseMs: number,
    text: {
      readonly title: string;
      readonly warnings: readonly string[];
      readonly passages: readonly (PassageText & { readonly id: PassageId })[];
    },
  ): Promise<boolean>;
  /**
   * Gives staged passages the embeddings by this model that the served revision has of the same words under the same
   * headings, and holds the document for another `leaseMs`; false where the hold is over.
   */
  reuseEmbeddings(hold: DocumentHold, leaseMs: number, model: string): Promise<boolean>;
  /** Staged passages without an embedding by this model. */
  withoutEmbedding(
    id: DocumentId,
    revision: number,
    model: string,
    limit: number,
  ): Promise<readonly { readonly id: PassageId; readonly text: string }[]>;
  /** Stores embeddings of staged passages and holds the document for another `leaseMs`; false where the hold is over. */
  embed(
    hold: DocumentHold,
    leaseMs: number,
    embeddings: readonly { readonly id: PassageId; readonly embedding: Float32Array }[],
    model: string,
  ): Promise<boolean>;
  /** Serves the revision in place of the one before; false where the hold is over. */
  publish(hold: DocumentHold, audit: readonly AuditEvent[]): Promise<boolean>;
  fail(hold: DocumentHold, failure: DocumentFailure, audit: readonly AuditEvent[]): Promise<void>;
  /** Asks for another attempt at a failed revision; null where it has not failed. */
  retry(id: DocumentId): Promise<RegisteredUpload | null>;
  /**
   * Begins a new revision of every served document whose passages lack embeddings by this model; it is served
   * unchanged meanwhile. Tells their number.
   */
  embedAnew(model: string): Promise<number>;
  /** Removes the document and every passage; false where there is none. */
  remove(id: DocumentId, audit: readonly AuditEvent[]): Promise<boolean>;
  /** Those of the content hashes that some document, or a file that came with a question, has. */
  contentsInUse(contentHashes: readonly string[]): Promise<ReadonlySet<string>>;
  /** SHA-256 of what each of the documents serves now, in hexadecimal; those that serve nothing are left out. */
  contentsServed(ids: readonly DocumentId[]): Promise<ReadonlyMap<DocumentId, string>>;
  /** Served passages by id, as search hits without scores; those that are gone are left out. */
  passages(ids: readonly PassageId[]): Promise<readonly SearchHit["passage"][]>;
}
