export type TeamsPlaceKind = "personal" | "groupChat" | "channel";

/** A thread as Teams names it. */
export type TeamsThread =
  /**
   * A person's chat with the bot or a group's, each one thread, or a thread of a channel, whose conversation id ends in
   * `;messageid=` and its first message.
   */
  | {
      readonly kind: TeamsPlaceKind;
      readonly msTenantId: string;
      readonly conversationId: string;
    }
  /**
   * The chat with a person, whether or not they have begun one. With a `nonce` it is a question of its own in that chat,
   * as of the fuller answer to what was asked in a channel.
   */
  | {
      readonly kind: "direct";
      readonly msTenantId: string;
      /** Of Entra. */
      readonly userAadId: string;
      readonly nonce: string | null;
    };

/** The key under which the core knows a thread. */
export function threadKey(thread: TeamsThread): string {
  const { kind, msTenantId } = thread;
  if (kind !== "direct") return `teams:${msTenantId}:${kind}:${encodeURIComponent(thread.conversationId)}`;
  const own = thread.nonce === null ? "" : `:${thread.nonce}`;
  return `teams:${msTenantId}:@${thread.userAadId}${own}`;
}

const isPlaceKind = (text: string): text is TeamsPlaceKind =>
  text === "personal" || text === "groupChat" || text === "channel";

/** Reads a key that `threadKey` wrote; throws TypeError where it did not. */
export function parseThreadKey(key: string): TeamsThread {
  const [channel, msTenantId = "", place = "", rest] = key.split(":");
  if (channel !== "teams" || msTenantId === "") throw new TypeError(`not a Teams thread: ${key}`);
  if (place.startsWith("@")) {
    return { kind: "direct", msTenantId, userAadId: place.slice(1), nonce: rest ?? null };
  }
  if (!isPlaceKind(place) || !rest) throw new TypeError(`not a Teams thread: ${key}`);
  return { kind: place, msTenantId, conversationId: decodeURIComponent(rest) };
}

const threadMark = ";messageid=";

/** A conversation of Teams apart from the thread in it; `threadId` is the id of the thread's first message. */
export function splitConversationId(conversationId: string): {
  readonly baseId: string;
  readonly threadId: string | null;
} {
  const at = conversationId.indexOf(threadMark);
  if (at === -1) return { baseId: conversationId, threadId: null };
  return { baseId: conversationId.slice(0, at), threadId: conversationId.slice(at + threadMark.length) };
}

/** The conversation id of a thread in a channel. */
export const threadConversationId = (channelId: string, threadId: string): string =>
  `${channelId}${threadMark}${threadId}`;

/**
 * What a question's address tells: the person who asked, by their Entra id, and where the bot reaches the conversation.
 * `messageId` is of the message that asked; `userId` Teams' own id of the person (`29:…`).
 */
export interface TeamsAddress {
  readonly [key: string]: string;
  readonly user: string;
  readonly team: string;
  readonly serviceUrl: string;
}
