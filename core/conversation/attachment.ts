import type { AttachmentId, ConversationId, PassageId, TurnId } from "../ids.ts";
import type { ErrorCode } from "../errors.ts";

/** A file that came with a question. */
export interface Attachment {
  readonly id: AttachmentId;
  readonly turnId: TurnId;
  readonly conversationId: ConversationId;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Where people open it, in the channel. */
  readonly link: string | null;
  /** `image`: kept for a model that sees; `unreadable`: see `failure`. */
  readonly state: "read" | "image" | "unreadable";
  /** SHA-256 of the bytes that were kept, in hexadecimal. */
  readonly contentHash: string | null;
  readonly failure: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly remedy: string | null;
  } | null;
}

export interface AttachmentPassage {
  readonly id: PassageId;
  readonly attachmentId: AttachmentId;
  readonly position: number;
  readonly headingPath: readonly string[];
  readonly page: number | null;
  readonly content: string;
  readonly tokenCount: number;
}

export interface AttachmentStore {
  /** All of a question's files in one transaction; nothing where they were added before. */
  add(
    attachments: readonly (Attachment & { readonly passages: readonly AttachmentPassage[] })[],
  ): Promise<void>;
  /** Of the conversation, the newest first. */
  of(conversation: ConversationId, limit: number): Promise<readonly Attachment[]>;
  /** Passages of the conversation's newest files, in order, at most so many. */
  passages(conversation: ConversationId, limit: number): Promise<readonly AttachmentPassage[]>;
}
