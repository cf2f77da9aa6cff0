import type { Deliveries } from "./deliveries.ts";
import { tellLater } from "./event-envelope.ts";
import { formatMessage } from "./message-records.ts";
import type { ChannelState, Json, MessageState, PlatformState } from "./platform-state.ts";

const channelTypes = { public: "channel", private: "group", im: "im" } as const;

/** A message as the event `message` carries it. */
export function messageEvent(state: PlatformState, channel: ChannelState, message: MessageState): Json {
  return {
    ...formatMessage(state, channel, message),
    channel: channel.id,
    event_ts: message.ts,
    channel_type: channelTypes[channel.kind],
  };
}

/** The same message as `app_mention` carries it: without channel_type and subtype. */
export function mentionEvent(state: PlatformState, channel: ChannelState, message: MessageState): Json {
  const { channel_type: _type, subtype: _subtype, ...event } = messageEvent(state, channel, message);
  return { ...event, type: "app_mention" };
}

export function changedEvent(
  state: PlatformState,
  channel: ChannelState,
  message: MessageState,
  before: Json,
): Json {
  const ts = state.nextTs();
  return {
    type: "message",
    subtype: "message_changed",
    message: {
      ...formatMessage(state, channel, message),
      source_team: channel.teamId,
      user_team: channel.teamId,
    },
    previous_message: before,
    channel: channel.id,
    hidden: true,
    ts,
    event_ts: ts,
    channel_type: channelTypes[channel.kind],
  };
}

export function deletedEvent(state: PlatformState, channel: ChannelState, before: Json): Json {
  const ts = state.nextTs();
  return {
    type: "message",
    subtype: "message_deleted",
    previous_message: before,
    deleted_ts: before["ts"],
    channel: channel.id,
    hidden: true,
    ts,
    event_ts: ts,
    channel_type: channelTypes[channel.kind],
  };
}

/** Slack tells an app of its own bot's messages too. */
export function ownMessagePosted(
  state: PlatformState,
  deliveries: Deliveries,
  channel: ChannelState,
  message: MessageState,
): void {
  if (state.ownMessageEvents) tellLater(state, deliveries, channel, messageEvent(state, channel, message));
}

export function ownMessageChanged(
  state: PlatformState,
  deliveries: Deliveries,
  channel: ChannelState,
  message: MessageState,
  before: Json,
): void {
  if (state.ownMessageEvents)
    tellLater(state, deliveries, channel, changedEvent(state, channel, message, before));
}
