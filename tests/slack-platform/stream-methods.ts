import type { Chunk } from "./chat-arguments.ts";
import { chatArguments } from "./chat-arguments.ts";
import { checkThread, MESSAGE_CHARACTERS, ownMessage } from "./chat-methods.ts";
import { checkBlocks } from "./check-blocks.ts";
import { ownMessageChanged, ownMessagePosted } from "./message-events.ts";
import { addMessage, formatMessage, streamIsDead, withIds } from "./message-records.ts";
import { type Caller, method, type Method, writableChannel } from "./method.ts";
import type { ChannelState, Json, MessageState, PlatformState } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";

/**
 * Streaming, which the emulate package lacks. The markdown that was streamed becomes the message's text; blocks of
 * chunks and of chat.stopStream are its blocks.
 */
export const streamMethods: Record<string, Method> = {
  "chat.startStream": method({
    arguments: chatArguments.startStream,
    scopes: ["chat:write"],
    tier: 2,
    messageTo: "channel",
    run: (given, caller, { state, deliveries }) => {
      if (given.username !== undefined || given.icon_emoji !== undefined || given.icon_url !== undefined)
        caller.need("chat:write.customize");
      const channel = writableChannel(state, caller, given.channel);
      checkThread(channel, given.thread_ts);
      if (channel.kind !== "im") checkRecipient(caller, given);
      const added = addition(given);
      const message = addMessage(state, channel, {
        user: caller.botUserId,
        botId: caller.botId,
        threadTs: given.thread_ts,
        text: added.text,
        blocks: added.blocks,
        stream: { state: "streaming", startedAt: state.now(), lastAt: state.now() },
      });
      ownMessagePosted(state, deliveries, channel, message);
      return { channel: channel.id, ts: message.ts };
    },
  }),

  "chat.appendStream": method({
    arguments: chatArguments.appendStream,
    scopes: ["chat:write"],
    tier: 4,
    run: (given, caller, { state }) => {
      const channel = writableChannel(state, caller, given.channel);
      const message = streamed(state, channel, given.ts, caller);
      if (given.markdown_text === undefined && given.chunks === undefined)
        throw new SlackRefusal("no_text", "Neither markdown_text nor chunks is given.");
      append(message, addition(given));
      message.stream = { ...message.stream, lastAt: state.now() };
      return { channel: channel.id, ts: message.ts };
    },
  }),

  "chat.stopStream": method({
    arguments: chatArguments.stopStream,
    scopes: ["chat:write"],
    tier: 2,
    run: (given, caller, { state, deliveries }) => {
      const channel = writableChannel(state, caller, given.channel);
      const message = streamed(state, channel, given.ts, caller);
      const before = formatMessage(state, channel, message);
      const added = addition(given);
      const last = given.blocks ?? [];
      checkBlocks(last);
      append(message, { text: added.text, blocks: [...added.blocks, ...last] });
      if (given.metadata) message.metadata = given.metadata;
      message.stream = { ...message.stream, state: "stopped", lastAt: state.now() };
      ownMessageChanged(state, deliveries, channel, message, before);
      return { channel: channel.id, ts: message.ts, message: formatMessage(state, channel, message) };
    },
  }),
};

function checkRecipient(
  caller: Caller,
  given: { recipient_user_id?: string | undefined; recipient_team_id?: string | undefined },
): void {
  if (given.recipient_user_id === undefined)
    throw new SlackRefusal("missing_recipient_user_id", "Streaming in a channel names its recipient.");
  if (given.recipient_team_id === undefined)
    throw new SlackRefusal("missing_recipient_team_id", "Streaming in a channel names its recipient's team.");
  const person = caller.workspace.people.get(given.recipient_user_id);
  if (!person) throw new SlackRefusal("user_not_found", given.recipient_user_id);
  if (person.teamId !== given.recipient_team_id)
    throw new SlackRefusal("invalid_recipient_team_id", `${person.id} belongs to ${person.teamId}.`);
}

type Streamed = MessageState & { stream: NonNullable<MessageState["stream"]> };

/** @throws SlackRefusal `message_not_in_streaming_state` once it was stopped or its time is up. */
function streamed(state: PlatformState, channel: ChannelState, ts: string, caller: Caller): Streamed {
  const message = ownMessage(channel, ts, caller, "message_not_owned_by_app");
  if (message.stream?.state !== "streaming" || streamIsDead(state, message.stream))
    throw new SlackRefusal("message_not_in_streaming_state", `${ts} is not being streamed.`);
  return message as Streamed;
}

function addition(given: { markdown_text?: string | undefined; chunks?: Chunk[] | undefined }): {
  text: string;
  blocks: Json[];
} {
  const chunks = given.chunks ?? [];
  const text =
    (given.markdown_text ?? "") +
    chunks.map((chunk) => (chunk.type === "markdown_text" ? chunk.text : "")).join("");
  if (text.length > 12_000) throw new SlackRefusal("msg_too_long", `${text.length} characters in one call`);
  const blocks = chunks.flatMap((chunk) => (chunk.type === "blocks" ? chunk.blocks : []));
  checkBlocks(blocks);
  const tasks = chunks.flatMap((chunk) =>
    chunk.type === "task_update"
      ? [
          {
            type: "task_card",
            block_id: chunk.id,
            task_id: chunk.id,
            title: chunk.title,
            status: chunk.status,
          },
        ]
      : [],
  );
  return { text, blocks: [...blocks, ...tasks] };
}

function append(message: MessageState, added: { text: string; blocks: Json[] }): void {
  if (message.text.length + added.text.length > MESSAGE_CHARACTERS)
    throw new SlackRefusal("msg_too_long", `The stream would hold over ${MESSAGE_CHARACTERS} characters.`);
  message.text += added.text;
  const renewed = new Set<unknown>(
    added.blocks.flatMap(({ block_id: id }) => (id === undefined ? [] : [id])),
  );
  message.blocks = [
    ...message.blocks.filter((block) => !renewed.has(block["block_id"])),
    ...withIds(added.blocks),
  ];
}
