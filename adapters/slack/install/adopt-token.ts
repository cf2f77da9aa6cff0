import { z } from "zod";
import type { Database } from "../../../core/database.ts";
import { ExpertError, isExpertError } from "../../../core/errors.ts";
import type { TenantId } from "../../../core/ids.ts";
import { keepTrying, type Trying } from "../../../core/keep-trying.ts";
import type { Logger } from "../../../core/logger.ts";
import { companyUnclear, configuredCompany } from "../../../core/tenancy/configured-company.ts";
import { callSlack, createSlackClient } from "../client/slack-client.ts";
import { type NewInstallation, saveInstallation, type SavePorts } from "./save-installation.ts";
import { openTokens } from "./sealed-tokens.ts";

export interface AdoptPorts extends SavePorts {
  readonly database: Pick<Database, "withTenant" | "tenantOfWorkspace" | "tenants">;
  readonly logger: Logger;
}

export interface AdoptOptions {
  /** SLACK_BOT_TOKEN */
  readonly token: string;
  /** SLACK_TENANT; undefined for the only tenant. */
  readonly tenantSlug: string | undefined;
  readonly apiUrl: string;
  /** Between two tries while Slack is away, in milliseconds. */
  readonly retryMs?: number;
}

const usualRetryMs = 15_000;
/** How long a start waits for Slack. */
const patienceMs = 3_000;

/**
 * Makes the workspace of a configured bot token the tenant's. Throws `configuration_invalid` where it is not clear whose
 * it is. A Slack that is away, a token that it refuses and a product without a company keep nothing from starting: they
 * are logged, and what may pass is tried again until `stop`.
 */
export async function adoptBotToken(ports: AdoptPorts, options: AdoptOptions): Promise<Trying> {
  const { logger } = ports;
  return await keepTrying(() => adoptOnce(ports, options), {
    retryMs: options.retryMs ?? usualRetryMs,
    mayPass(error) {
      if (isExpertError(error, "configuration_invalid")) throw error;
      if (isExpertError(error, "channel_refused")) {
        logger.error("Slack refuses SLACK_BOT_TOKEN: the bot is silent there", {
          error,
          remedy: error.remedy,
        });
        return false;
      }
      logger.warn("the workspace of SLACK_BOT_TOKEN is not known yet; trying again", { error });
      return true;
    },
    onGivenUp(error) {
      logger.error("the workspace of SLACK_BOT_TOKEN could not be taken in", { error });
    },
  });
}

async function adoptOnce(ports: AdoptPorts, options: AdoptOptions): Promise<void> {
  const { token, apiUrl, tenantSlug } = options;
  const chosen = await configuredCompany(ports.database, {
    name: "SLACK_TENANT",
    slug: tenantSlug,
    of: "Slack's workspace",
  });
  const installation = await identifyBot(token, apiUrl);
  const tenant = chosen ?? (await ports.database.tenantOfWorkspace("slack", installation.workspaceId));
  if (tenant === null) throw await unclear(ports.database);
  if (await isKept(ports, tenant, installation, token)) return;
  const tokens = { botToken: token, refreshToken: null, expiresAt: null };
  await saveInstallation(ports, tenant, installation, tokens, "token").catch((error: unknown) => {
    throw isExpertError(error, "conflict") ? elsewhere(installation, error) : error;
  });
  ports.logger.info("took in the Slack workspace of SLACK_BOT_TOKEN", {
    workspace: installation.workspaceName,
  });
}

const unclear = (database: AdoptPorts["database"]): Promise<ExpertError> =>
  companyUnclear(
    database,
    "SLACK_TENANT",
    "There are several companies, and SLACK_BOT_TOKEN does not say whose workspace it is.",
  );

const botSchema = z.object({
  team_id: z.string().optional(),
  team: z.string().optional(),
  user_id: z.string(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.boolean().optional(),
  app_id: z.string().optional(),
  response_metadata: z.object({ scopes: z.array(z.string()).default([]) }),
});

/** What a bot token speaks for, as `auth.test` tells. Throws as `callSlack` does. */
async function identifyBot(token: string, apiUrl: string): Promise<NewInstallation> {
  const client = createSlackClient({ token, apiUrl, timeoutMs: patienceMs });
  const read = botSchema.safeParse(await callSlack(() => client.auth.test()));
  const bot = read.data;
  const organisationWide = bot?.is_enterprise_install === true;
  const workspaceId = organisationWide ? bot.enterprise_id : bot?.team_id;
  if (!bot || workspaceId == null) {
    throw new ExpertError("channel_refused", "Slack does not say which workspace SLACK_BOT_TOKEN is for.", {
      remedy: "Use the Bot User OAuth Token of the app's page, Install App.",
    });
  }
  return {
    workspaceId,
    workspaceName: bot.team ?? workspaceId,
    organisationId: bot.enterprise_id ?? null,
    organisationWide,
    appId: bot.app_id ?? null,
    botUserId: bot.user_id,
    scopes: bot.response_metadata.scopes,
    installedBy: null,
  };
}

/** Whether everything is stored as it is, so that a start changes and records nothing. */
async function isKept(
  { database, secrets }: AdoptPorts,
  tenant: TenantId,
  { workspaceId, scopes }: NewInstallation,
  token: string,
): Promise<boolean> {
  const known = await database.withTenant(tenant, ({ installations }) =>
    installations.find("slack", workspaceId),
  );
  if (known?.state !== "active" || known.sealedTokens === null) return false;
  if (String([...known.scopes].sort()) !== String([...scopes].sort())) return false;
  return openTokens(secrets, workspaceId, known.sealedTokens).botToken === token;
}

const elsewhere = ({ workspaceName }: NewInstallation, cause: ExpertError): ExpertError =>
  new ExpertError(
    "configuration_invalid",
    `The Slack workspace ${workspaceName} of SLACK_BOT_TOKEN belongs to another company here.`,
    { remedy: "Set SLACK_TENANT to that company, or use another workspace's token.", cause },
  );
