import type { TenantId } from "../../../core/ids.ts";
import type { SlackWorkspaces } from "../workspaces.ts";
import { createFileCalls, type FileCalls } from "./calls/file-calls.ts";
import { createMessageCalls, type MessageCalls } from "./calls/message-calls.ts";
import { createPeopleCalls, type PeopleCalls } from "./calls/people-calls.ts";
import { createPlaceCalls, type PlaceCalls } from "./calls/place-calls.ts";
import { createViewCalls, type ViewCalls } from "./calls/view-calls.ts";

/** The bot in one workspace, as far as handling its events takes. */
export interface Workspace {
  readonly tenantId: TenantId;
  /** Of the event. */
  readonly teamId: string;
  /** Of the installation: the workspace's, or its organisation's. */
  readonly installationId: string;
  readonly botUserId: string;
  readonly people: PeopleCalls;
  readonly places: PlaceCalls;
  readonly messages: MessageCalls;
  readonly views: ViewCalls;
  readonly files: FileCalls;
}

/** Throws `channel_refused` where the bot may not speak there any more. */
export type OpenWorkspace = (
  tenant: TenantId,
  teamId: string,
  organisationId: string | null,
) => Promise<Workspace>;

/** @param apiUrl of Slack's Web API: files are also taken from its host. */
export const workspaceOpener =
  (workspaces: Pick<SlackWorkspaces, "bot">, apiUrl: string): OpenWorkspace =>
  async (tenant, teamId, organisationId) => {
    const bot = await workspaces.bot(tenant, teamId, organisationId);
    const { client } = bot;
    return {
      tenantId: tenant,
      teamId,
      installationId: bot.workspaceId,
      botUserId: bot.botUserId,
      people: createPeopleCalls(client, teamId),
      places: createPlaceCalls(client),
      messages: createMessageCalls(bot),
      views: createViewCalls(client),
      files: createFileCalls(client, apiUrl),
    };
  };
