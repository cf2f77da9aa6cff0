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
const patienceMs = leaseMs + 5_000;

/** Slack's answers after which the refresh token never works again. */
const spent = new Set(["invalid_refresh_token", "token_revoked", "account_inactive", "invalid_auth"]);

const renewedSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
});

/**
 * The tokens of an active installation, exchanged where they expire soon and sealed anew where a newer key is there.
 * Of several processes that find this at once, one does it and the others wait for the outcome: a refresh token works
 * once. Throws `channel_refused` where Slack has ended the installation, which is then recorded, and
 * `channel_unavailable` where the tokens have expired and Slack cannot be reached.
 */
export async function freshTokens(
  ports: TokenPorts,
  tenant: TenantId,
  installation: Installation,
): Promise<BotTokens> {
  const { workspaceId } = installation;
  let sealed = activeTokens(installation);
  let tokens = openTokens(ports.secrets, workspaceId, sealed);
  for (let waitedMs = 0; isDue(ports, tokens, sealed); waitedMs += lookAgainMs) {
    const held = await ports.database.withTenant(tenant, ({ installations }) =>
      installations.beginRefresh("slack", workspaceId, leaseMs),
    );
    if (held) return await renewHeld(ports, tenant, workspaceId);
    if (waitedMs >= patienceMs) break;
    await pause(lookAgainMs);
    sealed = activeTokens(await findAgain(ports, tenant, workspaceId));
    tokens = openTokens(ports.secrets, workspaceId, sealed);
  }
  return tokens;
}

/** Does what is due, unless somebody did it before the hold began. */
async function renewHeld(ports: TokenPorts, tenant: TenantId, workspaceId: string): Promise<BotTokens> {
  const { secrets } = ports;
  const installation = await findAgain(ports, tenant, workspaceId);
  const sealed = activeTokens(installation);
  const tokens = openTokens(secrets, workspaceId, sealed);
  const keep = async (kept: BotTokens, text: string): Promise<BotTokens> => {
    await ports.database.withTenant(tenant, ({ installations }) =>
      installations.refreshed("slack", workspaceId, text, kept.expiresAt),
    );
    return kept;
  };
  if (!expiresSoon(ports, tokens)) {
    return await keep(tokens, secrets.isCurrent(sealed) ? sealed : sealTokens(secrets, workspaceId, tokens));
  }
  try {
    const renewed = await exchange(ports, tokens);
    return await keep(renewed, sealTokens(secrets, workspaceId, renewed));
  } catch (error) {
    if (spent.has(slackErrorCode(error) ?? "")) {
      await recordEnd(ports, tenant, installation, error);
      throw installationEnded(installation, error);
    }
    // The hold stays until its end: another try at once would fail as this one did.
    const { expiresAt } = tokens;
    ports.logger.error("the token of a Slack workspace could not be renewed", {
      workspaceId,
      expiresAt,
      error,
    });
    if (expiresAt !== null && expiresAt > ports.clock.now()) return tokens;
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

function activeTokens(installation: Installation): string {
  if (installation.state === "active" && installation.sealedTokens !== null) return installation.sealedTokens;
  throw installationEnded(installation);
}

const expiresSoon = ({ clock }: TokenPorts, { expiresAt, refreshToken }: BotTokens): boolean =>
  expiresAt !== null && refreshToken !== null && expiresAt.getTime() - clock.now().getTime() < renewWithinMs;

const isDue = (ports: TokenPorts, tokens: BotTokens, sealed: string): boolean =>
  expiresSoon(ports, tokens) || !ports.secrets.isCurrent(sealed);
