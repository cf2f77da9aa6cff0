import { LRUCache } from "lru-cache";
import type { Database } from "../../../core/database.ts";
import type { ConversationReference } from "../../../core/delivery/conversation-reference.ts";
import type { TakenEvent } from "../../../core/inbox/event-store.ts";
import type { Logger } from "../../../core/logger.ts";
import type { TeamsOrigin } from "../teams-event.ts";
import { splitConversationId } from "../thread-key.ts";

/** What a conversation of Teams is kept as; null where it cannot be named, as an anonymous person's. */
export function referencesOf(
  origin: TeamsOrigin,
  teamName: string | null = null,
): readonly [ConversationReference, ...ConversationReference[]] | null {
  const { conversationType, conversationId, msTenantId, serviceUrl, teamId, channelId, userAadId, userId } =
    origin;
  const { baseId } = splitConversationId(conversationId);
  const common = { channel: "teams", workspaceId: msTenantId, teamId: null, name: null } as const;
  const address = { serviceUrl, conversationId: baseId };
  switch (conversationType) {
    case "personal":
      return userAadId === null
        ? null
        : [
            {
              ...common,
              kind: "person",
              externalId: userAadId.toLowerCase(),
              address: { ...address, userId },
            },
          ];
    case "groupChat":
      return [{ ...common, kind: "chat", externalId: baseId, address }];
    case "channel": {
      if (teamId === null) return null;
      // The channel that every team has is called as its team.
      const channel = channelId ?? teamId;
      return [
        {
          ...common,
          kind: "team",
          externalId: teamId,
          name: teamName,
          address: { serviceUrl, conversationId: channel },
        },
        {
          ...common,
          kind: "channel",
          externalId: channel,
          teamId,
          address: { serviceUrl, conversationId: channel },
        },
      ];
    }
  }
}

/** Keeps where people talk with the bot, since Teams may have told of it before this product was there. */
export interface PlaceKeeper {
  /** Never throws: what is not kept now is kept with the next message. */
  seen(event: Pick<TakenEvent, "tenantId" | "receivedAt">, origin: TeamsOrigin): Promise<void>;
}

const rememberedMs = 3_600_000;
const placesRemembered = 20_000;

export function createPlaceKeeper({
  database,
  logger,
}: {
  readonly database: Pick<Database, "withTenant">;
  readonly logger: Logger;
}): PlaceKeeper {
  const kept = new LRUCache<string, true>({ max: placesRemembered, ttl: rememberedMs });
  return {
    async seen({ tenantId, receivedAt: at }, origin) {
      const all = referencesOf(origin);
      // A message in one channel does not move what is known of its team.
      const reference = all?.at(-1);
      if (!reference) return;
      const key = JSON.stringify([tenantId, reference]);
      if (kept.has(key)) return;
      kept.set(key, true);
      try {
        await database.withTenant(tenantId, ({ references }) =>
          references.keep(reference, { at, welcome: false, audit: [] }),
        );
      } catch (error) {
        kept.delete(key);
        logger.warn("where people talk with the bot in Teams could not be kept", { error });
      }
    },
  };
}
