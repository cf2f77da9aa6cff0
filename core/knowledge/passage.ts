import type { Labelled } from "../identity/access.ts";
import type { DocumentId, PassageId } from "../ids.ts";

/** Where a passage stands in its document. */
export interface PassagePlace {
  /** 0, 1, 2 … in reading order. */
  readonly position: number;
  /** The headings above the passage, outermost first; empty where the document has none. */
  readonly headingPath: readonly string[];
  /** 1-based page, where the format has pages. */
  readonly page: number | null;
}

/** A piece of a document before it is stored. */
export interface PassageText extends PassagePlace {
  readonly text: string;
  readonly tokens: number;
}

/** A passage with all that a search needs to filter, rank and show it. */
export interface IndexedPassage extends Labelled, PassagePlace {
  readonly id: PassageId;
  readonly documentId: DocumentId;
  /** The document's title. */
  readonly title: string;
  readonly text: string;
  /** Unit-length embedding, or null where no embedding model is configured. */
  readonly embedding: Float32Array | null;
}
