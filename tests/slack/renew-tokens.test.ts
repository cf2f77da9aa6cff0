import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createSecretBox } from "../../adapters/encryption/secret-box.ts";
import { createDatabase } from "../../adapters/postgres/database.ts";
import { createPool } from "../../adapters/postgres/pool.ts";
import { provisionCompany } from "../../adapters/postgres/provision.ts";
import { createSlackClient } from "../../adapters/slack/client/slack-client.ts";
import { saveInstallation } from "../../adapters/slack/install/save-installation.ts";
import { createSlackWorkspaces } from "../../adapters/slack/install/workspaces.ts";
import type { SlackWorkspaces } from "../../adapters/slack/workspaces.ts";
import type { Database } from "../../core/database.ts";
import type { TenantId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { startSlackPlatform } from "../slack-platform/start-slack-platform.ts";
import type { SlackPlatform, Workspace } from "../slack-platform/slack-platform.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { smallCompany } from "../support/small-company.ts";

type StoredDatabase = ReturnType<typeof createDatabase>;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** So little is left that a process waits for another's exchange for as long as that may take. */
const nearTheirEnd = 12 * hourMs - minuteMs / 2;

describe("tokens that expire", () => {
  let server: TestDatabase;
  let pools: readonly ReturnType<typeof createPool>[];
  let databases: readonly [StoredDatabase, StoredDatabase];
  let tenant: TenantId;
  let platform: SlackPlatform;
  let acme: Workspace;
  /** Two processes, each with its own memory and connections. */
  let processes: readonly [SlackWorkspaces, SlackWorkspaces];
  let time: number;
  const clock = { now: () => new Date(time) };
  const secrets = createSecretBox([{ id: "one", key: randomBytes(32) }]);

  beforeAll(async () => {
    server = await testDatabase();
    pools = [createPool(server.appUrl, 4, silentLogger), createPool(server.appUrl, 4, silentLogger)];
    const [one, two] = pools.map((pool) => createDatabase(pool));
    if (!one || !two) throw new Error("two databases");
    databases = [one, two];
    tenant = (await provisionCompany(server.ownerUrl, smallCompany(), { localAccounts: true })).tenantId;
  }, 180_000);
  afterAll(async () => {
    await Promise.all(databases.map((database) => database.close()));
    await Promise.all(pools.map((pool) => pool.end()));
    await server.close();
  });

  const processOn = (database: Database, app: { clientId?: string; clientSecret?: string } = platform.app) =>
    createSlackWorkspaces(
      { database, secrets, clock, logger: silentLogger },
      {
        apiUrl: platform.apiUrl,
        ...(app.clientId === undefined ? {} : { clientId: app.clientId }),
        ...(app.clientSecret === undefined ? {} : { clientSecret: app.clientSecret }),
      },
    );

  beforeEach(async () => {
    time = Date.now();
    platform = await startSlackPlatform({ clock, app: { tokenRotation: true } });
    acme = platform.workspace({ name: "Acme" });
    const installed = acme.install();
    processes = [processOn(databases[0]), processOn(databases[1])];
    await saveInstallation(
      { database: databases[0], secrets, workspaces: processes[0] },
      tenant,
      {
        workspaceId: acme.id,
        workspaceName: acme.name,
        organisationId: null,
        organisationWide: false,
        appId: installed.appId,
        botUserId: installed.botUserId,
        scopes: installed.scopes,
        installedBy: null,
      },
      {
        botToken: installed.botToken,
        refreshToken: installed.refreshToken ?? null,
        expiresAt: installed.expiresAt ?? null,
      },
      "oauth",
    );
  });
  afterEach(() => platform.close());

  const tokenOf = async (one: SlackWorkspaces): Promise<string | undefined> =>
    (await one.bot(tenant, acme.id)).client.token;
  const exchanges = () => platform.calls.filter(({ method }) => method === "oauth.v2.access");
  const stored = async () =>
    databases[0].withTenant(tenant, ({ installations }) => installations.find("slack", acme.id));

  it("are used as they are until half an hour before their end", async () => {
    const first = acme.installation?.botToken;
    time += 12 * hourMs - 31 * minuteMs;
    expect(await tokenOf(processes[0])).toBe(first);
    expect(exchanges()).toEqual([]);

    time += 2 * minuteMs;
    const second = await tokenOf(processes[0]);
    expect(second).not.toBe(first);
    expect(second).toBe(acme.installation?.botToken);
    expect(exchanges()).toHaveLength(1);
    expect((await stored())?.tokensExpireAt?.getTime()).toBeGreaterThan(time + 11 * hourMs);

    // And on, with the refresh token that came with them.
    time += 11 * hourMs + 45 * minuteMs;
    const third = await tokenOf(processes[0]);
    expect(third).not.toBe(second);
    expect((await processes[0].bot(tenant, acme.id)).client).toBe(
      (await processes[0].bot(tenant, acme.id)).client,
    );
    expect(exchanges().map(({ error }) => error)).toEqual([undefined, undefined]);
  });

  it("are exchanged once by two processes that ask at the same time, many times over", async () => {
    for (let round = 1; round <= 4; round++) {
      time += nearTheirEnd;
      platform.fail({ method: "oauth.v2.access", how: "delay", delayMs: 150 });
      const fresh = [processOn(databases[0]), processOn(databases[1]), ...processes];
      const tokens = await Promise.all(fresh.map(tokenOf));
      expect(new Set(tokens)).toEqual(new Set([acme.installation?.botToken]));
      expect(exchanges()).toHaveLength(round);
    }
    expect(platform.violations).toEqual([]);
  });

  it("go on being used where Slack is away, as long as they last", async () => {
    const first = acme.installation?.botToken;
    time += 11 * hourMs + 45 * minuteMs;
    platform.fail({ method: "oauth.v2.access", how: "http-500" });
    expect(await tokenOf(processes[0])).toBe(first);

    // Past their end and the failed process's hold, the exchange is tried again, and now matters.
    await expireHold();
    time += 20 * minuteMs;
    platform.fail({ method: "oauth.v2.access", how: "close-connection" });
    await expect(tokenOf(processes[0])).rejects.toMatchObject({ code: "channel_unavailable" });
    await expireHold();
    expect(await tokenOf(processes[0])).toBe(acme.installation?.botToken);
    expect((await stored())?.state).toBe("active");
  });

  it("end the installation where Slack renews them no more, once and audited", async () => {
    const before = await channelEvents();
    time += nearTheirEnd;
    await spend(acme.installation?.refreshToken ?? "");
    const outcomes = await Promise.allSettled(processes.map(tokenOf));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "channel_refused" } });
    }
    expect(await stored()).toMatchObject({ state: "revoked", sealedTokens: null });
    expect((await channelEvents()).slice(before.length)).toEqual([
      "channel.uninstalled invalid_refresh_token",
    ]);
    await expect(tokenOf(processes[0])).rejects.toMatchObject({ code: "channel_refused" });
    expect(exchanges().map(({ error }) => error)).toEqual([undefined, "invalid_refresh_token"]);
  });

  it("blame the settings, and keep the installation, where Slack refuses the app", async () => {
    const wrong = processOn(databases[0], { ...platform.app, clientSecret: "wrong" });
    time += 13 * hourMs;
    await expect(tokenOf(wrong)).rejects.toMatchObject({
      code: "channel_unavailable",
      remedy: expect.stringContaining("SLACK_CLIENT_SECRET") as unknown,
    });
    await expireHold();
    const none = processOn(databases[0], {});
    await expect(tokenOf(none)).rejects.toMatchObject({ code: "channel_unavailable" });
    expect((await stored())?.state).toBe("active");
    await expireHold();
    expect(await tokenOf(processes[1])).toBe(acme.installation?.botToken);
  });

  /** Somebody else uses the refresh token. */
  async function spend(refreshToken: string): Promise<void> {
    const { clientId, clientSecret } = platform.app;
    await createSlackClient({ token: null, apiUrl: platform.apiUrl }).oauth.v2.access({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    });
  }

  /** The hold ends by the database's clock, which no test can set. */
  async function expireHold(): Promise<void> {
    await databases[0].releaseHolds();
  }

  const channelEvents = async (): Promise<readonly string[]> => {
    const { items } = await databases[0].withTenant(tenant, ({ audit }) =>
      audit.list({ cursor: null, limit: 100 }),
    );
    return items
      .filter(({ event }) => event === "channel.uninstalled")
      .map(({ event, metadata }) => `${event} ${String(metadata?.["how"])}`);
  };
});
