import type { AuditEvent } from "../audit/audit-event.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import { ExpertError } from "../errors.ts";
import type { UserId } from "../ids.ts";

/** The bot in a workspace. */
export interface Installation {
  readonly channel: ChannelName;
  /** Of the workspace, or of the organisation where the bot was installed in all of its workspaces. */
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly organisationId: string | null;
  readonly organisationWide: boolean;
  readonly appId: string | null;
  readonly botUserId: string;
  readonly scopes: readonly string[];
  /** Encrypted; null once they were revoked. */
  readonly sealedTokens: string | null;
  readonly tokensExpireAt: Date | null;
  readonly state: "active" | "revoked" | "uninstalled";
  readonly installedBy: UserId | null;
}

/** What an installation's tokens are sealed for: they open for no other workspace. */
export const tokensContext = ({
  channel,
  workspaceId,
}: Pick<Installation, "channel" | "workspaceId">): string => `installation:${channel}:${workspaceId}`;

/** What is told where a workspace is installed for a second tenant. */
export const workspaceTaken = (): ExpertError =>
  new ExpertError("conflict", "The bot is already installed in this workspace for another company.", {
    remedy:
      "Install it in a workspace of your own company, or ask whoever runs the product to release this one: `npm run expert -- slack release` or `teams release`.",
  });

export interface InstallationStore {
  find(channel: ChannelName, workspaceId: string): Promise<Installation | null>;
  list(): Promise<readonly Installation[]>;
  /**
   * New, or again; `conflict` where the workspace belongs to another tenant, the organisation that it is in does, or, where
   * it is an organisation, one of its workspaces does. What has ended belongs to its tenant until it is released.
   */
  save(installation: Installation, audit: readonly AuditEvent[]): Promise<void>;
  /** The bot may no longer speak there: forgets the tokens. False where it had ended before. */
  end(
    channel: ChannelName,
    workspaceId: string,
    state: "revoked" | "uninstalled",
    audit: readonly AuditEvent[],
  ): Promise<boolean>;
  /** Gives the workspace up, with its row; false while the bot is installed there, or where it is not the tenant's. */
  release(channel: ChannelName, workspaceId: string, audit: readonly AuditEvent[]): Promise<boolean>;
  /** Holds the refresh token for `leaseMs`, since it works once; false where another process holds it. */
  beginRefresh(channel: ChannelName, workspaceId: string, leaseMs: number): Promise<boolean>;
  /** Replaces the tokens, and gives up the hold. */
  refreshed(
    channel: ChannelName,
    workspaceId: string,
    sealedTokens: string,
    expireAt: Date | null,
  ): Promise<void>;
}
