import type { Sensitivity } from "../identity/access.ts";
import type { DocumentId, PassageId } from "../ids.ts";

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
