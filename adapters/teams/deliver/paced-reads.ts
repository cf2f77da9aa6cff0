import type { TeamsBot, TeamsClient } from "../client/teams-client.ts";
import type { MessagePace } from "./message-pace.ts";

/**
 * Bots whose reads of rosters and channels keep to the pace of messages, because Teams counts them with what is written
 * in a Microsoft tenant. Rosters wait longest: where they cannot be read, people see less than they may.
 */
export const pacedReads = (client: TeamsClient, pace: Pick<MessagePace, "read">): TeamsClient => ({
  bot(msTenantId): TeamsBot {
    const bot = client.bot(msTenantId);
    return {
      ...bot,
      async member(place, userId) {
        await pace.read(msTenantId, place.conversationId);
        return await bot.member(place, userId);
      },
      async members(place, continuation) {
        await pace.read(msTenantId, place.conversationId, "long");
        return await bot.members(place, continuation);
      },
      async channels(serviceUrl, teamId) {
        await pace.read(msTenantId, teamId, "long");
        return await bot.channels(serviceUrl, teamId);
      },
    };
  },
});
