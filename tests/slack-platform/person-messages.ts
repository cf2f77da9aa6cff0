import { randomUUID } from "node:crypto";
import { richTextOf, storedText } from "./composed-text.ts";
import { openDirectMessages } from "./direct-messages.ts";
import { eventFor, sees, tell } from "./event-envelope.ts";
import { changedEvent, deletedEvent, mentionEvent, messageEvent } from "./message-events.ts";
import { addMessage, formatMessage, publicMessage, removeMessage } from "./message-records.ts";
import { appIn, channelFor, messageFor, type PersonContext } from "./person-context.ts";
import type { ChannelState } from "./platform-state.ts";
import { installOf } from "./platform-state.ts";
import type { Person, SendOptions, Sent } from "./slack-platform.ts";

type Messages = Pick<Person, "mention" | "message" | "dm" | "edit" | "delete" | "react">;

/** What a person writes, and the events that tell the bot. */
export function personMessages(context: PersonContext): Messages {
  const { state, deliveries, workspace, person, files } = context;

  const mentions = (channel: ChannelState, text: string): boolean => {
    const bot = installOf(workspace)?.botUserId;
    return bot !== undefined && channel.kind !== "im" && text.includes(`<@${bot}>`);
  };

  const send = async (channel: ChannelState, text: string, options: SendOptions = {}): Promise<Sent> => {
    if (options.threadTs !== undefined && !channel.threads.has(options.threadTs))
      throw new Error(`${channel.name} has no thread ${options.threadTs}.`);
    const shared = await Promise.all(
      (options.files ?? []).map((file) => files.share(workspace, person, channel, file)),
    );
    const stored = storedText(text);
    const message = addMessage(state, channel, {
      user: person.id,
      ...(person.botId !== undefined && { botId: person.botId }),
      text: stored,
      blocks: richTextOf(stored),
      files: shared,
      threadTs: options.threadTs,
      clientMessageId: randomUUID(),
      subtype: shared.length > 0 ? "file_share" : undefined,
    });
    const told = sees(workspace, channel);
    return {
      ts: message.ts,
      threadTs: options.threadTs,
      channel: channel.id,
      message: publicMessage(state, message),
      files: shared,
      deliveries: await tell(deliveries, [
        // A mention reaches the app in public channels that its bot has not joined, too.
        mentions(channel, stored) && (told || channel.kind === "public")
          ? eventFor(state, workspace, mentionEvent(state, channel, message), channel)
          : undefined,
        told ? eventFor(state, workspace, messageEvent(state, channel, message), channel) : undefined,
      ]),
    };
  };

  return {
    mention: async (channel, text, options) =>
      send(channelFor(context, channel.id), `<@${appIn(workspace).botUserId}> ${text}`, options),
    message: async (channel, text, options) => send(channelFor(context, channel.id), text, options),
    dm: async (text, options) =>
      send(openDirectMessages(state, workspace, person, appIn(workspace).botUserId), text, options),
    edit: async (message, text) => {
      const { channel, stored } = messageFor(context, message);
      if (stored.user !== person.id) throw new Error(`${person.name} did not write ${message.ts}.`);
      const before = formatMessage(state, channel, stored);
      stored.text = storedText(text);
      stored.blocks = richTextOf(stored.text);
      stored.edited = { user: person.id, ts: state.nextTs() };
      stored.edits += 1;
      if (!sees(workspace, channel)) return [];
      return tell(deliveries, [
        eventFor(state, workspace, changedEvent(state, channel, stored, before), channel),
        // Slack tells of a mention again with every edit.
        mentions(channel, stored.text)
          ? eventFor(state, workspace, mentionEvent(state, channel, stored), channel)
          : undefined,
      ]);
    },
    delete: async (message) => {
      const { channel, stored } = messageFor(context, message);
      if (stored.user !== person.id) throw new Error(`${person.name} did not write ${message.ts}.`);
      const before = formatMessage(state, channel, stored);
      removeMessage(channel, stored);
      if (!sees(workspace, channel)) return [];
      return tell(deliveries, [eventFor(state, workspace, deletedEvent(state, channel, before), channel)]);
    },
    react: async (message, name) => {
      const { channel, stored } = messageFor(context, message);
      stored.reactions.set(name, [...(stored.reactions.get(name) ?? []), person.id]);
      if (!sees(workspace, channel)) return [];
      const event = {
        type: "reaction_added",
        user: person.id,
        reaction: name,
        item: { type: "message", channel: channel.id, ts: stored.ts },
        item_user: stored.user,
        event_ts: state.nextTs(),
      };
      return tell(deliveries, [eventFor(state, workspace, event, channel)]);
    },
  };
}
