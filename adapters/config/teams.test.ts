import { describe, expect, it } from "@jest/globals";
import { readConfig, readSoundSettings } from "../config.ts";
import { teamsProof } from "./teams.ts";

const appId = "11111111-2222-3333-4444-555555555555";
const tenantId = "A1B2C3D4-E5F6-7890-ABCD-EF1234567890";
const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const key = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";
const single = { TEAMS_APP_ID: appId, TEAMS_APP_TENANT_ID: tenantId, TEAMS_APP_PASSWORD: "hush" };
const multi = { TEAMS_APP_ID: appId, TEAMS_APP_TYPE: "multi", TEAMS_APP_PASSWORD: "hush" };
const managed = { TEAMS_APP_ID: appId, TEAMS_APP_TYPE: "managed", TEAMS_APP_TENANT_ID: tenantId };
const certified = {
  ...single,
  TEAMS_APP_PASSWORD: "",
  TEAMS_APP_CERTIFICATE: certificate,
  TEAMS_APP_KEY: key,
};

const faultsOf = (environment: Record<string, string>): readonly string[] =>
  readSoundSettings(environment, "/").faults.map(({ fault }) => fault);

describe("Teams' settings", () => {
  it.each([
    ["nothing at all", {}],
    ["an app of one Microsoft tenant", single],
    ["an app of any Microsoft tenant", multi],
    ["an app with a certificate", certified],
    ["a managed identity", managed],
    ["an app that reads groups", { ...single, TEAMS_GRAPH: "on", TEAMS_GRAPH_MINUTES: "5" }],
    ["a named company", { ...single, TEAMS_TENANT: "acme" }],
    ["a named company beside others", { ...multi, TEAMS_APP_TENANT_ID: tenantId, TEAMS_TENANT: "acme" }],
    ["keys on this machine", { ...single, TEAMS_OPENID_METADATA_URL: "http://localhost:9/openid" }],
  ])("may be %s", (_what, environment) => {
    expect(faultsOf(environment)).toEqual([]);
  });

  it("hold ids in lower case, since Teams writes them so", () => {
    expect(readConfig(single).TEAMS_APP_TENANT_ID).toBe(tenantId.toLowerCase());
  });

  it("take PEM from one line", () => {
    const config = readConfig({
      ...certified,
      TEAMS_APP_CERTIFICATE: certificate.replaceAll("\n", "\\n"),
      TEAMS_APP_KEY: key.replaceAll("\n", "\\n"),
    });
    expect(teamsProof(config)).toEqual({ kind: "certificate", certificate, key });
  });

  it.each([
    [single, { kind: "password", password: "hush" }],
    [managed, { kind: "managed" }],
    [{}, null],
  ])("prove the bot by %j", (environment, proof) => {
    expect(teamsProof(readConfig(environment))).toEqual(proof);
  });

  it.each([
    [
      "a password for no app",
      { TEAMS_APP_PASSWORD: "hush" },
      ["TEAMS_APP_PASSWORD: needs TEAMS_APP_ID, the bot's registration in Entra"],
    ],
    [
      "a company for no app",
      { TEAMS_TENANT: "acme" },
      ["TEAMS_TENANT: needs TEAMS_APP_ID, the bot's registration in Entra"],
    ],
    [
      "an app of an unnamed Microsoft tenant",
      { ...single, TEAMS_APP_TENANT_ID: "" },
      ["TEAMS_APP_ID: needs TEAMS_APP_TENANT_ID, as TEAMS_APP_TYPE is single"],
    ],
    [
      "a company of an unnamed Microsoft tenant",
      { ...multi, TEAMS_TENANT: "acme" },
      ["TEAMS_TENANT: needs TEAMS_APP_TENANT_ID, whose company it is"],
    ],
    [
      "an app without proof",
      { ...single, TEAMS_APP_PASSWORD: "" },
      [
        "TEAMS_APP_ID: cannot prove itself; set TEAMS_APP_PASSWORD (Certificates & secrets of the registration), or TEAMS_APP_CERTIFICATE and TEAMS_APP_KEY",
      ],
    ],
    [
      "a certificate without its key",
      { ...certified, TEAMS_APP_KEY: "" },
      ["TEAMS_APP_CERTIFICATE: needs TEAMS_APP_KEY, its private key"],
    ],
    [
      "a key without its certificate",
      { ...certified, TEAMS_APP_CERTIFICATE: "" },
      ["TEAMS_APP_KEY: needs TEAMS_APP_CERTIFICATE, which it belongs to"],
    ],
    [
      "two proofs",
      { ...certified, TEAMS_APP_PASSWORD: "hush" },
      ["TEAMS_APP_PASSWORD: stands beside TEAMS_APP_CERTIFICATE; set one of them"],
    ],
    [
      "a managed identity with a password",
      { ...managed, TEAMS_APP_PASSWORD: "hush" },
      ["TEAMS_APP_PASSWORD: a managed identity has none; take it out"],
    ],
    [
      "groups of no app",
      { TEAMS_GRAPH: "on" },
      ["TEAMS_GRAPH: needs TEAMS_APP_ID, the bot's registration in Entra"],
    ],
    [
      "groups by a managed identity",
      { ...managed, TEAMS_GRAPH: "on" },
      ["TEAMS_GRAPH: cannot be on with a managed identity; use a client secret or a certificate"],
    ],
  ])("may not be %s", (_what, environment, faults) => {
    expect(faultsOf(environment)).toEqual(faults);
  });

  it.each([
    ["TEAMS_APP_ID", "my-bot", "must be a UUID, as the app's registration in Entra shows it"],
    ["TEAMS_APP_TYPE", "double", "must be single, multi or managed"],
    ["TEAMS_APP_KEY", "hush", "must be a private key in PEM form, with its BEGIN and END lines"],
    ["TEAMS_LOGIN_URL", "http://login.example", "must begin with https:// unless it is on this machine"],
    ["TEAMS_OPENID_METADATA_URL", "http://keys.example/", "must begin with https:// unless it is on this"],
  ])("%s=%s is refused, and no secret is told", (name, value, message) => {
    const faults = faultsOf({ ...single, [name]: value }).join("\n");
    expect(faults).toContain(`${name}: ${message}`);
    expect(faults).not.toContain("hush");
  });
});
