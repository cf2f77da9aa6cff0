import { describe, expect, it } from "@jest/globals";
import { readConfig, readSoundSettings } from "../config.ts";

const keyOf = (fill: string): string => Buffer.from(fill.repeat(32)).toString("base64");
const faultsOf = (environment: Readonly<Record<string, string>>): readonly string[] =>
  readSoundSettings(environment).faults.map(({ fault }) => fault);

const app = {
  SLACK_CLIENT_ID: "1.2",
  SLACK_CLIENT_SECRET: "client-secret",
  SLACK_SIGNING_SECRET: "signing-secret",
  PUBLIC_URL: "https://expert.example.com",
};
const workspace = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "signing-secret" };
const socket = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" };

describe("PUBLIC_URL", () => {
  it.each([
    "https://expert.example.com",
    "https://expert.example.com:8443",
    "http://localhost:3978",
    "http://[::1]:3978",
  ])("may be %s", (address) => {
    expect(readConfig({ PUBLIC_URL: address }).PUBLIC_URL).toBe(address);
  });

  it.each([
    "https://expert.example.com/",
    "https://example.com/expert",
    "https://example.com?x=1",
    "https://example.com#",
    "https://user@example.com",
  ])("may not be %s", (address) => {
    expect(faultsOf({ PUBLIC_URL: address })).toEqual([
      "PUBLIC_URL: must end after the host and port, without a slash, such as https://expert.example.com",
    ]);
  });

  it.each(["expert.example.com", "ftp://expert.example.com", "//expert.example.com"])(
    "needs its protocol: %s",
    (address) => {
      expect(faultsOf({ PUBLIC_URL: address })).toEqual(["PUBLIC_URL: a http or https address"]);
    },
  );
});

describe("SLACK_SIGNING_SECRET", () => {
  it.each([
    ["old", ["old"]],
    ["new,old", ["new", "old"]],
    [" new , old ", ["new", "old"]],
  ])("may be %j", (text, secrets) => {
    expect(readConfig({ ...workspace, SLACK_SIGNING_SECRET: text }).SLACK_SIGNING_SECRET).toEqual(secrets);
  });

  it.each(["new,,old", "new,", ","])("may not be %j, and is not told", (text) => {
    const faults = faultsOf({ ...workspace, SLACK_SIGNING_SECRET: text });
    expect(faults.join()).toMatch(/^SLACK_SIGNING_SECRET: .*secret \d is empty/);
    expect(faults.join()).not.toMatch(/new|old/);
  });
});

describe("Slack's settings", () => {
  it.each([
    ["nothing at all", {}],
    ["OAuth over HTTP", app],
    [
      "OAuth over a socket",
      { ...app, SLACK_SIGNING_SECRET: "", SLACK_APP_TOKEN: "xapp-1", SLACK_TRANSPORT: "socket" },
    ],
    ["one workspace over HTTP", workspace],
    ["one workspace over a socket", socket],
    ["one workspace of a named company", { ...workspace, SLACK_TENANT: "acme" }],
    ["OAuth beside one workspace", { ...app, ...workspace }],
  ])("may be %s", (_what, environment) => {
    expect(faultsOf(environment)).toEqual([]);
  });

  it.each([
    [{}, "http"],
    [workspace, "http"],
    [socket, "socket"],
    [{ ...socket, ...workspace }, "http"],
    [{ ...socket, ...workspace, SLACK_TRANSPORT: "socket" }, "socket"],
  ])("%j are served over %s", (environment, transport) => {
    expect(readConfig(environment).SLACK_TRANSPORT).toBe(transport);
  });

  it.each([
    [
      "a client id alone",
      { ...app, SLACK_CLIENT_SECRET: "" },
      ["SLACK_CLIENT_ID: needs SLACK_CLIENT_SECRET (the app's page, Basic Information)"],
    ],
    [
      "a client secret alone",
      { ...app, SLACK_CLIENT_ID: "" },
      ["SLACK_CLIENT_SECRET: needs SLACK_CLIENT_ID (the app's page, Basic Information)"],
    ],
    [
      "OAuth without an address to come back to",
      { ...app, PUBLIC_URL: "" },
      ["SLACK_CLIENT_ID: needs PUBLIC_URL, where Slack sends people back to after “Add to Slack”"],
    ],
    [
      "a bot that hears nothing",
      { SLACK_BOT_TOKEN: "xoxb-1" },
      [
        "SLACK_BOT_TOKEN: receives nothing; set SLACK_SIGNING_SECRET (HTTP; the app's page, Basic Information) or SLACK_APP_TOKEN (Socket Mode; an app-level token with connections:write)",
      ],
    ],
    [
      "an app that hears nothing",
      { ...app, SLACK_SIGNING_SECRET: "" },
      [
        "SLACK_CLIENT_ID: receives nothing; set SLACK_SIGNING_SECRET (HTTP; the app's page, Basic Information) or SLACK_APP_TOKEN (Socket Mode; an app-level token with connections:write)",
      ],
    ],
    [
      "HTTP without a signing secret",
      { ...socket, SLACK_TRANSPORT: "http" },
      [
        "SLACK_TRANSPORT: http needs SLACK_SIGNING_SECRET (HTTP; the app's page, Basic Information); or set socket, with SLACK_APP_TOKEN",
      ],
    ],
    [
      "a socket without its token",
      { ...workspace, SLACK_TRANSPORT: "socket" },
      [
        "SLACK_TRANSPORT: socket needs SLACK_APP_TOKEN (Socket Mode; an app-level token with connections:write); or set http, with SLACK_SIGNING_SECRET",
      ],
    ],
    [
      "a signing secret and nobody to answer",
      { SLACK_SIGNING_SECRET: "signing-secret" },
      [
        "SLACK_SIGNING_SECRET: cannot answer; set SLACK_BOT_TOKEN (one workspace) or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (OAuth)",
      ],
    ],
    [
      "an app-level token and nobody to answer",
      { SLACK_APP_TOKEN: "xapp-1" },
      [
        "SLACK_APP_TOKEN: cannot answer; set SLACK_BOT_TOKEN (one workspace) or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (OAuth)",
      ],
    ],
    [
      "a company for no workspace",
      { ...app, SLACK_TENANT: "acme" },
      ["SLACK_TENANT: needs SLACK_BOT_TOKEN, whose workspace it is about"],
    ],
  ])("may not be %s", (_what, environment, faults) => {
    expect(faultsOf(environment)).toEqual(faults);
  });

  it.each([
    ["SLACK_BOT_TOKEN", "xoxp-123", "must be a bot token, which begins with xoxb-"],
    ["SLACK_APP_TOKEN", "xoxb-123", "must be an app-level token with the scope connections:write"],
    ["SLACK_TRANSPORT", "carrier-pigeon", "must be http or socket"],
    ["SLACK_TENANT", "Acme Inc", "lower-case letters, digits and single hyphens"],
    ["SLACK_API_URL", "http://slack.example/api/", "must begin with https:// unless it is on this machine"],
  ])("%s=%s is refused", (name, value, message) => {
    expect(faultsOf({ ...socket, [name]: value }).join("\n")).toContain(`${name}: ${message}`);
  });

  it("never repeats a secret that is malformed", () => {
    const faults = faultsOf({ SLACK_BOT_TOKEN: "hush-bot", SLACK_APP_TOKEN: "hush-app" });
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toContain("hush");
  });

  it("calls Slack, or a server on this machine, at an address with a slash at its end", () => {
    expect(readConfig({}).SLACK_API_URL).toBe("https://slack.com/api/");
    expect(readConfig({ SLACK_API_URL: "http://127.0.0.1:4003/api" }).SLACK_API_URL).toBe(
      "http://127.0.0.1:4003/api/",
    );
  });
});

