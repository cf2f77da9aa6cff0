import type { Address } from "../../../core/delivery/address.ts";
import type { MessageRef } from "../../../core/delivery/channel.ts";
import { isExpertError } from "../../../core/errors.ts";
import { postToResponseUrl } from "../client/response-url.ts";
import { callSlack } from "../client/slack-client.ts";
import type { SlackMessage } from "../render/message.ts";
import type { SlackThread } from "../thread-key.ts";
import type { SlackBot } from "../workspaces.ts";

type PrivatePlace = Extract<SlackThread, { kind: "private" }>;

/**
 * Shows messages to one person in a channel. Slack keeps no record of them, so a repeat after a crash is shown again.
 * Outside a thread they go to the address that came with the command, which serves where the bot is not in the channel,
 * too; and as a message of the bot's where that address is used up or too old.
 * @param beforePost waits until the channel takes a message of the bot's.
 */
export async function postPrivately(
  bot: SlackBot,
  place: PrivatePlace,
  messages: readonly SlackMessage[],
  address: Address,
  beforePost: (patience: "short" | "long") => Promise<void>,
): Promise<MessageRef> {
  let ts = "";
  for (const [part, message] of messages.entries()) {
    const wait = (): Promise<void> => beforePost(part === 0 ? "short" : "long");
    ts = await postOne(bot, place, message, address, wait);
  }
  return { channel: place.channelId, ts, user: place.userId };
}

async function postOne(
  bot: SlackBot,
  place: PrivatePlace,
  message: SlackMessage,
  address: Address,
  wait: () => Promise<void>,
): Promise<string> {
  const responseUrl = address["responseUrl"];
  // What is sent there shows at the end of the channel: in a thread it comes second.
  const ways = [
    ...(responseUrl === undefined ? [] : [() => postToResponseUrl(responseUrl, message).then(() => "")]),
    async () => {
      await wait();
      return await postEphemerally(bot, place, message);
    },
  ];
  const [first, second] = place.threadTs === null ? ways : ways.reverse();
  if (first === undefined || second === undefined) return (await ways[0]?.()) ?? "";
  try {
    return await first();
  } catch (error) {
    if (!isExpertError(error, "channel_refused")) throw error;
    return await second();
  }
}

async function postEphemerally(
  { client }: SlackBot,
  { channelId, threadTs, userId }: PrivatePlace,
  message: SlackMessage,
): Promise<string> {
  const posted = await callSlack(() =>
    client.chat.postEphemeral({
      channel: channelId,
      user: userId,
      ...(threadTs === null ? {} : { thread_ts: threadTs }),
      ...message,
    }),
  );
  return posted.message_ts ?? "";
}
