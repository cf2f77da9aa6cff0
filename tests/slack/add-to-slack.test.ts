import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createSecretBox } from "../../adapters/encryption/secret-box.ts";
import { createSlackInstallFlow } from "../../adapters/slack/install/oauth.ts";
import { createSlackWorkspaces } from "../../adapters/slack/install/workspaces.ts";
import { botScopes } from "../../adapters/slack/surface.ts";
import { listen } from "../../bots/http/listen.ts";
import type { InstallFlow, InstallLink } from "../../core/identity/install-flow.ts";
import type { TenantId, UserId } from "../../core/ids.ts";
import type { SlackWorkspaces } from "../../adapters/slack/workspaces.ts";
import { startSlackPlatform } from "../slack-platform/start-slack-platform.ts";
import type {
  Person,
  SlackPlatform,
  SlackPlatformOptions,
  Workspace,
} from "../slack-platform/slack-platform.ts";
import { benchSecret, httpBench, type HttpBench } from "../support/http-bench.ts";
import { smallCompany } from "../support/small-company.ts";
import express from "express";
import { slackInstall } from "../../bots/slack-install.ts";

const hourMs = 60 * 60_000;

describe("adding the bot to Slack", () => {
  let platform: SlackPlatform;
  let bench: HttpBench;
  let flow: InstallFlow;
  let workspaces: SlackWorkspaces;
  let front: { url: string; close(): Promise<void> };
  let acme: Workspace;
  let ann: Person;
  let now: () => Date;

  const start = async (options: SlackPlatformOptions = {}): Promise<void> => {
    platform = await startSlackPlatform(options);
    bench = await httpBench();
    now = () => new Date();
    const ports = {
      database: bench.database,
      secrets: createSecretBox([{ id: "one", key: randomBytes(32) }]),
      clock: { now: () => now() },
      logger: bench.ports.logger,
    };
    const { clientId, clientSecret } = platform.app;
    const apiUrl = platform.apiUrl;
    workspaces = createSlackWorkspaces(ports, { apiUrl, clientId, clientSecret });
    // The address stands in the links, so that the server has to be there first.
    const app = express();
    front = await listen(app, { host: "127.0.0.1", port: 0 });
    const options_ = { clientId, clientSecret, apiUrl, publicUrl: front.url, secret: benchSecret };
    flow = createSlackInstallFlow({ ...ports, workspaces }, options_);
    app.use(slackInstall(flow));
    acme = platform.workspace({ name: "Acme & Söhne <GmbH>" });
    ann = acme.person({ name: "Ann Lee", email: "ann@acme.example" });
  };
  beforeEach(() => start());
  afterEach(async () => {
    await front.close();
    await bench.close();
    await platform.close();
  });

  const admin = (): UserId => userOf("ada");
  const userOf = (name: string): UserId => {
    const found = [...bench.database.tables(bench.company.tenantId).members.values()].find(({ email }) =>
      email.startsWith(name),
    );
    if (!found) throw new Error(`there is no ${name}`);
    return found.id;
  };
  const link = (tenant: TenantId = bench.company.tenantId): InstallLink => flow.link(tenant, null);
  const stored = () =>
    bench.database.withTenant(bench.company.tenantId, ({ installations }) => installations.list());
  const audited = (tenant: TenantId = bench.company.tenantId) =>
    bench.database.tables(tenant).audit.map(({ event: { event, status, userId, metadata } }) => ({
      event,
      status,
      userId,
      ...metadata,
    }));

  it("stores the workspace for the link's company, tells the admin, and can speak there at once", async () => {
    const page = await ann.addToSlack(flow.link(bench.company.tenantId, admin()).url);

    expect(page.status).toBe(200);
    expect(page.text).toContain("The Expert is now in Acme &amp; Söhne &lt;GmbH&gt;.");
    expect(page.text).toContain(`/app_redirect?app=${platform.app.id}&amp;team=${acme.id}`);
    expect(platform.violations).toEqual([]);
    const [installation] = await stored();
    expect(installation).toMatchObject({
      workspaceId: acme.id,
      workspaceName: acme.name,
      organisationId: null,
      organisationWide: false,
      appId: platform.app.id,
      botUserId: acme.installation?.botUserId,
      scopes: botScopes.map(({ scope }) => scope),
      state: "active",
      installedBy: admin(),
    });
    expect(installation?.sealedTokens).not.toContain(acme.installation?.botToken);
    expect(audited()).toEqual([
      expect.objectContaining({
        event: "channel.installed",
        status: "success",
        userId: admin(),
        workspaceId: acme.id,
        by: "oauth",
      }),
    ]);
    expect(await workspaces.tenantOf(acme.id, null)).toBe(bench.company.tenantId);
    const bot = await workspaces.bot(bench.company.tenantId, acme.id);
    expect((await bot.client.auth.test()).user_id).toBe(acme.installation?.botUserId);
  });

  it("adds several workspaces, and a whole organisation, whose workspaces all belong to the company", async () => {
    const other = platform.workspace({ name: "Second" });
    const grid = platform.organisation({ name: "Grid" });
    const inside = platform.workspace({ name: "Inside", organisation: grid });
    const bob = inside.person({ name: "Bob" });

    await ann.addToSlack(link().url);
    await other.person({ name: "Cleo" }).addToSlack(link().url);
    const page = await bob.addToSlack(link().url, { organisation: grid });

    expect(page.text).toContain("The Expert is now in Grid.");
    expect(await stored()).toHaveLength(3);
    expect((await stored()).find(({ organisationWide }) => organisationWide)).toMatchObject({
      workspaceId: grid.id,
      organisationId: grid.id,
      workspaceName: "Grid",
    });
    expect(await workspaces.tenantOf(inside.id, grid.id)).toBe(bench.company.tenantId);
    const bot = await workspaces.bot(bench.company.tenantId, inside.id, grid.id);
    expect(bot.workspaceId).toBe(grid.id);
    // Known from then on, where only the workspace is told.
    expect((await workspaces.bot(bench.company.tenantId, inside.id)).workspaceId).toBe(grid.id);
    expect(await workspaces.tenantOf("T0NOBODY", null)).toBeNull();
  });

  it("does not move a workspace to another company, and records who tried", async () => {
    const second = bench.database.provision(smallCompany("second"));
    await ann.addToSlack(link().url);
    const page = await ann.addToSlack(link(second.tenantId).url);

    expect(page.status).toBe(409);
    expect(page.text).toContain("This Slack workspace belongs to another company in The Expert.");
    expect(audited(second.tenantId)).toEqual([
      expect.objectContaining({ event: "channel.installed", status: "denied", workspaceId: acme.id }),
    ]);
    expect(await workspaces.tenantOf(acme.id, null)).toBe(bench.company.tenantId);
    await expect(workspaces.bot(second.tenantId, acme.id)).rejects.toMatchObject({ code: "channel_refused" });
  });

  it("does not give another company a workspace that an organisation's installation covers", async () => {
    const second = bench.database.provision(smallCompany("second"));
    const grid = platform.organisation({ name: "Grid" });
    const inside = platform.workspace({ name: "Inside", organisation: grid });
    const bob = inside.person({ name: "Bob" });
    await bob.addToSlack(link().url, { organisation: grid });

    expect((await bob.addToSlack(link(second.tenantId).url)).status).toBe(409);
    expect((await bob.addToSlack(link().url)).status).toBe(200);
    expect(await workspaces.tenantOf(inside.id, grid.id)).toBe(bench.company.tenantId);
  });

  it("says what to do where the person denies, and stores nothing", async () => {
    const page = await ann.addToSlack(link().url, { deny: true });
    expect(page.status).toBe(403);
    expect(page.text).toContain("The permission was not given.");
    expect(await stored()).toEqual([]);
  });

  it("takes no link that is old, forged, or made by somebody who is no admin any more", async () => {
    const { url, expiresAt } = link();
    now = () => new Date(expiresAt.getTime() + 1);
    expect(await ann.addToSlack(url)).toMatchObject({
      status: 403,
      text: expect.stringContaining("does not work any more"),
    });
    now = () => new Date();
    expect(expiresAt.getTime() - now().getTime()).toBeGreaterThan(hourMs - 60_000);

    const fresh = link().url;
    const another = fresh.replace(
      bench.company.tenantId,
      bench.database.provision(smallCompany("second")).tenantId,
    );
    for (const forged of [another, `${fresh}0`, fresh.slice(0, -3), `${front.url}/slack/install`]) {
      expect((await ann.addToSlack(forged)).status).toBe(403);
    }
    expect((await ann.addToSlack(flow.link(bench.company.tenantId, userOf("sam")).url)).status).toBe(403);
    expect(platform.calls.map(({ method }) => method)).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it("goes on in the browser that began alone", async () => {
    const begun = await fetch(link().url, { redirect: "manual" });
    const consent = new URL(begun.headers.get("location") ?? "");
    expect(`${consent.origin}${consent.pathname}`).toBe(platform.authorizeUrl);
    expect(consent.searchParams.get("scope")?.split(",")).toEqual(botScopes.map(({ scope }) => scope));
    const [cookie = ""] = begun.headers.getSetCookie();
    expect(cookie).toMatch(/; Secure; HttpOnly; Path=\/; Max-Age=600; SameSite=Lax$/);

    const state = consent.searchParams.get("state") ?? "";
    const back = (query: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(`${front.url}/slack/oauth_redirect?${new URLSearchParams(query).toString()}`, { headers });
    const mine = { cookie: cookie.split(";")[0] ?? "" };
    for (const answer of [
      await back({ code: "c", state }),
      await back({ code: "c", state }, { cookie: "slack-app-oauth-state=another" }),
      await back({ code: "c", state: "forged" }, { cookie: "slack-app-oauth-state=forged" }),
      await back({ code: "c" }, mine),
    ]) {
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain("This was not begun in this browser");
    }
    expect(platform.calls).toEqual([]);

    const refused = await back({ code: "unknown", state }, mine);
    expect(refused.status).toBe(502);
    expect(await refused.text()).toContain("invalid_code");
    const odd = await back({ error: "<script>", state }, mine);
    expect(odd.status).toBe(502);
    expect(await odd.text()).not.toContain("<script>");
    expect(await stored()).toEqual([]);
  });

  it("asks to try again where Slack or the database is away", async () => {
    platform.fail({ method: "oauth.v2.access", how: "http-500" });
    expect(await ann.addToSlack(link().url)).toMatchObject({
      status: 503,
      text: expect.stringContaining("Open the link again in a minute."),
    });
    const url = link().url;
    bench.database.breakDown("installations");
    expect((await ann.addToSlack(url)).status).toBe(503);
    bench.database.breakDown();
    expect((await ann.addToSlack(url)).status).toBe(200);
  });

  it("answers with a page that runs nothing, in the reader's language", async () => {
    const show = (language: string) =>
      fetch(`${front.url}/slack/install`, { headers: { "accept-language": language } });
    const page = await show("th-TH,th;q=0.9,en;q=0.8");
    expect(page.headers.get("content-security-policy")).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    const text = await page.text();
    expect(text).toContain('<html lang="th">');
    expect(text).toContain("ลิงก์นี้ใช้ไม่ได้แล้ว");
    expect(text).not.toMatch(/<script|javascript:| on\w+=/);
    expect(await (await show("de, en;q=0.5")).text()).toContain('<html lang="en">');
  });
});

describe("the address of an install link", () => {
  const flow: InstallFlow = {
    link: (tenant, installer) => ({
      url: `https://expert.example.com/slack/install?ticket=${tenant}.${String(installer)}`,
      expiresAt: new Date("2026-01-02T03:04:05Z"),
    }),
    begin: () => Promise.reject(new Error("not called")),
    finish: () => Promise.reject(new Error("not called")),
  };

  it("is given to admins, and its making is recorded", async () => {
    const bench = await httpBench({ change: { slackInstall: flow } });
    try {
      const ada = await bench.signIn("ada");
      const given = await ada.request<{ url: string; expiresAt: string }>("POST", "/slack/install-link");
      expect(given.status).toBe(200);
      expect(given.body.url).toContain(`ticket=${bench.company.tenantId}.`);
      expect(given.body.expiresAt).toBe("2026-01-02T03:04:05.000Z");
      const sam = await bench.signIn("sam");
      expect((await sam.request("POST", "/slack/install-link")).status).toBe(403);
      expect(bench.audited()).toEqual([
        "auth.login success",
        "channel.installed started",
        "auth.login success",
        "policy.denied denied",
      ]);
    } finally {
      await bench.close();
    }
  });

  it("is not there where no Slack app is set up", async () => {
    const bench = await httpBench();
    try {
      const ada = await bench.signIn("ada");
      const answer = await ada.request("POST", "/slack/install-link");
      expect(answer.status).toBe(404);
      expect(answer.body.error.remedy).toContain("SLACK_CLIENT_ID");
      expect((await fetch(`${bench.url}/slack/install`)).status).toBe(404);
    } finally {
      await bench.close();
    }
  });
});
