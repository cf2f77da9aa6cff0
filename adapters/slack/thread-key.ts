/** A thread as Slack names it. */
export type SlackThread =
  /** In a channel or a direct message. */
  | {
      readonly kind: "thread";
      readonly workspaceId: string;
      readonly channelId: string;
      readonly threadTs: string;
    }
  /** Seen by one person in a channel, there in the thread or, without one, at its end. `nonce` keeps questions apart. */
  | {
      readonly kind: "private";
      readonly workspaceId: string;
      readonly channelId: string;
      readonly threadTs: string | null;
      readonly userId: string;
      readonly nonce: string;
    }
  /** The direct messages with a person. */
  | { readonly kind: "direct"; readonly workspaceId: string; readonly userId: string };

/** The key under which the core knows a thread. */
export function threadKey(thread: SlackThread): string {
  const { kind, workspaceId } = thread;
  switch (kind) {
    case "thread":
      return `slack:${workspaceId}:${thread.channelId}:${thread.threadTs}`;
    case "private":
      return `slack:${workspaceId}:${thread.channelId}:${thread.threadTs ?? "-"}:${thread.userId}:${thread.nonce}`;
    case "direct":
      return `slack:${workspaceId}:@${thread.userId}`;
  }
}

/** Reads a key that `threadKey` wrote; throws TypeError where it did not. */
export function parseThreadKey(key: string): SlackThread {
  const [channel, workspaceId = "", place = "", threadTs, userId, nonce] = key.split(":");
  if (channel !== "slack" || workspaceId === "" || place === "")
    throw new TypeError(`not a Slack thread: ${key}`);
  if (place.startsWith("@")) return { kind: "direct", workspaceId, userId: place.slice(1) };
  if (threadTs === undefined) throw new TypeError(`not a Slack thread: ${key}`);
  if (userId === undefined || nonce === undefined) {
    return { kind: "thread", workspaceId, channelId: place, threadTs };
  }
  const thread = threadTs === "-" ? null : threadTs;
  return { kind: "private", workspaceId, channelId: place, threadTs: thread, userId, nonce };
}

/**
 * What a question's address tells: the person who asked, their workspace, the message that asked (absent for a
 * command), and where a command's answer may be sent. All of them Slack's own names.
 */
export interface SlackAddress {
  readonly [key: string]: string;
  readonly user: string;
  readonly team: string;
}
