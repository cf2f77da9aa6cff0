import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createSecretBox } from "../../adapters/encryption/secret-box.ts";
import { adoptBotToken } from "../../adapters/slack/install/adopt-token.ts";
import { endInstallation } from "../../adapters/slack/install/end-installation.ts";
import { createSlackWorkspaces } from "../../adapters/slack/install/workspaces.ts";
import type { SlackWorkspaces } from "../../adapters/slack/workspaces.ts";
import { type LogFacts, silentLogger } from "../../core/logger.ts";
import { createFakeDatabase, type FakeDatabase } from "../fakes/database/database.ts";
import type { SampleCompany } from "../support/sample-work.ts";
import { until } from "../support/sample-work.ts";
import { startSlackPlatform } from "../slack-platform/start-slack-platform.ts";
import type { SlackPlatform, Workspace } from "../slack-platform/slack-platform.ts";
import { smallCompany } from "../support/small-company.ts";

const secrets = createSecretBox([{ id: "one", key: randomBytes(32) }]);
let platform: SlackPlatform;
let database: FakeDatabase;
let company: SampleCompany;
let workspaces: SlackWorkspaces;
let acme: Workspace;
let logged: (readonly [string, LogFacts | undefined])[];
const logger = {
  ...silentLogger,
  warn: (message: string, facts?: LogFacts) => void logged.push([message, facts]),
  error: (message: string, facts?: LogFacts) => void logged.push([message, facts]),
};

beforeEach(async () => {
  platform = await startSlackPlatform();
  database = createFakeDatabase();
  company = database.provision(smallCompany());
  logged = [];
  const clock = { now: () => new Date() };
  workspaces = createSlackWorkspaces({ database, secrets, clock, logger }, { apiUrl: platform.apiUrl });
  acme = platform.workspace({ name: "Acme" });
});
afterEach(() => platform.close());

const adopt = (token: string, tenantSlug?: string, retryMs = 10) =>
  adoptBotToken(
    { database, secrets, workspaces, logger },
    { token, tenantSlug, apiUrl: platform.apiUrl, retryMs },
  );
const stored = async (workspace = acme.id) =>
  database.withTenant(company.tenantId, ({ installations }) => installations.find("slack", workspace));
const audited = (tenant = company.tenantId) =>
  database.tables(tenant).audit.map(({ event: { event, metadata } }) => ({ event, ...metadata }));

describe("the end of an installation", () => {
  const end = (how: "tokens_revoked" | "app_uninstalled", organisationId: string | null = null) =>
    endInstallation({ database, workspaces, logger, settleMs: 10 }, company.tenantId, {
      teamId: acme.id,
      organisationId,
      how,
    });
  beforeEach(async () => {
    (await adopt(acme.install().botToken)).stop();
    await workspaces.bot(company.tenantId, acme.id);
  });

  it("forgets the tokens at once, and is audited once however often and in whatever order it is told", async () => {
    await acme.uninstall();
    await end("tokens_revoked");
    await end("app_uninstalled");
    await end("tokens_revoked");

    expect(await stored()).toMatchObject({ state: "revoked", sealedTokens: null });
    await expect(workspaces.bot(company.tenantId, acme.id)).rejects.toMatchObject({
      code: "channel_refused",
      facts: { workspaceId: acme.id },
    });
    // What comes late is still known to be the company's.
    expect(await workspaces.tenantOf(acme.id, null)).toBe(company.tenantId);
    expect(audited().slice(1)).toEqual([
      { event: "channel.uninstalled", channel: "slack", workspaceId: acme.id, how: "tokens_revoked" },
    ]);
  });

  it("is told apart from what was removed and added again before the event came", async () => {
    await acme.uninstall();
    (await adopt(acme.install().botToken)).stop();
    await end("app_uninstalled");
    expect((await stored())?.state).toBe("active");
    expect((await workspaces.bot(company.tenantId, acme.id)).client.token).toBe(acme.installation?.botToken);
  });

  it("is followed by a new beginning where the bot is added again", async () => {
    await acme.uninstall();
    await end("app_uninstalled");
    expect((await stored())?.state).toBe("uninstalled");
    (await adopt(acme.install().botToken)).stop();
    expect((await stored())?.state).toBe("active");
    const bot = await workspaces.bot(company.tenantId, acme.id);
    expect((await bot.client.auth.test()).ok).toBe(true);
    expect(audited().map(({ event }) => event)).toEqual([
      "channel.installed",
      "channel.uninstalled",
      "channel.installed",
    ]);
  });

  it("waits where Slack cannot be asked", async () => {
    await acme.revokeTokens();
    platform.fail({ method: "auth.test", how: "http-500" });
    await expect(end("tokens_revoked")).rejects.toMatchObject({ code: "channel_unavailable" });
    expect((await stored())?.state).toBe("active");
    await end("tokens_revoked");
    expect((await stored())?.state).toBe("revoked");
  });
});

