import pg from "pg";
import { createDatabase } from "../../adapters/postgres/database.ts";
import { connectMicrosoftTenant } from "../../adapters/teams/install/connect-tenant.ts";
import type { TenantId } from "../../core/ids.ts";
import type { FoundedTeams } from "./local-teams.ts";

/** The product's settings for a local Teams, as an administrator would set them for a multi-tenant registration. */
export const teamsSettings = ({ appId, issuer }: FoundedTeams): Readonly<Record<string, string>> => ({
  PUBLIC_URL: "https://expert.example.com",
  TEAMS_APP_ID: appId,
  TEAMS_APP_TYPE: "multi",
  TEAMS_APP_PASSWORD: "only-for-tests",
  ...issuer,
});

/** Makes every Microsoft tenant the company's, as `npm run expert -- teams connect` does. */
export async function connectMicrosoftTenants(
  databaseUrl: string,
  company: TenantId,
  { appId, tokens }: Pick<FoundedTeams, "appId" | "tokens">,
): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const database = createDatabase(pool);
  try {
    for (const msTenantId of Object.keys(tokens)) {
      await connectMicrosoftTenant({ database }, company, { appId, msTenantId, by: "command" });
    }
  } finally {
    await database.close();
    await pool.end();
  }
}
