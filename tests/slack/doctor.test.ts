import { mkdtemp } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Config, readConfig } from "../../adapters/config.ts";
import type { Diagnosis } from "../../adapters/connect/diagnose.ts";
import { diagnoseSlack } from "../../adapters/connect/diagnose-slack.ts";
import { connectSecrets } from "../../adapters/connect/secrets.ts";
import { adoptBotToken } from "../../adapters/slack/install/adopt-token.ts";
import { createSlackWorkspaces } from "../../adapters/slack/install/workspaces.ts";
import { createSlackReceiver } from "../../adapters/slack/receive/receiver.ts";
import { botScopes } from "../../adapters/slack/surface.ts";
import { slackChecks } from "../../bots/cli/doctor/check-slack.ts";
import { type CheckResult, runChecks } from "../../bots/cli/doctor/run-checks.ts";
import { slackHandler } from "../../bots/slack.ts";
import { systemClock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import { createFakeDatabase, type FakeDatabase } from "../fakes/database/database.ts";
import { startSlackPlatform } from "../slack-platform/start-slack-platform.ts";
import type { SlackPlatform, Workspace } from "../slack-platform/slack-platform.ts";
import { removeFolder } from "../support/remove-folder.ts";
import { smallCompany } from "../support/small-company.ts";

const scopes = botScopes.map(({ scope }) => scope);

describe("doctor, of Slack", () => {
  let platform: SlackPlatform;
  let database: FakeDatabase;
  let acme: Workspace;
  let server: Server;
  let publicUrl: string;
  let folder: string;
  let signingSecret: string;
  let refused: number;
  /** Stands before the bot, as a proxy might. */
  let before: Parameters<typeof createServer>[1] | null;

  beforeEach(async () => {
    platform = await startSlackPlatform({ app: { scopes } });
    database = createFakeDatabase();
    database.provision(smallCompany());
    acme = platform.workspace({ name: "Acme" });
    folder = await mkdtemp(join(tmpdir(), "expert-doctor-"));
    signingSecret = platform.app.signingSecret;
    refused = 0;
    before = null;
    const receiver = createSlackReceiver(
      {
        workspaces: { tenantOf: () => Promise.resolve(null) },
        inbox: database.inbox,
        queue: { enqueue: () => Promise.resolve() },
        clock: systemClock,
        logger: silentLogger,
        refusals: {
          record: () => {
            refused += 1;
            return Promise.resolve();
          },
        },
      },
      { signingSecrets: [platform.app.signingSecret] },
    );
    const handle = slackHandler({ slack: receiver, logger: silentLogger });
    server = createServer((request, response) => {
      if (before) before(request, response);
      else if (!handle(request, response)) response.writeHead(404).end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    publicUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await platform.close();
    await removeFolder(folder);
  });

  const settings = (change: Record<string, string> = {}): Config =>
    readConfig({
      DATA_DIR: folder,
      PUBLIC_URL: publicUrl,
      SLACK_CLIENT_ID: platform.app.clientId,
      SLACK_CLIENT_SECRET: platform.app.clientSecret,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_API_URL: platform.apiUrl,
      ...change,
    });
  const examine = async (
    config: Config = settings(),
    post?: string,
  ): Promise<Record<string, CheckResult>> => {
    // An address is found slow by this clock, however slow the machine is.
    const now = new Date();
    const slack = diagnoseSlack({
      config,
      clock: { now: () => now },
      openDatabase: () => Promise.resolve(database),
    });
    const results: Record<string, CheckResult> = {};
    const diagnosis = { slack } as Diagnosis;
    for await (const result of runChecks(slackChecks(config, post), { config, faults: [], diagnosis })) {
      results[result.name] = result;
    }
    return results;
  };
  const adopt = async (token: string, config: Config = settings()): Promise<void> => {
    const secrets = await connectSecrets(config);
    const ports = { database, secrets, clock: systemClock, logger: silentLogger };
    const workspaces = createSlackWorkspaces(ports, { apiUrl: platform.apiUrl });
    const options = { token, tenantSlug: undefined, apiUrl: platform.apiUrl };
    (await adoptBotToken({ ...ports, workspaces }, options)).stop();
  };
  const statuses = (results: Record<string, CheckResult>) =>
    Object.fromEntries(Object.entries(results).map(([name, { status }]) => [name, status]));

  it("has nothing to say where Slack is not set up", async () => {
    const config = readConfig({ DATA_DIR: folder });
    expect(statuses(await examine(config))).toEqual({ slack: "ok" });
  });

  it("finds everything in order, by the requests that Slack itself would send", async () => {
    await adopt(acme.install().botToken);
    const general = acme.channel({ name: "general", members: [{ id: acme.installation?.id ?? "" }] });
    const results = await examine(settings(), general.id);
    expect(statuses(results)).toEqual({
      // Only the address of this test is not https.
      slack: "warn",
      "slack workspaces": "ok",
      "slack events": "ok",
      "slack interactions": "ok",
      "slack commands": "ok",
      "slack test post": "ok",
    });
    expect(results["slack workspaces"]?.detail).toBe("Acme (small)");
    expect(results["slack events"]?.detail).toContain("Event Subscriptions, Request URL");
    // Each address was also sent a forged request.
    expect(refused).toBe(3);
    expect(platform.violations).toEqual([]);
    expect(platform.calls.map(({ method }) => method)).toContain("chat.postMessage");
    expect(general.messages()).toEqual([]);
  });

  it("names the missing scopes, the removed workspace and the revoked token", async () => {
    await adopt(acme.install({ scopes: scopes.filter((scope) => scope !== "files:read") }).botToken);
    const second = platform.workspace({ name: "Second" });
    await adopt(second.install().botToken);
    await second.revokeTokens();
    const [{ id } = { id: null }] = await database.tenants();
    const third = platform.workspace({ name: "Third" });
    await adopt(third.install().botToken);
    if (id)
      await database.withTenant(id, ({ installations }) =>
        installations.end("slack", third.id, "uninstalled", []),
      );

    const { "slack workspaces": found } = await examine();
    expect(found?.status).toBe("fail");
    expect(found?.detail).toBe(
      "Acme: the scopes files:read are missing; Second: The bot was removed from the Slack workspace. (token_revoked); Third: the bot was removed",
    );
    expect(found?.remedy).toContain("slack manifest");
    expect(found?.remedy).toContain("slack link");
  });

  it("tells whoever set a bot token what keeps that token, and no link", async () => {
    const { botToken } = acme.install({ scopes: scopes.filter((scope) => scope !== "files:read") });
    const alone = settings({
      SLACK_BOT_TOKEN: botToken,
      SLACK_CLIENT_ID: "",
      SLACK_CLIENT_SECRET: "",
      SLACK_SIGNING_SECRET: "",
      SLACK_APP_TOKEN: platform.app.appToken,
    });
    await adopt(botToken, alone);
    const { slack, "slack workspaces": found } = await examine(alone);
    expect(found?.remedy).toContain("`npm run expert -- slack manifest --socket --one-workspace`");
    // Nobody comes to the address from outside.
    expect(slack?.status).toBe("ok");
    await acme.revokeTokens();
    const { "slack workspaces": revoked } = await examine(alone);
    expect(revoked?.status).toBe("fail");
    expect(revoked?.remedy).not.toContain("slack link");
  });

  it("says how to begin where there is no workspace yet", async () => {
    const { "slack workspaces": found } = await examine();
    expect(found).toMatchObject({ status: "warn", detail: "the bot is in no workspace yet" });
  });

  it.each([
    ["another signing secret", { status: "fail", remedy: expect.stringContaining("SLACK_SIGNING_SECRET") }],
    ["a redirect", { status: "fail", detail: expect.stringContaining("answers 302") }],
    ["another program", { status: "fail", detail: expect.stringContaining("it is not The Expert") }],
    ["a proxy that echoes", { status: "fail", detail: expect.stringContaining("has not signed") }],
    ["nobody", { status: "fail", detail: expect.stringContaining("nothing answers") }],
  ] as const)("finds %s at the addresses", async (what, finding) => {
    if (what === "another signing secret") signingSecret = "another";
    if (what === "a redirect")
      before = (_request, response) => response.writeHead(302, { location: "/" }).end();
    if (what === "another program") before = (_request, response) => response.writeHead(200).end("hello");
    if (what === "a proxy that echoes") before = (request, response) => void request.pipe(response);
    if (what === "nobody") {
      server.closeAllConnections();
      server.close();
    }
    const results = await examine();
    for (const name of ["slack events", "slack interactions", "slack commands"]) {
      expect(results[name]).toMatchObject(finding);
    }
  });

  it("opens a socket for Socket Mode instead, and says which token is wrong", async () => {
    const socket = { SLACK_TRANSPORT: "socket", SLACK_APP_TOKEN: platform.app.appToken };
    expect(statuses(await examine(settings(socket)))).toMatchObject({ "slack socket": "ok" });
    const results = await examine(settings({ ...socket, SLACK_APP_TOKEN: "xapp-unknown" }));
    expect(results["slack socket"]).toMatchObject({
      status: "fail",
      remedy: expect.stringContaining("connections:write") as unknown,
    });
    expect(Object.keys(results)).not.toContain("slack events");
  });

  it("says why a test message could not be posted", async () => {
    await adopt(acme.install().botToken);
    const closed = acme.channel({ name: "closed", private: true });
    const { "slack test post": found } = await examine(settings(), closed.id);
    expect(found).toMatchObject({
      status: "fail",
      remedy: "Invite the bot there: /invite @The Expert.",
    });
  });
});
