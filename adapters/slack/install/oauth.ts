import { createHmac } from "node:crypto";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { type Installation as SlackInstallation, InstallProvider } from "@slack/oauth";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import { ExpertError, isExpertError } from "../../../core/errors.ts";
import type { InstallFlow, InstallOutcome } from "../../../core/identity/install-flow.ts";
import { canInstall } from "../../../core/identity/policy.ts";
import type { Logger } from "../../../core/logger.ts";
import { quietSlackLogger } from "../client/slack-client.ts";
import { botScopes, slackPaths } from "../surface.ts";
import { installFailure } from "./install-failure.ts";
import { installLink, type InstallTicket, readTicket } from "./install-ticket.ts";
import { type NewInstallation, saveInstallation, type SavePorts } from "./save-installation.ts";
import type { BotTokens } from "./sealed-tokens.ts";

export interface InstallPorts extends SavePorts {
  readonly database: Pick<Database, "withTenant" | "tenantOfWorkspace">;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface InstallOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Address of the Web API; the pages of the same Slack stand beside it. */
  readonly apiUrl: string;
  /** Where people reach this server, without a slash at the end. */
  readonly publicUrl: string;
  /** Signs the links and what comes back. */
  readonly secret: string;
}

const callTimeoutMs = 10_000;

/** "Add to Slack" for workspaces and whole organisations, by OAuth v2. */
export function createSlackInstallFlow(ports: InstallPorts, options: InstallOptions): InstallFlow {
  const { clock, logger } = ports;
  const { clientId, clientSecret, apiUrl, publicUrl, secret } = options;
  const provider = new InstallProvider({
    clientId,
    clientSecret,
    authorizationUrl: new URL("/oauth/v2/authorize", apiUrl).href,
    stateSecret: createHmac("sha256", secret).update("slack oauth state").digest("hex"),
    directInstall: true,
    logger: quietSlackLogger,
    clientOptions: {
      slackApiUrl: apiUrl,
      timeout: callTimeoutMs,
      // A code is exchanged once.
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    },
    installationStore: {
      storeInstallation: (installation) => keepInstallation(ports, secret, installation),
      fetchInstallation: () => Promise.reject(new TypeError("installations are read from the database")),
    },
  });
  const redirectUri = `${publicUrl}${slackPaths.oauthRedirect}`;
  const scopes = botScopes.map(({ scope }) => scope);

  return {
    link: (tenant, installer) => installLink({ publicUrl, secret, now: clock.now() }, tenant, installer),
    async begin(text) {
      const ticket = readTicket(secret, text);
      if (!ticket || ticket.expiresAt <= clock.now() || !(await mayInstall(ports, ticket)))
        throw expiredLink();
      const { request, response } = exchangeOf(slackPaths.install, undefined);
      await provider.handleInstallPath(request, response, undefined, { scopes, redirectUri, metadata: text });
      return { location: String(response.getHeader("location")), cookies: cookiesOf(response) };
    },
    async finish({ url, cookie }) {
      const { request, response } = exchangeOf(url, cookie);
      let outcome: InstallOutcome = { kind: "failed", reason: "unavailable", detail: null };
      const refusedBy = new URL(url, publicUrl).searchParams.get("error");
      await provider.handleCallback(request, response, {
        success: (installation) => {
          outcome = {
            kind: "installed",
            workspaceName: installation.team?.name ?? installation.enterprise?.name ?? "Slack",
            openUrl: openUrl(apiUrl, installation),
          };
        },
        failure: (error) => {
          outcome = installFailure(error, refusedBy);
          logger.warn("adding Slack to a company failed", { ...outcome, error });
        },
      });
      return { outcome, cookies: cookiesOf(response) };
    },
  };
}

const expiredLink = (): ExpertError =>
  new ExpertError("unauthenticated", "This link to add The Expert to Slack does not work any more.", {
    remedy: "Ask an admin for a new one: `npm run expert -- slack link`.",
  });

/** Whoever made the link is still an admin; one from the terminal is as good as its hour. */
async function mayInstall(
  { database }: InstallPorts,
  { tenantId, installer }: InstallTicket,
): Promise<boolean> {
  if (installer === null) return true;
  const member = await database.withTenant(tenantId, ({ members }) => members.member(installer));
  return member !== null && canInstall(member);
}

/** The library speaks in Node's messages; these belong to no connection. */
function exchangeOf(
  url: string,
  cookie: string | undefined,
): { request: IncomingMessage; response: ServerResponse } {
  const request = new IncomingMessage(new Socket());
  request.method = "GET";
  request.url = url;
  request.headers = { host: "localhost", ...(cookie === undefined ? {} : { cookie }) };
  return { request, response: new ServerResponse(request) };
}

/** The cookie that binds the state to this browser comes back with the redirect from Slack's page, and with no form. */
const cookiesOf = (response: ServerResponse): string[] =>
  [response.getHeader("set-cookie") ?? []].flat().map((line) => `${String(line)}; SameSite=Lax`);

type AnyInstallation = SlackInstallation;

async function keepInstallation(
  ports: InstallPorts,
  secret: string,
  installation: AnyInstallation,
): Promise<void> {
  const ticket = readTicket(secret, String(installation.metadata));
  if (!ticket || !(await mayInstall(ports, ticket))) throw expiredLink();
  const { tenantId, installer } = ticket;
  const found = { ...readInstallation(installation), installedBy: installer };
  try {
    await saveInstallation(ports, tenantId, found, readTokens(installation), "oauth");
  } catch (error) {
    if (isExpertError(error, "conflict")) await recordConflict(ports, ticket, found);
    throw error;
  }
}

function readInstallation(given: AnyInstallation): Omit<NewInstallation, "installedBy"> {
  const organisationWide = given.isEnterpriseInstall === true;
  const place = organisationWide ? given.enterprise : given.team;
  if (!place || !given.bot) {
    throw new ExpertError("channel_refused", "Slack has not said what the bot was added to.");
  }
  return {
    workspaceId: place.id,
    workspaceName: place.name ?? place.id,
    organisationId: given.enterprise?.id ?? null,
    organisationWide,
    appId: given.appId ?? null,
    botUserId: given.bot.userId,
    scopes: given.bot.scopes,
  };
}

function readTokens({ bot }: AnyInstallation): BotTokens {
  const { token = "", refreshToken = null, expiresAt } = bot ?? {};
  // In seconds since 1970.
  return {
    botToken: token,
    refreshToken,
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt * 1_000),
  };
}

const recordConflict = (
  { database }: InstallPorts,
  { tenantId, installer }: InstallTicket,
  { workspaceId, workspaceName }: Omit<NewInstallation, "installedBy">,
): Promise<void> =>
  database.withTenant(tenantId, ({ audit }) =>
    audit.append([
      {
        event: "channel.installed",
        status: "denied",
        userId: installer,
        resourceType: "installation",
        metadata: { channel: "slack", workspaceId, workspaceName, reason: "belongs to another company" },
      },
    ]),
  );

/** Slack's page that opens the app in the workspace, or lets the person choose one of the organisation. */
function openUrl(apiUrl: string, { appId, team }: AnyInstallation): string | null {
  if (appId === undefined) return null;
  const url = new URL("/app_redirect", apiUrl);
  url.searchParams.set("app", appId);
  if (team) url.searchParams.set("team", team.id);
  return url.href;
}
