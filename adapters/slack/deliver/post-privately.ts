import type { Address } from "../../../core/delivery/address.ts";
import type { MessageRef } from "../../../core/delivery/channel.ts";
import { isExpertError } from "../../../core/errors.ts";
import { postToResponseUrl } from "../client/response-url.ts";
import type { SlackMessage } from "../render/message.ts";
import type { SlackThread } from "../thread-key.ts";
import type { SlackBot } from "../workspaces.ts";
import type { MessagePace } from "./message-pace.ts";

type PrivatePlace = Extract<SlackThread, { kind: "private" }>;

export interface PrivatePorts {
  readonly bot: SlackBot;
  readonly pace: Pick<MessagePace, "post">;
  /** Waits until the channel takes a message of the bot's. */
  beforePost(patience: "short" | "long"): Promise<void>;
}

/**
 * Shows messages to one person in a channel. Slack keeps no record of them, so a repeat after a crash is shown again.
 * Outside a thread they go to the address that came with the command, which serves where the bot is not in the channel,
 * too; and as a message of the bot's where that address is used up or too old.
 */
export async function postPrivately(
  ports: PrivatePorts,
  place: PrivatePlace,
  messages: readonly SlackMessage[],
  address: Address,
): Promise<MessageRef> {
  let ts = "";
  for (const [part, message] of messages.entries()) {
    const wait = (): Promise<void> => ports.beforePost(part === 0 ? "short" : "long");
    ts = await postOne(ports, place, message, address, wait);
  }
  return { channel: place.channelId, ts, user: place.userId };
}

async function postOne(
  ports: PrivatePorts,
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
      return await postEphemerally(ports, place, message);
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
  { bot: { client }, pace }: PrivatePorts,
  { channelId, threadTs, userId }: PrivatePlace,
  message: SlackMessage,
): Promise<string> {
  const posted = await pace.post(channelId, () =>
    client.chat.postEphemeral({
      channel: channelId,
      user: userId,
      ...(threadTs === null ? {} : { thread_ts: threadTs }),
      ...message,
    }),
  );
  return posted.message_ts ?? "";
}
