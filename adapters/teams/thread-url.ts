import type { Address } from "../../core/delivery/address.ts";
import type { ChannelName } from "../../core/delivery/channel-name.ts";
import { parseThreadKey, splitConversationId, type TeamsThread } from "./thread-key.ts";

/**
 * Where people open a message in a thread of a channel or a group chat, or the thread; null for a chat that nobody else
 * sees. https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/build-and-test/deep-link-teams
 * @param messageId of the message; null for the thread's first.
 */
export function threadUrl(thread: TeamsThread, messageId: string | null = null): string | null {
  if (thread.kind !== "channel" && thread.kind !== "groupChat") return null;
  const { baseId, threadId } = splitConversationId(thread.conversationId);
  const opened = messageId ?? threadId;
  if (opened === null) return null;
  const url = new URL("https://teams.microsoft.com");
  url.pathname = `/l/message/${encodeURIComponent(baseId)}/${encodeURIComponent(opened)}`;
  if (thread.kind === "groupChat") url.searchParams.set("context", JSON.stringify({ contextType: "chat" }));
  else {
    url.searchParams.set("tenantId", thread.msTenantId);
    if (threadId !== null) url.searchParams.set("parentMessageId", threadId);
  }
  return url.href;
}

/** Where a question's message is opened by those who read there; null where nobody else does, or it was asked elsewhere. */
export const questionUrl = ({
  channel,
  threadKey,
  address,
}: {
  readonly channel: ChannelName;
  readonly threadKey: string;
  readonly address: Address;
}): string | null =>
  channel === "teams" ? threadUrl(parseThreadKey(threadKey), address["messageId"] ?? null) : null;

/**
 * Where people open a chat with a person (the same page).
 * @param userPrincipalName what the person signs in with, the only name of theirs that Teams takes there.
 */
export function chatUrl(msTenantId: string, userPrincipalName: string): string {
  const url = new URL("https://teams.microsoft.com/l/chat/0/0");
  url.searchParams.set("tenantId", msTenantId);
  url.searchParams.set("users", userPrincipalName);
  return url.href;
}
