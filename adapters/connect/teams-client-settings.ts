import type { Config } from "../config.ts";
import type { TeamsProof } from "../config/teams.ts";
import type { TeamsClientSettings } from "../teams/client/create-teams-client.ts";

/** How the bot of this configuration speaks to Teams. */
export const teamsClientSettings = (
  config: Config,
  appId: string,
  proof: TeamsProof,
): TeamsClientSettings => ({
  appId,
  proof,
  metadataUrl: config.TEAMS_OPENID_METADATA_URL,
  loginUrl: config.TEAMS_LOGIN_URL,
  homeTenantId: config.TEAMS_APP_TYPE === "multi" ? null : (config.TEAMS_APP_TENANT_ID ?? null),
});
