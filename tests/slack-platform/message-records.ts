import { interactive } from "./check-blocks.ts";
import type { ChannelState, Json, MessageState, PlatformState } from "./platform-state.ts";
import { newSecret } from "./platform-state.ts";
import type { Message } from "./slack-platform.ts";

type NewMessage = Partial<
  Pick<MessageState, "text" | "blocks" | "attachments" | "metadata" | "files" | "stream">
> & {
  user: string;
  botId?: string | undefined;
  threadTs?: string | undefined;
  ephemeralTo?: string | undefined;
  clientMessageId?: string | undefined;
  subtype?: string | undefined;
};

/** Stores a message in its channel and thread, or among the ephemeral ones. */
export function addMessage(state: PlatformState, channel: ChannelState, message: NewMessage): MessageState {
  const stored: MessageState = {
    ts: state.nextTs(),
    channel: channel.id,
    user: message.user,
    botId: message.botId,
    threadTs: message.threadTs,
    text: message.text ?? "",
    blocks: withIds(message.blocks ?? []),
    attachments: message.attachments ?? [],
    metadata: message.metadata,
    files: message.files ?? [],
    reactions: new Map(),
    stream: message.stream,
    ephemeralTo: message.ephemeralTo,
    edited: undefined,
    edits: 0,
    clientMessageId: message.clientMessageId,
    subtype: message.subtype,
  };
  if (stored.ephemeralTo !== undefined) {
    channel.ephemerals.push(stored);
    return stored;
  }
  channel.messages.set(stored.ts, stored);
  const parent = stored.threadTs ?? stored.ts;
  const thread = channel.threads.get(parent);
  if (thread) thread.push(stored);
  else channel.threads.set(parent, [stored]);
  // A message of the bot takes the place of the status below its thread.
  if (stored.botId !== undefined && stored.threadTs !== undefined) {
    const statuses = channel.statuses.get(stored.threadTs);
    if (statuses && statuses.at(-1)?.status !== "") statuses.push({ status: "", at: state.now() });
  }
  return stored;
}

export function removeMessage(channel: ChannelState, message: MessageState): void {
  channel.messages.delete(message.ts);
  const parent = message.threadTs ?? message.ts;
  const rest = (channel.threads.get(parent) ?? []).filter((other) => other !== message);
  if (rest.length > 0) channel.threads.set(parent, rest);
  else channel.threads.delete(parent);
  const ephemeral = channel.ephemerals.indexOf(message);
  if (ephemeral >= 0) channel.ephemerals.splice(ephemeral, 1);
}

/** Slack names what has no block_id or action_id. */
export function withIds(blocks: readonly Json[]): Json[] {
  const copies = structuredClone(blocks) as Json[];
  for (const block of copies) block["block_id"] ??= newSecret(3);
  for (const { element } of interactive(copies)) element["action_id"] ??= newSecret(3);
  return copies;
}

/** A message as the Web API and events give it. Metadata only where it was asked for. */
export function formatMessage(
  state: PlatformState,
  channel: ChannelState,
  message: MessageState,
  withMetadata = false,
): Json {
  const parent = message.threadTs === undefined ? undefined : channel.messages.get(message.threadTs);
  const replies = message.threadTs === undefined ? (channel.threads.get(message.ts) ?? []).slice(1) : [];
  return {
    user: message.user,
    type: "message",
    ...(message.subtype !== undefined && { subtype: message.subtype }),
    ts: message.ts,
    ...(message.clientMessageId !== undefined && { client_msg_id: message.clientMessageId }),
    ...(message.botId !== undefined && { bot_id: message.botId, app_id: state.app.id }),
    text: message.text,
    team: channel.teamId,
    ...(message.botId !== undefined && { bot_profile: botProfile(state, channel, message) }),
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
    ...(parent && { parent_user_id: parent.user }),
    ...(replies.length > 0 && {
      thread_ts: message.ts,
      reply_count: replies.length,
      reply_users: [...new Set(replies.map((reply) => reply.user))],
      latest_reply: replies.at(-1)?.ts,
    }),
    ...(message.files.length > 0 && { files: message.files }),
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(message.attachments.length > 0 && { attachments: message.attachments }),
    ...(withMetadata && message.metadata && { metadata: message.metadata }),
    ...(message.edited && { edited: message.edited }),
    ...(message.reactions.size > 0 && {
      reactions: [...message.reactions].map(([name, users]) => ({ name, users, count: users.length })),
    }),
  };
}

const botProfile = (state: PlatformState, channel: ChannelState, message: MessageState): Json => ({
  id: message.botId,
  app_id: state.app.id,
  user_id: message.user,
  name: state.app.name,
  icons: {},
  deleted: false,
  updated: Math.floor(channel.created / 1000),
  team_id: channel.teamId,
});

/** For those who read what became of a thread. */
export function publicMessage(state: PlatformState, message: MessageState): Message {
  return {
    ts: message.ts,
    channel: message.channel,
    user: message.user,
    botId: message.botId,
    threadTs: message.threadTs,
    text: message.text,
    blocks: message.blocks,
    metadata: message.metadata,
    files: message.files,
    reactions: [...message.reactions].map(([name, users]) => ({ name, users })),
    streaming: message.stream && (streamIsDead(state, message.stream) ? "dead" : message.stream.state),
    ephemeralTo: message.ephemeralTo,
    edits: message.edits,
    actionIds: interactive(message.blocks).map(({ element }) => String(element["action_id"])),
  };
}

export const streamIsDead = (
  state: Pick<PlatformState, "now" | "streamLifeMs" | "streamGapMs">,
  stream: NonNullable<MessageState["stream"]>,
): boolean =>
  stream.state === "streaming" &&
  (state.now() - stream.startedAt > state.streamLifeMs || state.now() - stream.lastAt > state.streamGapMs);
