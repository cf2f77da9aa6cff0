import type { DirectThread } from "../../../core/handoff/experts.ts";
import type { TeamsOrigin } from "../teams-event.ts";
import { type TeamsAddress, threadKey } from "../thread-key.ts";

/** The chat of the bot with people of the Microsoft tenant that something happened in. */
export const directThreads =
  ({ msTenantId, serviceUrl }: Pick<TeamsOrigin, "msTenantId" | "serviceUrl">): DirectThread =>
  ({ workspaceId, externalId }) => {
    const address: TeamsAddress = { user: externalId, team: workspaceId, serviceUrl };
    return {
      threadKey: threadKey({ kind: "direct", msTenantId, userAadId: externalId, nonce: null }),
      address,
    };
  };
