import type { WebClient } from "@slack/web-api";
import type { TenantId } from "../../core/ids.ts";

/** The bot in one workspace, with a token that is valid now. */
export interface SlackBot {
  readonly tenantId: TenantId;
  /** The installation's: of the workspace, or of its organisation. */
  readonly workspaceId: string;
  readonly botUserId: string;
  readonly client: WebClient;
}

/** Where the bot is installed. What it remembers is at most a minute old, of whose a workspace is 5 s, and forgotten at once when told to. */
export interface SlackWorkspaces {
  /** Whose workspace it is; null where the bot was never installed. Organisation-wide installs count for each workspace. */
  tenantOf(teamId: string, organisationId: string | null): Promise<TenantId | null>;
  /**
   * Throws `channel_refused` where the bot may not speak there any more.
   * @param workspaceId of the event; an organisation-wide installation is found by `organisationId`.
   */
  bot(tenant: TenantId, workspaceId: string, organisationId?: string | null): Promise<SlackBot>;
  forget(workspaceId: string): void;
}
