import { callSlack } from "../client/slack-client.ts";
import type { SlackBot } from "../workspaces.ts";
import { type MessageTag, readTag } from "./message-tag.ts";

/** A message of the bot in a thread. */
export interface OwnMessage {
  readonly ts: string;
  /** Null for one that was streamed and never ended, since a stream is tagged at its end. */
  readonly tag: MessageTag | null;
  /** Whether it holds nothing but text, as one that was streamed: whatever else we post has blocks of ours. */
  readonly plain: boolean;
}

/** What Slack makes of streamed Markdown. */
const textBlocks: readonly (string | undefined)[] = ["rich_text", "markdown"];

/** Messages of a page; Slack's limit is 1,000, and it recommends at most 200. */
const pageSize = 200;
/** The thread is read from the question on: what was posted since is seldom more than a page. */
const pagesRead = 5;

/**
 * The bot's own messages in a thread, or among direct messages where there is none, oldest first.
 * @param since the message that asked; what was posted before it is not looked at.
 */
export async function findOwnMessages(
  { client, botUserId }: SlackBot,
  place: { readonly channelId: string; readonly threadTs: string | null },
  since: string | null,
): Promise<readonly OwnMessage[]> {
  const { threadTs } = place;
  const found: OwnMessage[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesRead; page += 1) {
    const query = {
      channel: place.channelId,
      limit: pageSize,
      include_all_metadata: true,
      ...(since === null ? {} : { oldest: since }),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const answer = await callSlack(() =>
      threadTs === null
        ? client.conversations.history(query)
        : client.conversations.replies({ ...query, ts: threadTs }),
    );
    for (const { ts, user, metadata, blocks = [] } of answer.messages ?? []) {
      // The thread's first message comes along, however old it is.
      if (ts === undefined || user !== botUserId || ts === threadTs || ts === since) continue;
      const tag = readTag(metadata);
      const plain = blocks.every(({ type }) => textBlocks.includes(type));
      if (tag !== null || metadata === undefined) found.push({ ts, tag, plain });
    }
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === "") break;
  }
  return found.sort((one, other) => Number(one.ts) - Number(other.ts));
}
