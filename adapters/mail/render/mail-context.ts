import type { DocumentId, PassageId, TurnId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";

/** Addresses of our own pages; null where PUBLIC_URL is not set. */
export interface MailPages {
  turn(id: TurnId): string | null;
  approval(id: string): string | null;
  escalation(id: string): string | null;
  source(cited: { readonly documentId: DocumentId; readonly passageId: PassageId }): string | null;
}

export interface MailContext {
  readonly language: Language;
  readonly pages: MailPages;
  /** Whom the mail is for. */
  readonly reader: string;
  /** The reader has had a mail that this one takes the place of: what is mailed is not changed any more. */
  readonly again: boolean;
}
