import type { AttachmentStore } from "../../../core/conversation/attachment.ts";
import type { ConversationId } from "../../../core/ids.ts";
import type { AttachmentRow, Tables } from "./tables.ts";

export function fakeAttachmentStore({ attachments, now }: Tables): AttachmentStore {
  const newestFirst = (conversation: ConversationId): readonly AttachmentRow[] =>
    attachments
      .filter(({ conversationId }) => conversationId === conversation)
      .toSorted(
        (one, other) =>
          other.createdAt - one.createdAt ||
          (other.turnId < one.turnId ? -1 : other.turnId > one.turnId ? 1 : 0),
      );
  return {
    async add(added) {
      const known = new Set(attachments.map(({ turnId }) => turnId));
      const createdAt = now();
      attachments.push(
        ...added
          .filter(({ turnId }) => !known.has(turnId))
          .map((attachment) => ({ ...attachment, createdAt })),
      );
    },
    of: async (conversation, limit) =>
      newestFirst(conversation)
        .slice(0, limit)
        .map(({ passages: _passages, createdAt: _createdAt, ...attachment }) => attachment),
    passages: async (conversation, limit) =>
      newestFirst(conversation)
        .flatMap(({ passages }) => passages.toSorted((one, other) => one.position - other.position))
        .slice(0, limit),
  };
}
