import { splitConversationId, type TeamsThread } from "./thread-key.ts";

/**
 * Where people open a thread of a channel or a group chat; null for a chat that nobody else sees.
 * https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/build-and-test/deep-link-teams
 */
export function threadUrl(thread: TeamsThread): string | null {
  if (thread.kind !== "channel" && thread.kind !== "groupChat") return null;
  const { baseId, threadId } = splitConversationId(thread.conversationId);
  const url = new URL("https://teams.microsoft.com/l/");
  url.searchParams.set("tenantId", thread.msTenantId);
  if (thread.kind === "groupChat") url.pathname += `chat/${encodeURIComponent(baseId)}/0`;
  else {
    if (threadId === null) return null;
    url.pathname += `message/${encodeURIComponent(baseId)}/${threadId}`;
    url.searchParams.set("parentMessageId", threadId);
  }
  return url.href;
}
