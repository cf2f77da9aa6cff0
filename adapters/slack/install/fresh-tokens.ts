import type { WebClient } from "@slack/web-api";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import { ExpertError, isExpertError } from "../../../core/errors.ts";
import type { Installation } from "../../../core/identity/installation.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { Logger } from "../../../core/logger.ts";
import type { SecretBox } from "../../../core/secrets/secret-box.ts";
import { callSlack } from "../client/slack-client.ts";
import { slackErrorCode } from "../client/translate-slack-error.ts";
import { installationEnded } from "./installation-ended.ts";
import { type BotTokens, openTokens, sealTokens } from "./sealed-tokens.ts";

export interface TokenPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A client without a token. */
  readonly slack: WebClient;
  /** Null where no OAuth app is configured. */
  readonly app: { readonly clientId: string; readonly clientSecret: string } | null;
}

/** Slack's short-lived tokens last twelve hours: https://docs.slack.dev/authentication/using-token-rotation */
const renewWithinMs = 30 * 60_000;
/** Longer than a call to Slack may take. */
const leaseMs = 30_000;
const lookAgainMs = 100;
/** How long somebody else's exchange is waited for: while a token still works, not longer than an exchange takes. */
const patienceMs = (leftMs: number): number => (leftMs > 60_000 ? 3_000 : leaseMs + 5_000);

/** Slack's answers after which the refresh token never works again. */
const spent = new Set(["invalid_refresh_token", "token_revoked", "account_inactive", "invalid_auth"]);

const renewedSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
});

/**
 * The tokens of an active installation, exchanged where they expire soon. Of several processes that find this at once,
 * one does it and the others wait for the outcome: a refresh token works once. Throws `channel_refused` where Slack has ended the installation, which is then recorded, and
 * `channel_unavailable` where the tokens have expired and Slack cannot be reached.
 */
export async function freshTokens(
  ports: TokenPorts,
  tenant: TenantId,
  installation: Installation,
): Promise<BotTokens> {
  const { workspaceId } = installation;
  let tokens = tokensOf(ports, installation);
  for (let waitedMs = 0; expiresSoon(ports, tokens); waitedMs += lookAgainMs) {
    const held = await ports.database.withTenant(tenant, ({ installations }) =>
      installations.beginRefresh("slack", workspaceId, leaseMs),
    );
    if (held) return await renewHeld(ports, tenant, workspaceId);
    if (waitedMs >= patienceMs(leftMs(ports, tokens))) break;
    await pause(lookAgainMs);
    tokens = tokensOf(ports, await findAgain(ports, tenant, workspaceId));
  }
  return tokens;
}

/** Exchanges the tokens, unless somebody did before the hold began. */
async function renewHeld(ports: TokenPorts, tenant: TenantId, workspaceId: string): Promise<BotTokens> {
  const installation = await findAgain(ports, tenant, workspaceId);
  const tokens = tokensOf(ports, installation);
  const keep = async (kept: BotTokens): Promise<BotTokens> => {
    const sealed = sealTokens(ports.secrets, workspaceId, kept);
    await ports.database.withTenant(tenant, ({ installations }) =>
      installations.refreshed("slack", workspaceId, sealed, kept.expiresAt),
    );
    return kept;
  };
  if (!expiresSoon(ports, tokens)) return await keep(tokens);
  try {
    return await keep(await exchange(ports, tokens));
  } catch (error) {
    if (spent.has(slackErrorCode(error) ?? "")) {
      await recordEnd(ports, tenant, installation, error);
      throw installationEnded(installation, error);
    }
    // The hold stays until its end: another try at once would fail as this one did.
    const { expiresAt } = tokens;
    const facts = { workspaceId, expiresAt, error };
    ports.logger.error("the token of a Slack workspace could not be renewed", facts);
    if (leftMs(ports, tokens) > 0) return tokens;
    throw error;
  }
}

async function exchange({ slack, app, clock }: TokenPorts, { refreshToken }: BotTokens): Promise<BotTokens> {
  if (app === null) {
    throw new ExpertError("channel_unavailable", "The Slack token cannot be renewed.", {
      remedy: "Set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET as they were when the workspace was added.",
    });
  }
  const asked = clock.now().getTime();
  const answer = await callSlack(() =>
    slack.oauth.v2.access({
      client_id: app.clientId,
      client_secret: app.clientSecret,
      grant_type: "refresh_token",
      refresh_token: refreshToken ?? "",
    }),
  ).catch((error: unknown) => {
    throw isExpertError(error, "channel_refused") && !spent.has(slackErrorCode(error) ?? "")
      ? misconfigured(error)
      : error;
  });
  const renewed = renewedSchema.safeParse(answer);
  if (!renewed.success) {
    throw new ExpertError("channel_unavailable", "Slack renewed a token without telling the new one.");
  }
  const { access_token: botToken, refresh_token, expires_in: seconds } = renewed.data;
  return { botToken, refreshToken: refresh_token, expiresAt: new Date(asked + seconds * 1_000) };
}

/** Slack refuses the app, not the installation: it is well again once the settings are. */
const misconfigured = (error: ExpertError): ExpertError =>
  new ExpertError("channel_unavailable", `Slack does not renew the bot's token: ${error.message}`, {
    remedy: "Check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET against the app's page, Basic Information.",
    cause: error.cause,
  });

async function recordEnd(
  { database, logger }: TokenPorts,
  tenant: TenantId,
  { workspaceId, workspaceName }: Installation,
  error: unknown,
): Promise<void> {
  logger.error("a Slack workspace no longer renews the bot's token: the bot is silent there", {
    workspaceId,
    workspaceName,
    remedy: "Let an admin add The Expert to the workspace again: npm run expert -- slack link.",
    error,
  });
  await database.withTenant(tenant, ({ installations }) =>
    installations.end("slack", workspaceId, "revoked", [
      {
        event: "channel.uninstalled",
        status: "success",
        userId: null,
        resourceType: "installation",
        metadata: { channel: "slack", workspaceId, workspaceName, how: slackErrorCode(error) },
      },
    ]),
  );
}

async function findAgain(ports: TokenPorts, tenant: TenantId, workspaceId: string): Promise<Installation> {
  const found = await ports.database.withTenant(tenant, ({ installations }) =>
    installations.find("slack", workspaceId),
  );
  if (found) return found;
  throw new ExpertError("channel_refused", "The bot is not installed in this Slack workspace.");
}

function tokensOf({ secrets }: TokenPorts, installation: Installation): BotTokens {
  const { state, sealedTokens, workspaceId } = installation;
  if (state !== "active" || sealedTokens === null) throw installationEnded(installation);
  return openTokens(secrets, workspaceId, sealedTokens);
}

const leftMs = ({ clock }: TokenPorts, { expiresAt }: BotTokens): number =>
  expiresAt === null ? Infinity : expiresAt.getTime() - clock.now().getTime();

const expiresSoon = (ports: TokenPorts, tokens: BotTokens): boolean =>
  tokens.refreshToken !== null && leftMs(ports, tokens) < renewWithinMs;
