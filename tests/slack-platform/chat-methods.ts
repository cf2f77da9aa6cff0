import { chatArguments } from "./chat-arguments.ts";
import { checkBlocks } from "./check-blocks.ts";
import { ownMessageChanged, ownMessagePosted } from "./message-events.ts";
import { addMessage, formatMessage, removeMessage, streamIsDead, withIds } from "./message-records.ts";
import { type Caller, method, type Method, visibleChannel, writableChannel } from "./method.ts";
import type { ChannelState, Json, MessageState, PlatformState } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";

/** Slack cuts what is longer off; here it is refused, for a cut answer is a fault of ours. */
export const MESSAGE_CHARACTERS = 40_000;

interface Content {
  text?: string | undefined;
  markdown_text?: string | undefined;
  blocks?: Json[] | undefined;
  attachments?: Json[] | undefined;
}

/** @throws SlackRefusal `no_text`, `msg_too_long`, or what is wrong with the blocks. */
export function checkContent(content: Content): { text: string; blocks: Json[]; attachments: Json[] } {
  const { blocks = [], attachments = [] } = content;
  if (content.markdown_text !== undefined && (content.text !== undefined || content.blocks !== undefined))
    throw new SlackRefusal("markdown_text_conflict", "markdown_text goes with neither text nor blocks.");
  const text = content.markdown_text ?? content.text ?? "";
  if (text === "" && blocks.length === 0 && attachments.length === 0)
    throw new SlackRefusal("no_text", "There is nothing to post.");
  if (text.length > MESSAGE_CHARACTERS) throw new SlackRefusal("msg_too_long", `${text.length} characters`);
  checkBlocks(blocks);
  return { text, blocks, attachments };
}

const checkAuthorship = (
  given: { username?: unknown; icon_emoji?: unknown; icon_url?: unknown },
  caller: Caller,
) => {
  if (given.username !== undefined || given.icon_emoji !== undefined || given.icon_url !== undefined)
    caller.need("chat:write.customize");
};

/** A thread's parent, which must be there: Slack would start a thread of nothing. */
export function checkThread(channel: ChannelState, threadTs: string | undefined): void {
  if (threadTs === undefined) return;
  const parent = channel.messages.get(threadTs);
  if (!parent && !channel.threads.has(threadTs))
    throw new SlackRefusal("thread_not_found", `${channel.id} has no message ${threadTs}.`);
  if (parent?.threadTs !== undefined)
    throw new SlackRefusal("invalid_thread_ts", `${threadTs} is itself a reply of ${parent.threadTs}.`);
}

/** The bot's own message. @throws SlackRefusal `message_not_found` or the code for what is not its own. */
export function ownMessage(
  channel: ChannelState,
  ts: string,
  caller: Caller,
  notOwn = "cant_update_message",
): MessageState {
  const message = channel.messages.get(ts);
  if (!message) throw new SlackRefusal("message_not_found", `${channel.id} has no message ${ts}.`);
  if (message.botId !== caller.botId) throw new SlackRefusal(notOwn, `${ts} is not the bot's.`);
  return message;
}

/** A direct message may be addressed by its person's id. */
function channelToPost(state: PlatformState, caller: Caller, id: string): ChannelState {
  if (!caller.workspace.people.has(id)) return writableChannel(state, caller, id);
  caller.need("im:write", "chat:write");
  const open = [...caller.workspace.channels.values()].find(
    (channel) => channel.kind === "im" && channel.members.has(id) && channel.members.has(caller.botUserId),
  );
  if (!open) throw new SlackRefusal("channel_not_found", `No direct messages with ${id} are open.`);
  return open;
}

export const chatMethods: Record<string, Method> = {
  "chat.postMessage": method({
    arguments: chatArguments.postMessage,
    scopes: ["chat:write"],
    tier: "special",
    messageTo: "channel",
    run: (given, caller, { state, deliveries }) => {
      checkAuthorship(given, caller);
      const content = checkContent(given);
      const channel = channelToPost(state, caller, given.channel);
      checkThread(channel, given.thread_ts);
      const message = addMessage(state, channel, {
        ...content,
        user: caller.botUserId,
        botId: caller.botId,
        threadTs: given.thread_ts,
        metadata: given.metadata,
      });
      ownMessagePosted(state, deliveries, channel, message);
      return { channel: channel.id, ts: message.ts, message: formatMessage(state, channel, message) };
    },
  }),

  "chat.postEphemeral": method({
    arguments: chatArguments.postEphemeral,
    scopes: ["chat:write"],
    tier: 4,
    messageTo: "channel",
    run: (given, caller, { state }) => {
      checkAuthorship(given, caller);
      const content = checkContent(given);
      const channel = writableChannel(state, caller, given.channel);
      if (!caller.workspace.people.has(given.user)) throw new SlackRefusal("user_not_found", given.user);
      if (!channel.members.has(given.user))
        throw new SlackRefusal("user_not_in_channel", `${given.user} is not in ${channel.id}.`);
      checkThread(channel, given.thread_ts);
      const message = addMessage(state, channel, {
        ...content,
        user: caller.botUserId,
        botId: caller.botId,
        threadTs: given.thread_ts,
        ephemeralTo: given.user,
      });
      return { message_ts: message.ts };
    },
  }),

  "chat.update": method({
    arguments: chatArguments.update,
    scopes: ["chat:write"],
    tier: 3,
    run: (given, caller, { state, deliveries }) => {
      const channel = writableChannel(state, caller, given.channel);
      const message = ownMessage(channel, given.ts, caller);
      if (message.stream?.state === "streaming" && !streamIsDead(state, message.stream))
        throw new SlackRefusal("streaming_state_conflict", `${given.ts} is being streamed.`);
      const before = formatMessage(state, channel, message);
      if (
        given.metadata === undefined ||
        Object.keys(given).some((key) => key === "text" || key === "blocks")
      ) {
        const content = checkContent(given);
        message.text = content.text;
        message.blocks = withIds(content.blocks);
        message.attachments = content.attachments;
      }
      if (given.metadata !== undefined) message.metadata = given.metadata ?? undefined;
      message.edited = { user: caller.botId, ts: `${Math.floor(state.now() / 1000)}.000000` };
      message.edits += 1;
      ownMessageChanged(state, deliveries, channel, message, before);
      return {
        channel: channel.id,
        ts: message.ts,
        text: message.text,
        message: formatMessage(state, channel, message),
      };
    },
  }),

  "chat.delete": method({
    arguments: chatArguments.delete,
    scopes: ["chat:write"],
    tier: 3,
    run: (given, caller, { state }) => {
      const channel = writableChannel(state, caller, given.channel);
      removeMessage(channel, ownMessage(channel, given.ts, caller, "cant_delete_message"));
      return { channel: channel.id, ts: given.ts };
    },
  }),

  "chat.getPermalink": method({
    arguments: chatArguments.getPermalink,
    scopes: [],
    tier: "special",
    run: (given, caller, { state }) => {
      const channel = visibleChannel(state, caller, given.channel);
      const message = channel.messages.get(given.message_ts);
      if (!message) throw new SlackRefusal("message_not_found", given.message_ts);
      const address = `https://${caller.workspace.domain}.slack.com/archives/${channel.id}/p${message.ts.replace(".", "")}`;
      const thread = message.threadTs === undefined ? "" : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
      return { channel: channel.id, permalink: address + thread };
    },
  }),
};
