import type { Address } from "../../../core/delivery/address.ts";
import type { MessageRef } from "../../../core/delivery/channel.ts";
import { callSlack } from "../client/slack-client.ts";
import { postToResponseUrl } from "../client/response-url.ts";
import { slackErrorCode } from "../client/translate-slack-error.ts";
import type { SlackMessage } from "../render/message.ts";
import type { SlackThread } from "../thread-key.ts";
import type { SlackBot } from "../workspaces.ts";

type PrivatePlace = Extract<SlackThread, { kind: "private" }>;

/** Slack's codes for a channel in which the bot or the person is not, so that it cannot post for the person there. */
const notThere = new Set(["not_in_channel", "channel_not_found", "user_not_in_channel"]);

/**
 * Shows messages to one person in a channel. Slack keeps no record of them, so a repeat after a crash is shown again.
 * Where the bot is not in the channel, a command's answer goes to the address that came with the command.
 */
export async function postPrivately(
  bot: SlackBot,
  place: PrivatePlace,
  messages: readonly SlackMessage[],
  address: Address,
): Promise<MessageRef> {
  let ts = "";
  for (const message of messages) ts = await postOne(bot, place, message, address);
  return { channel: place.channelId, ts, user: place.userId };
}

async function postOne(
  { client }: SlackBot,
  { channelId, threadTs, userId }: PrivatePlace,
  message: SlackMessage,
  address: Address,
): Promise<string> {
  const responseUrl = address["responseUrl"];
  try {
    const posted = await callSlack(() =>
      client.chat.postEphemeral({
        channel: channelId,
        user: userId,
        ...(threadTs === null ? {} : { thread_ts: threadTs }),
        ...message,
      }),
    );
    return posted.message_ts ?? "";
  } catch (error) {
    if (responseUrl === undefined || !notThere.has(slackErrorCode(error) ?? "")) throw error;
  }
  await postToResponseUrl(responseUrl, message);
  return "";
}
