/** One structural element of a document, in reading order. */
export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: string; readonly page: number | null }
  | { readonly kind: "paragraph"; readonly text: string; readonly page: number | null }
  | { readonly kind: "list"; readonly text: string; readonly page: number | null }
  | { readonly kind: "code"; readonly text: string; readonly page: number | null }
  | {
      readonly kind: "table";
      /** Column names, repeated above each passage that a long table is split into; empty where it has none. */
      readonly header: string;
      readonly rows: readonly string[];
      readonly page: number | null;
    };

export interface ExtractedText {
  /** The document's own title, or null where it names none. */
  readonly title: string | null;
  readonly blocks: readonly Block[];
  /** What the uploader should know: pages without text, a doubtful encoding, attachments left out. */
  readonly warnings: readonly string[];
}

export interface ExtractionInput {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Reads text out of a file, isolated from this process. Nothing in the file is executed or fetched.
 * Throws ExpertError with one of the `document_*` codes; `cancelled` after `close`; `internal` where reading cannot start
 * for a reason that is not the file's. Never anything else.
 */
export interface TextExtractor {
  extract(input: ExtractionInput): Promise<ExtractedText>;
  close(): Promise<void>;
}
