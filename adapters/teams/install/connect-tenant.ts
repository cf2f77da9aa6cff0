import type { Database } from "../../../core/database.ts";
import { ExpertError, isExpertError } from "../../../core/errors.ts";
import type { TenantId } from "../../../core/ids.ts";
import { keepTrying, type Trying } from "../../../core/keep-trying.ts";
import type { Logger } from "../../../core/logger.ts";
import { companyUnclear, configuredCompany } from "../../../core/tenancy/configured-company.ts";

export interface ConnectPorts {
  readonly database: Pick<Database, "withTenant" | "tenantOfWorkspace" | "tenants">;
  readonly logger: Logger;
}

export interface ConnectOptions {
  /** TEAMS_APP_ID */
  readonly appId: string;
  /** TEAMS_APP_TENANT_ID */
  readonly msTenantId: string;
  /** TEAMS_TENANT; undefined for the only company, or the one that it belongs to already. */
  readonly tenantSlug: string | undefined;
  /** Between two tries while there is no company, in milliseconds. */
  readonly retryMs?: number;
}

const usualRetryMs = 15_000;

/**
 * Makes the configured Microsoft tenant the company's. Throws `configuration_invalid` where it is not clear whose it is.
 * A product without a company starts all the same: it is logged, and tried again until `stop`.
 */
export async function connectConfiguredTenant(ports: ConnectPorts, options: ConnectOptions): Promise<Trying> {
  const { logger } = ports;
  return await keepTrying(() => connectOnce(ports, options), {
    retryMs: options.retryMs ?? usualRetryMs,
    mayPass(error) {
      if (isExpertError(error, "configuration_invalid")) throw error;
      logger.warn("the Microsoft tenant of TEAMS_APP_TENANT_ID is not connected yet; trying again", {
        error,
      });
      return true;
    },
    onGivenUp(error) {
      logger.error("the Microsoft tenant of TEAMS_APP_TENANT_ID could not be connected", { error });
    },
  });
}

async function connectOnce(
  ports: ConnectPorts,
  { appId, msTenantId, tenantSlug }: ConnectOptions,
): Promise<void> {
  const { database, logger } = ports;
  const owner = await database.tenantOfWorkspace("teams", msTenantId);
  const setting = { name: "TEAMS_TENANT", slug: tenantSlug, of: "the Microsoft tenant" };
  const tenant = (await configuredCompany(database, setting)) ?? owner;
  if (tenant === null) throw await unclear(database);
  try {
    if (await connectMicrosoftTenant(ports, tenant, { appId, msTenantId, by: "configuration" })) {
      logger.info("connected the Microsoft tenant of TEAMS_APP_TENANT_ID", { microsoftTenant: msTenantId });
    }
  } catch (error) {
    if (isExpertError(error, "conflict")) throw elsewhere(msTenantId, error);
    throw error;
  }
}

/**
 * Makes a Microsoft tenant the company's: whatever comes from there is the company's from then on. False where it was;
 * throws `conflict` where it is another company's.
 */
export async function connectMicrosoftTenant(
  { database }: { readonly database: Pick<Database, "withTenant"> },
  tenant: TenantId,
  {
    appId,
    msTenantId,
    by,
  }: { readonly appId: string; readonly msTenantId: string; readonly by: "configuration" | "command" },
): Promise<boolean> {
  const botUserId = `28:${appId}`;
  return await database.withTenant(tenant, async ({ installations }) => {
    const known = await installations.find("teams", msTenantId);
    if (known?.state === "active" && known.botUserId === botUserId) return false;
    await installations.save(
      {
        channel: "teams",
        workspaceId: msTenantId,
        workspaceName: msTenantId,
        organisationId: null,
        organisationWide: false,
        appId,
        botUserId,
        scopes: [],
        // The app's own credentials speak for the bot in every Microsoft tenant.
        sealedTokens: null,
        tokensExpireAt: null,
        state: "active",
        installedBy: null,
      },
      [
        {
          event: "channel.installed",
          status: "success",
          userId: null,
          resourceType: "installation",
          metadata: { channel: "teams", workspaceId: msTenantId, by },
        },
      ],
    );
    return true;
  });
}

const unclear = (database: ConnectPorts["database"]): Promise<ExpertError> =>
  companyUnclear(
    database,
    "TEAMS_TENANT",
    "There are several companies, and nothing says whose the Microsoft tenant of TEAMS_APP_TENANT_ID is.",
  );

const elsewhere = (msTenantId: string, cause: ExpertError): ExpertError =>
  new ExpertError(
    "configuration_invalid",
    `The Microsoft tenant ${msTenantId} belongs to another company here.`,
    {
      remedy: `Set TEAMS_TENANT to that company. To give it to another: take the TEAMS_… lines out of the settings, run \`npm run expert -- teams release --microsoft-tenant ${msTenantId}\`, and put them back.`,
      cause,
    },
  );
