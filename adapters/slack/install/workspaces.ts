import type { WebClient } from "@slack/web-api";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { Installation, InstallationStore } from "../../../core/identity/installation.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { Logger } from "../../../core/logger.ts";
import type { SecretBox } from "../../../core/secrets/secret-box.ts";
import { createSlackClient } from "../client/slack-client.ts";
import type { SlackBot, SlackWorkspaces } from "../workspaces.ts";
import { freshTokens, type TokenPorts } from "./fresh-tokens.ts";
import { installationEnded } from "./installation-ended.ts";

export interface WorkspacePorts {
  readonly database: Pick<Database, "withTenant" | "tenantOfWorkspace">;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface WorkspaceOptions {
  readonly apiUrl: string;
  /** For renewing tokens that expire. */
  readonly clientId?: string;
  readonly clientSecret?: string;
}

const rememberMs = 60_000;
/** For so long at most, what comes from a workspace that was given to another company is still the first one's. */
const rememberOwnerMs = 5_000;
/** A workspace that is added is known within this time in processes that were asked about it before. */
const rememberNobodyMs = 3_000;
const workspacesRemembered = 5_000;

interface Remembered {
  readonly bot: Promise<SlackBot>;
  /** Every workspace and organisation whose change makes it void. */
  readonly about: Set<string>;
}

/** The installations of all tenants, with clients that hold a valid token. */
export function createSlackWorkspaces(
  ports: WorkspacePorts,
  { apiUrl, clientId, clientSecret }: WorkspaceOptions,
): SlackWorkspaces {
  const { database, clock } = ports;
  const perf = { now: () => clock.now().getTime() };
  const cache = { max: workspacesRemembered, ttl: rememberMs, ttlResolution: 0, perf };
  const tenants = new LRUCache<string, { readonly tenant: Promise<TenantId | null> }>({
    ...cache,
    ttl: rememberOwnerMs,
  });
  const bots = new LRUCache<string, Remembered>(cache);
  const clients = new LRUCache<string, { readonly token: string; readonly client: WebClient }>({
    max: workspacesRemembered,
  });
  /** Which organisation a workspace was last seen in. */
  const organisations = new LRUCache<string, string>({ max: workspacesRemembered });
  const tokenPorts: TokenPorts = {
    ...ports,
    slack: createSlackClient({ token: null, apiUrl }),
    app: clientId === undefined || clientSecret === undefined ? null : { clientId, clientSecret },
  };

  function ownerOf(workspaceId: string): Promise<TenantId | null> {
    const known = tenants.get(workspaceId);
    if (known) return known.tenant;
    const tenant = database.tenantOfWorkspace("slack", workspaceId);
    const entry = { tenant };
    tenants.set(workspaceId, entry);
    const drop = (): void => {
      if (tenants.peek(workspaceId) === entry) tenants.delete(workspaceId);
    };
    tenant.then((owner) => {
      if (owner === null && tenants.peek(workspaceId) === entry) {
        tenants.set(workspaceId, entry, { ttl: rememberNobodyMs });
      }
    }, drop);
    return tenant;
  }

  /** One client per installation and token: making one is not cheap. */
  function clientOf(workspaceId: string, token: string): WebClient {
    const known = clients.get(workspaceId);
    if (known?.token === token) return known.client;
    const client = createSlackClient({ token, apiUrl });
    clients.set(workspaceId, { token, client });
    return client;
  }

  async function load(
    tenant: TenantId,
    workspaceId: string,
    organisationId: string | null,
    about: Set<string>,
  ): Promise<SlackBot> {
    const installation = await database.withTenant(tenant, ({ installations }) =>
      findInstallation(installations, workspaceId, organisationId),
    );
    about.add(installation.workspaceId);
    const { botToken } = await freshTokens(tokenPorts, tenant, installation);
    return {
      tenantId: tenant,
      workspaceId: installation.workspaceId,
      botUserId: installation.botUserId,
      client: clientOf(installation.workspaceId, botToken),
    };
  }

  return {
    async tenantOf(teamId, organisationId) {
      if (organisationId !== null) organisations.set(teamId, organisationId);
      const tenant = await ownerOf(teamId);
      return tenant ?? (organisationId === null ? null : await ownerOf(organisationId));
    },
    bot(tenant, workspaceId, organisationId = organisations.get(workspaceId) ?? null) {
      const key = `${tenant} ${workspaceId}`;
      const known = bots.get(key);
      if (known) return known.bot;
      const about = new Set([workspaceId]);
      const entry = { about, bot: load(tenant, workspaceId, organisationId, about) };
      bots.set(key, entry);
      entry.bot.catch(() => {
        if (bots.peek(key) === entry) bots.delete(key);
      });
      return entry.bot;
    },
    forget(workspaceId) {
      tenants.delete(workspaceId);
      for (const [key, { about }] of bots.entries()) if (about.has(workspaceId)) bots.delete(key);
    },
  };
}

/** The workspace's own active installation, else the one of its organisation. */
async function findInstallation(
  installations: InstallationStore,
  workspaceId: string,
  organisationId: string | null,
): Promise<Installation> {
  const own = await installations.find("slack", workspaceId);
  if (own?.state === "active") return own;
  const shared = await sharedInstallation(installations, organisationId ?? own?.organisationId ?? null);
  if (shared?.state === "active") return shared;
  const ended = own ?? shared;
  if (ended) throw installationEnded(ended);
  throw new ExpertError("channel_refused", "The Expert is not installed in this Slack workspace.", {
    remedy: "Let an admin add it: `npm run expert -- slack link`.",
    facts: { workspaceId },
  });
}

async function sharedInstallation(
  installations: InstallationStore,
  organisationId: string | null,
): Promise<Installation | null> {
  if (organisationId !== null) {
    const found = await installations.find("slack", organisationId);
    return found?.organisationWide === true ? found : null;
  }
  // Of a workspace that has told nothing since this process began, the organisation is known where there is but one.
  const [only, ...more] = (await installations.list()).filter(
    ({ channel, organisationWide }) => channel === "slack" && organisationWide,
  );
  return more.length === 0 ? (only ?? null) : null;
}
