import type { ProposedAnswer } from "../approvals/approval.ts";
import type { ApprovalId, DocumentId, PassageId, TurnId } from "../ids.ts";
import type { Citation } from "../answering/citation.ts";
import type { Language } from "../text/language.ts";
import type { Confidence } from "../answering/confidence.ts";

export interface NearestDocument {
  readonly documentId: DocumentId;
  readonly passageId: PassageId;
  readonly title: string;
  readonly headingPath: readonly string[];
}

/** Who stands for an answer. */
export interface Verified {
  readonly approvalId: ApprovalId;
  /** Null where the reader may not know the company's people. */
  readonly by: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** Whether it was approved for this question, or answers it because it answered the same one before. */
  readonly known?: true;
  /** It takes the place of an answer that was sent before. */
  readonly corrects?: true;
}

/** What a channel renders: one value for Slack, Teams and the web. */
export type Reply =
  | {
      readonly kind: "answer";
      readonly turnId: TurnId;
      readonly language: Language;
      /** Markdown with `[n]` markers. */
      readonly text: string;
      readonly citations: readonly Citation[];
      readonly confidence: Confidence;
      /** The answerer: `extractive`, `human`, or the model's name. */
      readonly answeredBy: string;
      /** A human has approved or written it; absent where none has. */
      readonly verified?: Verified;
      /** Its asker, who alone sees it, may show it to everyone; absent where not. */
      readonly shareable?: true;
      /** The asker may read more about it than everyone who sees this; absent where not. */
      readonly fuller?: true;
    }
  | {
      readonly kind: "not_found";
      readonly turnId: TurnId;
      readonly language: Language;
      readonly text: string;
      /** The documents that came nearest, best first. */
      readonly nearest: readonly NearestDocument[];
      readonly confidence: Confidence;
      readonly fuller?: true;
    }
  /** An expert decides first. The answer comes by itself, in the same thread. */
  | {
      readonly kind: "pending";
      readonly turnId: TurnId;
      readonly language: Language;
      /** Who was asked, and what happens next. */
      readonly text: string;
      readonly approvalId: ApprovalId;
      /** What the expert is to decide on, not checked yet; absent where the department does not show it. */
      readonly draft?: ProposedAnswer;
      readonly confidence: Confidence;
      readonly fuller?: true;
    };
