import type { Labelled, Sensitivity } from "../identity/access.ts";
import type { DepartmentId, DocumentId, UserId } from "../ids.ts";
import type { ErrorCode } from "../errors.ts";

export const documentStates = ["pending", "processing", "ready", "failed"] as const;
export type DocumentState = (typeof documentStates)[number];

/** `file`: uploaded by people. `verified`: written by the product for an answer that a human has approved. */
export const documentKinds = ["file", "verified"] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** Why ingestion failed, or what it waits for, in words for the person who uploaded it. */
export interface DocumentFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string | null;
}

export interface KnowledgeDocument extends Labelled {
  readonly id: DocumentId;
  readonly kind: DocumentKind;
  readonly departmentId: DepartmentId;
  /** The file's name or path inside its department; with the department it is the document's identity. */
  readonly name: string;
  readonly title: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** SHA-256 of the content, in hexadecimal. */
  readonly contentHash: string;
  readonly sensitivity: Sensitivity;
  readonly state: DocumentState;
  /** While it is `processing`: what it waits for, after which it is tried again by itself. */
  readonly failure: DocumentFailure | null;
  /** What the uploader should know: pages without text, a doubtful encoding. */
  readonly warnings: readonly string[];
  readonly passageCount: number;
  readonly uploadedBy: UserId | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
