import type { Parts } from "../../adapters/connect.ts";
import type { SlackBot } from "../../adapters/slack/workspaces.ts";
import type { After } from "./mortal-steps.ts";

/** The channel that an event of Slack is of: the only question there says by its step where it stands still. */
export const slackPlaces = (body: object): readonly string[] =>
  "channelId" in body && typeof body.channelId === "string" ? [body.channelId] : [];

/** Lets a product stand still between the messages of a channel of Slack. */
export function hangInSlack({ slack }: Pick<Parts, "slack">, after: After): void {
  if (!slack) return;
  const bot = slack.workspaces.bot.bind(slack.workspaces);
  const changed = new WeakSet<object>();
  Object.assign(slack.workspaces, {
    async bot(...which: Parameters<typeof bot>): Promise<SlackBot> {
      const found = await bot(...which);
      const { chat } = found.client;
      if (changed.has(chat)) return found;
      changed.add(chat);
      const update = chat.update.bind(chat);
      const post = chat.postMessage.bind(chat);
      const posts = new Map<string, number>();
      Object.assign(chat, {
        async update(call: Parameters<typeof update>[0]) {
          await after("sealed", call.channel, undefined);
          return await update(call);
        },
        async postMessage(call: Parameters<typeof post>[0]) {
          const count = posts.get(call.channel) ?? 0;
          posts.set(call.channel, count + 1);
          if (count > 0) await after("part", call.channel, undefined);
          return await post(call);
        },
      });
      return found;
    },
  });
}
