import { randomBytes } from "node:crypto";
import pg from "pg";
import { createSecretBox } from "../../adapters/encryption/secret-box.ts";
import { createDatabase } from "../../adapters/postgres/database.ts";
import { saveInstallation } from "../../adapters/slack/install/save-installation.ts";
import type { TenantId } from "../../core/ids.ts";
import type { FoundedSlack } from "./local-slack.ts";

const key = { id: "bench", key: randomBytes(32) };

/** The product's settings for a local Slack, as an administrator would set them for "Add to Slack". */
export const slackSettings = ({ apiUrl, app }: FoundedSlack): Readonly<Record<string, string>> => ({
  PUBLIC_URL: "https://expert.example.com",
  SLACK_CLIENT_ID: app.clientId,
  SLACK_CLIENT_SECRET: app.clientSecret,
  SLACK_SIGNING_SECRET: app.signingSecret,
  SLACK_API_URL: apiUrl,
  ENCRYPTION_KEYS: `${key.id}:${key.key.toString("base64")}`,
});

/** Writes every installation as "Add to Slack" does after its last step. */
export async function saveInstallations(
  databaseUrl: string,
  tenant: TenantId,
  { installations }: Pick<FoundedSlack, "installations">,
): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  const database = createDatabase(pool);
  const ports = { database, secrets: createSecretBox([key]), workspaces: { forget: () => undefined } };
  try {
    for (const { teamId, name, appId, botUserId, scopes, botToken } of installations) {
      const installation = {
        workspaceId: teamId,
        workspaceName: name,
        organisationId: null,
        organisationWide: false,
        appId,
        botUserId,
        scopes,
        installedBy: null,
      };
      const tokens = { botToken, refreshToken: null, expiresAt: null };
      await saveInstallation(ports, tenant, installation, tokens, "oauth");
    }
  } finally {
    await database.close();
    await pool.end();
  }
}
