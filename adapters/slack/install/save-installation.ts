import type { Database } from "../../../core/database.ts";
import type { Installation } from "../../../core/identity/installation.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { SecretBox } from "../../../core/secrets/secret-box.ts";
import type { SlackWorkspaces } from "../workspaces.ts";
import { type BotTokens, sealTokens } from "./sealed-tokens.ts";

export interface SavePorts {
  readonly database: Pick<Database, "withTenant">;
  readonly secrets: SecretBox;
  readonly workspaces: Pick<SlackWorkspaces, "forget">;
}

export type NewInstallation = Omit<Installation, "channel" | "sealedTokens" | "tokensExpireAt" | "state">;

/**
 * Keeps an installation, new or again, with its audit event in one commit. Throws `conflict` where the workspace, the
 * organisation that covers it or a workspace that it covers belongs to another tenant.
 * @param by how it came: "oauth" or "token".
 */
export async function saveInstallation(
  { database, secrets, workspaces }: SavePorts,
  tenant: TenantId,
  installation: NewInstallation,
  tokens: BotTokens,
  by: "oauth" | "token",
): Promise<void> {
  const { workspaceId, workspaceName, organisationWide, scopes, installedBy } = installation;
  await database.withTenant(tenant, ({ installations }) =>
    installations.save(
      {
        ...installation,
        channel: "slack",
        sealedTokens: sealTokens(secrets, workspaceId, tokens),
        tokensExpireAt: tokens.expiresAt,
        state: "active",
      },
      [
        {
          event: "channel.installed",
          status: "success",
          userId: installedBy,
          resourceType: "installation",
          metadata: { channel: "slack", workspaceId, workspaceName, organisationWide, scopes, by },
        },
      ],
    ),
  );
  workspaces.forget(workspaceId);
}
