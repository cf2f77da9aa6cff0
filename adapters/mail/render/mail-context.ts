import type { ConversationId, DocumentId, PassageId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";

/** Addresses of our own pages; null where PUBLIC_URL is not set. */
export interface MailPages {
  conversation(id: ConversationId): string | null;
  approval(id: string): string | null;
  escalation(id: string): string | null;
  source(cited: { readonly documentId: DocumentId; readonly passageId: PassageId }): string | null;
}

/** What a mail links to. */
export interface MailLinks extends Omit<MailPages, "conversation"> {
  /** Where the question that the mail is about is opened; null where it does not open for the reader. */
  readonly question: string | null;
}

export interface MailContext {
  readonly language: Language;
  readonly pages: MailLinks;
  /** Whom the mail is for. */
  readonly reader: string;
  /** The reader has had a mail that this one takes the place of: what is mailed is not changed any more. */
  readonly again: boolean;
}
