import type { DocumentId, PassageId, TurnId } from "../ids.ts";
import type { Sensitivity } from "../identity/access.ts";
import type { Language } from "../text/language.ts";
import type { Confidence } from "../answering/confidence.ts";

export interface Citation {
  /** As `[n]` in the text; 1, 2, 3 … */
  readonly number: number;
  readonly passageId: PassageId;
  readonly documentId: DocumentId;
  readonly title: string;
  readonly headingPath: readonly string[];
  readonly page: number | null;
  /** The words of the passage that the answer rests on, verbatim; ` … ` stands between pieces that are apart. */
  readonly quote: string;
  /** Where a file that came with the question is opened, in its channel; absent for the company's documents. */
  readonly link?: string;
  /** How strictly the document is held; absent for public ones, files, and replies of older versions. */
  readonly label?: Exclude<Sensitivity, "public">;
}

export interface NearestDocument {
  readonly documentId: DocumentId;
  readonly passageId: PassageId;
  readonly title: string;
  readonly headingPath: readonly string[];
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
      /** The answerer: `extractive`, or the model's name. */
      readonly answeredBy: string;
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
    };
