import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import bolt from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import { freePort } from "../support/free-port.ts";
import { manualClock } from "./manual-clock.ts";
import { quietClient } from "./quiet-client.ts";
import type { SlackPlatform } from "./slack-platform.ts";
import { startSlackPlatform } from "./start-slack-platform.ts";

let clock: ReturnType<typeof manualClock>;
let platform: SlackPlatform;
beforeEach(async () => {
  clock = manualClock();
  platform = await startSlackPlatform({ clock, app: { tokenRotation: true } });
});
afterEach(() => platform.close());

const failed = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (thrown: unknown) => (thrown as { data: { error: string } }).data.error,
  );

describe("Add to Slack", () => {
  /** A real Bolt app with its installer; what it stores comes back. */
  const withInstaller = async (work: (url: string, stored: bolt.Installation[]) => Promise<void>) => {
    const stored: bolt.Installation[] = [];
    const { app: slack } = platform;
    const port = await freePort();
    const receiver = new bolt.HTTPReceiver({
      signingSecret: slack.signingSecret,
      clientId: slack.clientId,
      clientSecret: slack.clientSecret,
      stateSecret: "a secret of the state",
      scopes: ["chat:write", "app_mentions:read"],
      redirectUri: `http://127.0.0.1:${port}/slack/oauth_redirect`,
      logLevel: bolt.LogLevel.ERROR,
      installationStore: {
        storeInstallation: async (installation) => void stored.push(installation),
        fetchInstallation: async () => Promise.reject(new Error("unused")),
      },
      installerOptions: {
        authorizationUrl: platform.authorizeUrl,
        clientOptions: { slackApiUrl: platform.apiUrl },
        directInstall: true,
        redirectUriPath: "/slack/oauth_redirect",
      },
    });
    await receiver.start(port);
    try {
      await work(`http://127.0.0.1:${port}/slack/install`, stored);
    } finally {
      await receiver.stop();
    }
  };

  it("installs for a workspace, with cookies, state and code", async () => {
    const acme = platform.workspace({ name: "Acme" });
    const ann = acme.person({ name: "Ann" });
    await withInstaller(async (url, stored) => {
      const page = await ann.addToSlack(url);
      expect(page.status).toBe(200);
      expect(stored).toHaveLength(1);
      expect(stored[0]).toMatchObject({
        team: { id: acme.id, name: "Acme" },
        isEnterpriseInstall: false,
        user: { id: ann.id },
        bot: { scopes: ["chat:write", "app_mentions:read"], userId: acme.installation?.botUserId },
      });
      const tested = await quietClient(platform, stored[0]!.bot!.token).auth.test();
      expect(tested).toMatchObject({ team_id: acme.id, is_enterprise_install: false });
      const denied = await ann.addToSlack(url, { deny: true });
      expect(denied.url).toContain("error=access_denied");
      expect(stored).toHaveLength(1);
    });
  });

  it("installs for an organisation, whose token serves all its workspaces", async () => {
    const organisation = platform.organisation({ name: "Umbrella" });
    const north = platform.workspace({ name: "North", organisation });
    const south = platform.workspace({ name: "South", organisation });
    const other = platform.workspace({ name: "Other" });
    const ann = north.person({ name: "Ann" });
    await withInstaller(async (url, stored) => {
      await ann.addToSlack(url, { organisation });
      expect(stored[0]).toMatchObject({
        enterprise: { id: organisation.id, name: "Umbrella" },
        isEnterpriseInstall: true,
      });
      expect(stored[0]?.team).toBeUndefined();
      const client = quietClient(platform, stored[0]!.bot!.token);
      for (const workspace of [north, south]) {
        const bot = workspace.installation!;
        const channel = workspace.channel({ name: "general", members: [bot] });
        await client.chat.postMessage({ channel: channel.id, text: workspace.name });
        expect(channel.messages().map(({ text }) => text)).toEqual([workspace.name]);
      }
      const foreign = other.channel({ name: "general" });
      expect(await failed(client.chat.postMessage({ channel: foreign.id, text: "x" }))).toBe(
        "channel_not_found",
      );
      expect(other.installation).toBeUndefined();
    });
  });
});

describe("token rotation", () => {
  it("ends tokens after twelve hours and takes each refresh token once", async () => {
    const acme = platform.workspace({ name: "Acme" });
    const first = acme.install();
    const { clientId: client_id, clientSecret: client_secret } = platform.app;
    const oauth = new WebClient(undefined, { slackApiUrl: platform.apiUrl });
    const refresh = (refresh_token: string | undefined) =>
      oauth.oauth.v2.access({
        client_id,
        client_secret,
        grant_type: "refresh_token",
        ...(refresh_token !== undefined && { refresh_token }),
      });
    clock.advance(43_199_000);
    await quietClient(platform, first.botToken).auth.test();
    clock.advance(1000);
    expect(await failed(quietClient(platform, first.botToken).auth.test())).toBe("token_expired");
    const renewed = await refresh(first.refreshToken);
    expect(renewed).toMatchObject({ token_type: "bot", expires_in: 43_200, bot_user_id: first.botUserId });
    await quietClient(platform, renewed.access_token!).auth.test();
    expect(await failed(refresh(first.refreshToken))).toBe("invalid_refresh_token");
    await refresh(renewed.refresh_token);
    expect(platform.violations.map(({ error }) => error)).toEqual(["token_expired", "invalid_refresh_token"]);
  });

  it("refuses codes twice, foreign clients and wrong secrets", async () => {
    const oauth = new WebClient(undefined, { slackApiUrl: platform.apiUrl });
    const { clientId: client_id, clientSecret: client_secret } = platform.app;
    const access = (given: object) =>
      failed(oauth.oauth.v2.access({ client_id, client_secret, code: "none", ...given }));
    expect(await access({})).toBe("invalid_code");
    expect(await access({ client_id: "1.2" })).toBe("invalid_client_id");
    expect(await access({ client_secret: "x" })).toBe("bad_client_secret");
  });
});

it("tells of revoked tokens and of removal", async () => {
  const acme = platform.workspace({ name: "Acme" });
  const bot = acme.install();
  const revoked = await acme.revokeTokens();
  expect(revoked.map(({ body }) => body["event"])).toMatchObject([
    { type: "tokens_revoked", tokens: { oauth: [], bot: [bot.botUserId] } },
  ]);
  acme.install();
  const removed = await acme.uninstall();
  expect(removed.map(({ type }) => type).sort()).toEqual(["app_uninstalled", "tokens_revoked"]);
  expect(acme.installation).toBeUndefined();
});
