import type { TenantId } from "../../../core/ids.ts";
import type { MessagePace } from "../deliver/message-pace.ts";
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
  /** Absent where no event tells: that of what the workspace last told then. */
  organisationId?: string | null,
) => Promise<Workspace>;

export interface WorkspacePorts {
  readonly workspaces: Pick<SlackWorkspaces, "bot">;
  /** The same as the channel's, since Slack counts the messages of both. */
  readonly pace: Pick<MessagePace, "take">;
  /** Of Slack's Web API: files are also taken from its host. */
  readonly apiUrl: string;
}

export const workspaceOpener =
  ({ workspaces, pace, apiUrl }: WorkspacePorts): OpenWorkspace =>
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
      messages: createMessageCalls(bot, pace),
      views: createViewCalls(client),
      files: createFileCalls(client, apiUrl),
    };
  };
