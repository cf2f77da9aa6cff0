import type { Clock } from "../../core/clock.ts";
import type { Database } from "../../core/database.ts";
import { ExpertError } from "../../core/errors.ts";
import type { Installation } from "../../core/identity/installation.ts";
import type { TenantId } from "../../core/ids.ts";
import type { Config } from "../config.ts";
import { connectMicrosoftTenant } from "../teams/install/connect-tenant.ts";
import { releaseMicrosoftTenant } from "../teams/install/release-tenant.ts";

/** A Microsoft tenant of a company, and where the bot was added there. */
export interface ConnectedMicrosoftTenant {
  readonly tenantId: TenantId;
  /** The company's slug. */
  readonly tenant: string;
  readonly msTenantId: string;
  readonly state: Installation["state"];
  /** The registration that it was connected for. */
  readonly appId: string | null;
  readonly people: number;
  readonly chats: number;
  readonly teams: number;
}

/** Every company's Microsoft tenants, by company. */
export async function listMicrosoftTenants({
  database,
}: {
  readonly database: Pick<Database, "tenants" | "withTenant">;
}): Promise<readonly ConnectedMicrosoftTenant[]> {
  const found: ConnectedMicrosoftTenant[] = [];
  for (const { id: tenantId, slug: tenant } of await database.tenants()) {
    const installed = await database.withTenant(tenantId, ({ installations }) => installations.list());
    for (const { channel, workspaceId: msTenantId, state, appId } of installed) {
      if (channel !== "teams") continue;
      const places = await database.withTenant(tenantId, ({ references }) =>
        references.list("teams", msTenantId),
      );
      const count = (wanted: string): number => places.filter(({ kind }) => kind === wanted).length;
      found.push({
        tenantId,
        tenant,
        msTenantId,
        state,
        appId,
        people: count("person"),
        chats: count("chat"),
        teams: count("team"),
      });
    }
  }
  return found;
}

/**
 * Makes a Microsoft tenant the company's; false where it was. Throws `configuration_invalid` where this configuration
 * could not serve it, and `conflict` where it is another company's.
 */
export async function connectTeamsTenant(
  { config, database }: { readonly config: Config; readonly database: Pick<Database, "withTenant"> },
  tenant: TenantId,
  msTenantId: string,
): Promise<boolean> {
  const { TEAMS_APP_ID: appId, TEAMS_APP_TYPE: type, TEAMS_APP_TENANT_ID: home } = config;
  if (appId === undefined) {
    throw new ExpertError("configuration_invalid", "Teams is not set up here.", {
      remedy: "Set TEAMS_APP_ID and what proves it, as docs/teams.md says.",
    });
  }
  if (type !== "multi" && msTenantId !== home) {
    throw new ExpertError(
      "configuration_invalid",
      `The registration is of the type ${type}: it serves its own Microsoft tenant alone, ${String(home)}.`,
      {
        remedy:
          "Set TEAMS_APP_TYPE=multi where the Azure Bot is of the type Multi Tenant; otherwise run The Expert with a registration of that Microsoft tenant.",
      },
    );
  }
  return await connectMicrosoftTenant({ database }, tenant, { appId, msTenantId, by: "command" });
}

/** Gives a Microsoft tenant up. Throws as `releaseMicrosoftTenant`, and `conflict` where the configuration names it. */
export async function releaseTeamsTenant(
  ports: { readonly config: Config; readonly database: Pick<Database, "withTenant">; readonly clock: Clock },
  tenant: TenantId,
  msTenantId: string,
): Promise<void> {
  if (ports.config.TEAMS_APP_ID !== undefined && ports.config.TEAMS_APP_TENANT_ID === msTenantId) {
    throw new ExpertError("conflict", "TEAMS_APP_TENANT_ID names this Microsoft tenant.", {
      remedy:
        "Each start would connect it again. Take the TEAMS_… lines out of the settings, stop The Expert, and release it then; put them back with TEAMS_TENANT as the company that it goes to.",
    });
  }
  await releaseMicrosoftTenant(ports, tenant, msTenantId);
}
