import type { TeamsOrigin, TeamsQuotedMessage } from "../teams-event.ts";
import { splitConversationId, threadConversationId } from "../thread-key.ts";

/**
 * Where a message stands that somebody chose from its menu. Teams names a channel's thread by its first message, or does not
 * name it: then the message begins it.
 */
export function originOfMessage(
  event: TeamsOrigin & { readonly about: TeamsQuotedMessage | null },
): TeamsOrigin {
  const { conversationType, conversationId, about } = event;
  if (conversationType !== "channel" || about === null) return event;
  const { threadId } = splitConversationId(conversationId);
  return threadId === null
    ? { ...event, conversationId: threadConversationId(conversationId, about.id) }
    : event;
}
