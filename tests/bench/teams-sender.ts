import { botClient } from "../slack-platform/bot-client.ts";
import type { EventSender } from "./event-sender.ts";
import type { TeamsQuestion } from "./local-teams.ts";

/** How long Teams waits for an answer before it sends the activity again, in milliseconds. */
const patienceMs = 15_000;

/** Sends activities as Teams does: one token of the Bot Framework serves for an hour. */
export function createTeamsSender(
  url: string,
  tokens: Readonly<Record<string, string>>,
): EventSender<TeamsQuestion> {
  const client = botClient();
  return {
    async send({ body, msTenantId }) {
      const headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)",
        Authorization: `Bearer ${tokens[msTenantId] ?? ""}`,
      };
      const { status } = await client.post(url, headers, Buffer.from(body), patienceMs);
      return { status, at: performance.now() };
    },
    close: () => client.close(),
  };
}