describe("an organisation's installation", () => {
  it("ends for all of its workspaces", async () => {
    const grid = platform.organisation({ name: "Grid" });
    const inside = platform.workspace({ name: "Inside", organisation: grid });
    (await adopt(grid.install().botToken)).stop();
    expect(await stored(grid.id)).toMatchObject({ organisationWide: true, workspaceName: "Grid" });
    expect((await workspaces.bot(company.tenantId, inside.id, grid.id)).workspaceId).toBe(grid.id);

    await inside.uninstall();
    await endInstallation({ database, workspaces, logger, settleMs: 10 }, company.tenantId, {
      teamId: inside.id,
      organisationId: grid.id,
      how: "app_uninstalled",
    });
    expect((await stored(grid.id))?.state).toBe("uninstalled");
    await expect(workspaces.bot(company.tenantId, inside.id, grid.id)).rejects.toMatchObject({
      code: "channel_refused",
    });
  });
});

describe("the workspace of a configured bot token", () => {
  it("becomes the only company's, once: a restart changes and records nothing", async () => {
    const { botToken, botUserId, scopes } = acme.install();
    (await adopt(botToken)).stop();
    (await adopt(botToken)).stop();
    expect(await stored()).toMatchObject({ workspaceName: "Acme", botUserId, scopes, installedBy: null });
    expect(audited()).toEqual([
      expect.objectContaining({ event: "channel.installed", workspaceId: acme.id, by: "token" }),
    ]);
    const wider = acme.install({ scopes: [...scopes, "mpim:read"] });
    (await adopt(wider.botToken)).stop();
    expect((await stored())?.scopes).toContain("mpim:read");
    expect(logged).toEqual([]);
  });

  it("is the company's that SLACK_TENANT names, and nobody's where that is not clear", async () => {
    const second = database.provision(smallCompany("second"));
    const { botToken } = acme.install();
    await expect(adopt(botToken)).rejects.toMatchObject({
      code: "configuration_invalid",
      remedy: expect.stringMatching(/SLACK_TENANT to one of: small, second/) as unknown,
    });
    await expect(adopt(botToken, "third")).rejects.toMatchObject({ code: "configuration_invalid" });
    (await adopt(botToken, "second")).stop();
    expect(await database.tenantOfWorkspace("slack", acme.id)).toBe(second.tenantId);
    await expect(adopt(botToken, "small")).rejects.toMatchObject({
      code: "configuration_invalid",
      message: expect.stringContaining("belongs to another company") as unknown,
    });
    // It stays where it is, also without the setting.
    (await adopt(botToken)).stop();
    expect(audited(second.tenantId)).toHaveLength(1);
  });

  it("is taken in later where Slack is away at the start", async () => {
    const { botToken } = acme.install();
    platform.fail({ method: "auth.test", how: "close-connection" });
    const adopting = await adopt(botToken);
    expect(await stored()).toBeNull();
    expect(logged.map(([message]) => message)).toEqual([
      "the workspace of SLACK_BOT_TOKEN is not known yet; trying again",
    ]);
    await until("the workspace is taken in", async () => (await stored()) !== null);
    adopting.stop();
  });

  it("keeps nothing from starting where Slack refuses the token", async () => {
    (await adopt("xoxb-unknown")).stop();
    expect(logged.map(([message]) => message)).toEqual([
      "Slack refuses SLACK_BOT_TOKEN: the bot is silent there",
    ]);
    expect(await stored()).toBeNull();
  });
});
