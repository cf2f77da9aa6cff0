import { callSlack } from "../../client/slack-client.ts";
import { findOwnMessages } from "../../deliver/find-own-messages.ts";
import type { MessagePace } from "../../deliver/message-pace.ts";
import { tagMessage } from "../../deliver/message-tag.ts";
import type { SlackMessage } from "../../render/message.ts";
import type { SlackBot } from "../../workspaces.ts";

interface PlaceInSlack {
  readonly channelId: string;
  /** Null: at the channel's end. */
  readonly threadTs: string | null;
}

/** Tells repeats of one message. */
export interface Once {
  readonly key: string;
  /** A timestamp of Slack's that an earlier attempt's message is younger than; null where none is known. */
  readonly since: string | null;
  /** Whether there may have been an earlier attempt. */
  readonly again: boolean;
}

/** Each throws what `callSlack` throws. */
export interface MessageCalls {
  /** To one person, in a channel. */
  whisper(place: PlaceInSlack & { readonly userId: string }, message: SlackMessage): Promise<void>;
  /** The direct messages with a person: their channel. */
  openDirect(userId: string): Promise<string>;
  post(place: PlaceInSlack, message: SlackMessage): Promise<void>;
  /** Posts once under a key: what an earlier attempt posted is found again. The message's timestamp. */
  postOnce(place: PlaceInSlack, message: SlackMessage, once: Once): Promise<string>;
  /** Where people open the message; null where Slack does not tell. */
  permalink(channelId: string, ts: string): Promise<string | null>;
  /** Whether nothing was ever written in the channel. */
  isEmpty(channelId: string): Promise<boolean>;
  /** Questions that the pane of a direct message suggests. */
  suggest(channelId: string, title: string, questions: readonly string[]): Promise<void>;
}

const inThread = ({ threadTs }: PlaceInSlack): { thread_ts?: string } =>
  threadTs === null ? {} : { thread_ts: threadTs };
const quiet = { unfurl_links: false, unfurl_media: false } as const;

export function createMessageCalls(bot: SlackBot, pace: Pick<MessagePace, "take">): MessageCalls {
  const { client } = bot;
  return {
    async whisper(place, message) {
      await callSlack(() =>
        client.chat.postEphemeral({
          channel: place.channelId,
          user: place.userId,
          ...inThread(place),
          ...message,
        }),
      );
    },
    async openDirect(userId) {
      const opened = await callSlack(() => client.conversations.open({ users: userId }));
      return opened.channel?.id ?? "";
    },
    async post(place, message) {
      await pace.take(bot.workspaceId, place.channelId);
      await callSlack(() =>
        client.chat.postMessage({ channel: place.channelId, ...inThread(place), ...message, ...quiet }),
      );
    },
    async postOnce(place, message, { key, since, again }) {
      if (again) {
        const own = await findOwnMessages(bot, place, since);
        const known = own.find(({ tag }) => tag?.kind === "message" && tag.delivery === key);
        if (known) return known.ts;
      }
      await pace.take(bot.workspaceId, place.channelId);
      const posted = await callSlack(() =>
        client.chat.postMessage({
          channel: place.channelId,
          ...inThread(place),
          ...message,
          ...quiet,
          metadata: tagMessage(key, 0),
        }),
      );
      return posted.ts ?? "";
    },
    async permalink(channelId, ts) {
      const link = callSlack(() => client.chat.getPermalink({ channel: channelId, message_ts: ts }));
      const answer = await link.catch(() => null);
      return answer?.permalink ?? null;
    },
    async isEmpty(channelId) {
      const answer = await callSlack(() => client.conversations.history({ channel: channelId, limit: 1 }));
      return (answer.messages ?? []).length === 0;
    },
    async suggest(channelId, title, questions) {
      await callSlack(() =>
        client.assistant.threads.setSuggestedPrompts({
          channel_id: channelId,
          title,
          prompts: questions.map((question) => ({ title: question, message: question })),
        }),
      );
    },
  };
}
