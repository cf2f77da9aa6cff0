import type { AuditEvent } from "../audit/audit-event.ts";
import type { ApprovalId, DepartmentId, DocumentId, TurnId, UserId, VerifiedAnswerId } from "../ids.ts";
import type { Language } from "../text/language.ts";
import type { ProposedAnswer } from "./approval.ts";

/** A document that an answer rested on, as it was then. */
export interface VerifiedSource {
  readonly documentId: DocumentId;
  /** SHA-256 of its content, in hexadecimal. */
  readonly contentHash: string;
}

/** An answer that a human has approved. It is found as a document of its department, which holds its access. */
export interface VerifiedAnswer {
  readonly id: VerifiedAnswerId;
  /** The latest approval of it. */
  readonly approvalId: ApprovalId;
  readonly turnId: TurnId;
  readonly documentId: DocumentId;
  readonly departmentId: DepartmentId;
  readonly language: Language;
  readonly question: string;
  readonly answer: ProposedAnswer;
  readonly sources: readonly VerifiedSource[];
  readonly approvedBy: UserId;
  readonly approvedByName: string;
  readonly approvedAt: Date;
  readonly expiresAt: Date;
  /** `questioned`: expired, or a source has changed; not served until it is approved again. */
  readonly state: "serving" | "questioned" | "withdrawn";
}

/** Verified answers. Each method is one transaction. */
export interface VerifiedAnswerStore {
  find(id: VerifiedAnswerId): Promise<VerifiedAnswer | null>;
  ofApproval(id: ApprovalId): Promise<VerifiedAnswer | null>;
  /** Whether any is served. */
  any(): Promise<boolean>;
  /** Those that are served under these documents, and have not expired at `now`. */
  among(documents: readonly DocumentId[], now: Date): Promise<readonly VerifiedAnswer[]>;
  /** Keeps it, or a later approval of it, which is served again. The same one again, or an earlier, changes nothing. */
  keep(answer: Omit<VerifiedAnswer, "approvedByName" | "state">, audit: readonly AuditEvent[]): Promise<void>;
  /** No longer served. One that is questioned may still be withdrawn; false where it had ended so before. */
  end(
    id: VerifiedAnswerId,
    state: "questioned" | "withdrawn",
    audit: readonly AuditEvent[],
  ): Promise<boolean>;
  /** Served ones that have expired at `now`, or a source of which is gone, has other content, or is held more strictly. */
  questionable(now: Date, limit: number): Promise<readonly VerifiedAnswer[]>;
  /** Served ones, newest first, as the regression set. */
  serving(limit: number): Promise<readonly VerifiedAnswer[]>;
}