describe("PagerDuty", () => {
  it("is asked with a key, which a file may hold, for a named company", () => {
    expect(readConfig({}).PAGERDUTY_API_TOKEN).toBeUndefined();
    const settings = { PAGERDUTY_API_TOKEN: "key", PAGERDUTY_TENANT: "acme" };
    const config = readConfig({ ...settings, PAGERDUTY_API_URL: "https://api.eu.pagerduty.com/" });
    expect(config).toMatchObject({ ...settings, PAGERDUTY_API_URL: "https://api.eu.pagerduty.com" });
  });

  it.each([
    [{ PAGERDUTY_TENANT: "acme" }, "PAGERDUTY_TENANT: needs PAGERDUTY_API_TOKEN, whose company it is about"],
    [
      { PAGERDUTY_API_TOKEN: "key", PAGERDUTY_API_URL: "http://pager.example" },
      "PAGERDUTY_API_URL: must begin with https:// unless it is on this machine",
    ],
  ])("refuses %j", (environment, fault) => {
    expect(faultsOf(environment)).toEqual([fault]);
  });
});

describe("ENCRYPTION_KEYS", () => {
  it("are read in their order, each with its id", () => {
    const { ENCRYPTION_KEYS: keys } = readConfig({
      ENCRYPTION_KEYS: `2026-10:${keyOf("b")}, 2026-07:${keyOf("a")}`,
    });
    expect(keys?.map(({ id, key }) => [id, Buffer.from(key).toString("utf8")])).toEqual([
      ["2026-10", "b".repeat(32)],
      ["2026-07", "a".repeat(32)],
    ]);
  });

  it("may be absent", () => {
    expect(readConfig({}).ENCRYPTION_KEYS).toBeUndefined();
  });

  it.each([
    ["no id", keyOf("a")],
    ["an empty id", `:${keyOf("a")}`],
    ["too short a key", `one:${Buffer.from("a".repeat(31)).toString("base64")}`],
    ["too long a key", `one:${Buffer.from("a".repeat(33)).toString("base64")}`],
    ["words", "one:correct horse battery staple"],
  ])("may not have %s, and are not repeated", (_what, value) => {
    const faults = faultsOf({ ENCRYPTION_KEYS: value });
    expect(faults).toEqual([
      "ENCRYPTION_KEYS: key 1 must be an id, a colon and the base64 of 32 bytes; make one with `openssl rand -base64 32`",
    ]);
  });

  it("have ids of their own, and name each that is at fault", () => {
    const value = `one:${keyOf("a")},one:${keyOf("b")},`;
    expect(faultsOf({ ENCRYPTION_KEYS: value })).toEqual([
      "ENCRYPTION_KEYS: key 2 has the id of an earlier one; give each key an id of its own, key 3 must be an id, a colon and the base64 of 32 bytes; make one with `openssl rand -base64 32`",
    ]);
  });
});
