import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { type Workplace, workplace, writeSmallCompany } from "./cli.fixture.ts";

const commandMs = 240_000;
const app = {
  SLACK_CLIENT_ID: "1.2",
  SLACK_CLIENT_SECRET: "secret",
  SLACK_SIGNING_SECRET: "secret",
  PUBLIC_URL: "https://ask.small.example",
};

describe("slack", () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await workplace();
    await place.run(["tenant", "create", await writeSmallCompany(place)]);
  }, commandMs);
  afterAll(() => place.remove());

  it(
    "prints the manifest with this installation's address, or what to set",
    async () => {
      const { code, stdout } = await place.run(["slack", "manifest"], { settings: app });
      expect(code).toBe(0);
      expect(parse(stdout)).toMatchObject({
        oauth_config: { redirect_urls: ["https://ask.small.example/slack/oauth_redirect"] },
        settings: { event_subscriptions: { request_url: "https://ask.small.example/slack/events" } },
      });
      const without = await place.run(["slack", "manifest", "--socket"]);
      expect(without.code).toBe(1);
      expect(without.stderr).toContain("What to do: Set PUBLIC_URL, or add --socket and --one-workspace");
      const alone = await place.run(["slack", "manifest", "--socket", "--one-workspace"]);
      expect(alone.stdout).toContain("socket_mode_enabled: true");
    },
    commandMs,
  );

  it(
    "releases a workspace from which the bot was removed, and says what else is the case",
    async () => {
      const release = (...more: readonly string[]) => place.run(["slack", "release", ...more]);
      const missing = await release("--workspace", "T0123456789");
      expect(missing.code).toBe(1);
      expect(missing.stderr).toContain("never installed in T0123456789");
      expect((await release()).stderr).toContain("--workspace");
    },
    commandMs,
  );

  it(
    "prints an address that adds the bot for an hour, in the name of an admin alone",
    async () => {
      const link = (...more: readonly string[]) =>
        place.run(["slack", "link", "--json", ...more], { settings: app });
      const { code, stdout } = await link();
      expect(code).toBe(0);
      const { url, expiresAt } = JSON.parse(stdout) as { url: string; expiresAt: string };
      expect(url).toMatch(
        /^https:\/\/ask\.small\.example\/slack\/install\?ticket=[0-9a-f-]{36}\.-\.\d+\.[\w-]{43}$/,
      );
      expect(Math.round((Date.parse(expiresAt) - Date.now()) / 60_000)).toBeGreaterThanOrEqual(58);
      const staff = await link("--as", "sam@small.example");
      expect(staff.code).toBe(1);
      expect(staff.stdout).toContain("forbidden");
      expect((await place.run(["slack", "link"])).stderr).toContain("Set SLACK_CLIENT_ID");
    },
    commandMs,
  );
});
