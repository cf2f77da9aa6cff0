import { LRUCache } from "lru-cache";
import type { Clock } from "../../../core/clock.ts";
import type { Logger } from "../../../core/logger.ts";
import type { TeamsClient } from "../client/teams-client.ts";
import type { TeamsEvent } from "../teams-event.ts";
import type { TeamsDeskPorts } from "./desk.ts";
import { tell } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { languageOf } from "./visitor.ts";

interface StrangerPorts extends Pick<TeamsDeskPorts, "pace"> {
  readonly client: Pick<TeamsClient, "bot">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who writes more often knows it by then, in milliseconds. */
const toldAgainMs = 600_000;
const conversationsRemembered = 10_000;

/**
 * Tells whoever addresses or adds the bot where no company is connected to their Microsoft tenant that it can answer
 * nothing, in their own conversation and at most every ten minutes. Nothing is stored; never throws.
 */
export function createStrangerNotice(ports: StrangerPorts): (event: TeamsEvent) => Promise<void> {
  const told = new LRUCache<string, number>({ max: conversationsRemembered });
  return async (event) => {
    const addresses = event.kind === "installed" || (event.kind === "message" && event.addressed);
    const { msTenantId, conversationId } = event;
    const now = ports.clock.now().getTime();
    if (!addresses || now - (told.get(conversationId) ?? -Infinity) < toldAgainMs) return;
    told.set(conversationId, now);
    try {
      const language = languageOf(event, event.kind === "message" ? event.message.text : "");
      const bot = ports.client.bot(msTenantId);
      await tell(ports, { bot }, event, handleTexts[language].notConnected);
    } catch (error) {
      ports.logger.info("a Microsoft tenant that nobody has connected could not be told so", {
        microsoftTenant: msTenantId,
        error,
      });
    }
  };
}
