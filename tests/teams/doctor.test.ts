import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Config, readConfig } from "../../adapters/config.ts";
import type { Diagnosis } from "../../adapters/connect/diagnose.ts";
import { diagnoseTeams } from "../../adapters/connect/diagnose-teams.ts";
import { packageFile, teamsPackage } from "../../adapters/connect/teams-package.ts";
import { connectMicrosoftTenant } from "../../adapters/teams/install/connect-tenant.ts";
import { createTeamsReceiver } from "../../adapters/teams/receive/receiver.ts";
import { createTokenVerifier } from "../../adapters/teams/receive/verify-token.ts";
import { teamsChecks } from "../../bots/cli/doctor/check-teams.ts";
import { type CheckResult, runChecks } from "../../bots/cli/doctor/run-checks.ts";
import { teamsHandler } from "../../bots/teams.ts";
import { systemClock } from "../../core/clock.ts";
import type { ConversationReference } from "../../core/delivery/conversation-reference.ts";
import { silentLogger } from "../../core/logger.ts";
import { createFakeDatabase, type FakeDatabase } from "../fakes/database/database.ts";
import type { SampleCompany } from "../support/sample-work.ts";
import { removeFolder } from "../support/remove-folder.ts";
import { smallCompany } from "../support/small-company.ts";
import { amplyMs } from "../support/time-limits.ts";
import { startTeamsPlatform } from "../teams-platform/start-teams-platform.ts";
import type { Person, TeamsPlatform, Tenant } from "../teams-platform/teams-platform.ts";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

describe("doctor, of Teams", () => {
  let platform: TeamsPlatform;
  let contoso: Tenant;
  let ann: Person;
  let database: FakeDatabase;
  let company: SampleCompany;
  let server: Server;
  let publicUrl: string;
  let folder: string;
  let refused: string[];
  /** Stands before the bot, as a proxy might. */
  let before: Parameters<typeof createServer>[1] | null;

  beforeEach(async () => {
    platform = await startTeamsPlatform({ throttle: "off" });
    contoso = platform.tenant({ name: "Contoso" });
    ann = contoso.person({ name: "Ann Lee", email: "ann@contoso.example" });
    database = createFakeDatabase();
    company = database.provision(smallCompany());
    folder = await mkdtemp(join(tmpdir(), "expert-doctor-"));
    refused = [];
    before = null;
    const { appId, settings: trusted } = platform.issuer;
    const never = () => Promise.reject(new Error("nothing is to be stored"));
    const receiver = createTeamsReceiver({
      tenantOf: never,
      tokens: createTokenVerifier(
        { appId, metadataUrl: trusted.TEAMS_OPENID_METADATA_URL, issuer: trusted.TEAMS_TOKEN_ISSUER },
        { clock: systemClock },
      ),
      inbox: { receiveEvent: never },
      queue: { enqueue: () => Promise.resolve() },
      invokes: {
        answer: never,
        acknowledge: () => ({ status: 200 }),
        notConnected: () => ({ status: 200 }),
      },
      tellStranger: () => Promise.resolve(),
      refusals: {
        record: ({ reason }) => {
          refused.push(reason);
          return Promise.resolve();
        },
      },
      clock: systemClock,
      logger: silentLogger,
    });
    const handle = teamsHandler({ teams: receiver, logger: silentLogger });
    server = createServer((request, response) => {
      if (before) before(request, response);
      else if (!handle(request, response)) response.writeHead(404).end();
    });
    server.keepAliveTimeout = amplyMs;
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
      TEAMS_APP_ID: platform.issuer.appId,
      TEAMS_APP_TENANT_ID: contoso.id,
      TEAMS_APP_PASSWORD: "only-for-tests",
      ...platform.issuer.settings,
      ...change,
    });
  const examine = async (
    config: Config = settings(),
    post?: string,
  ): Promise<Record<string, CheckResult>> => {
    const teams = diagnoseTeams({
      config,
      clock: systemClock,
      openDatabase: () => Promise.resolve(database),
      timeoutMs: amplyMs,
    });
    // As where nothing else keeps the machine busy.
    const address = async () => ({ ...(await teams.address()), milliseconds: 20 });
    const diagnosis = { teams: () => Promise.resolve({ ...teams, address }) } as Diagnosis;
    const results: Record<string, CheckResult> = {};
    const checks = teamsChecks(config, post, folder);
    for await (const result of runChecks(checks, { config, faults: [], diagnosis })) {
      results[result.name] = result;
    }
    return results;
  };
  const statuses = (results: Record<string, CheckResult>) =>
    Object.fromEntries(Object.entries(results).map(([name, { status }]) => [name, status]));
  const connect = (msTenantId = contoso.id, appId = platform.issuer.appId): Promise<boolean> =>
    connectMicrosoftTenant({ database }, company.tenantId, { appId, msTenantId, by: "command" });
  const keep = (
    kind: ConversationReference["kind"],
    externalId: string,
    conversationId: string,
    name: string | null = null,
  ): Promise<void> =>
    database.withTenant(company.tenantId, ({ references }) =>
      references.keep(
        {
          channel: "teams",
          workspaceId: contoso.id,
          kind,
          externalId,
          teamId: null,
          name,
          address: { serviceUrl: platform.serviceUrl, conversationId },
        },
        { at: new Date(), welcome: false, audit: [] },
      ),
    );

  it("has nothing to say where Teams is not set up", async () => {
    expect(statuses(await examine(readConfig({ DATA_DIR: folder })))).toEqual({ teams: "ok" });
  });

  it("finds everything in order, and posts where it is told to", async () => {
    await connect();
    await contoso.installFor(ann);
    const team = contoso.team({ name: "Pumps", members: [ann] });
    const general = team.channel({ name: "General" });
    await keep("team", team.id, general.id, "Pumps");
    await keep("person", ann.aadObjectId, ann.chat.id);
    await writeFile(join(folder, packageFile), await teamsPackage(settings()));
    const results = await examine(settings(), "pumps");
    expect(statuses(results)).toEqual({
      // Only the address of this test is not https.
      teams: "fail",
      "teams login": "ok",
      "teams keys": "ok",
      "teams address": "ok",
      "teams package": "ok",
      "teams tenants": "ok",
      "teams test post": "ok",
    });
    expect(results["teams address"]?.detail).toContain("Messaging endpoint");
    expect(refused).toEqual(["missing"]);
    expect(results["teams tenants"]?.detail).toBe(`${contoso.id} (small: 1 people, 0 group chats, 1 teams)`);
    for (const person of ["ann@contoso.example", ann.aadObjectId]) {
      const { "teams test post": found } = await examine(settings(), person);
      expect(found).toMatchObject({ status: "ok", detail: expect.stringContaining("the chat with") });
    }
    expect(platform.violations).toEqual([]);
    const written = platform.calls.filter(({ operation }) =>
      ["send", "createConversation"].includes(operation),
    );
    expect(written.length).toBeGreaterThan(2);
    expect([...general.messages(), ...ann.chat.messages()]).toEqual([]);
    expect(JSON.stringify(results)).not.toContain("only-for-tests");
    expect(JSON.stringify(results)).not.toContain(platform.issuer.botToken);
  });

  it.each([
    ["AADSTS7000215: Invalid client secret provided.", "secret is wrong", "not its Secret ID"],
    ["AADSTS7000222: The provided client secret keys are expired.", "has expired", "New client secret"],
    ["AADSTS700016: Application not found in the directory.", "no such registration", "TEAMS_APP_TENANT_ID"],
    ["AADSTS90002: Tenant not found.", "no such Microsoft tenant", "Directory (tenant) ID"],
    ["AADSTS7000229: missing service principal", "no enterprise application", "Create Service Principal"],
    ["AADSTS99999999: something new", "AADSTS99999999", "TEAMS_APP_PASSWORD"],
  ])("says what to do where Entra says %s", async (said, what, todo) => {
    platform.issuer.loginRefusal = said;
    expect((await examine())["teams login"]).toMatchObject({
      status: "fail",
      detail: expect.stringContaining(what),
      remedy: expect.stringContaining(todo),
    });
  });

  it("knows of a certificate when it ends and whether its key fits", async () => {
    const login = async (given: { certificate: string; key: string }): Promise<CheckResult | undefined> => {
      const certified = {
        TEAMS_APP_PASSWORD: "",
        TEAMS_APP_CERTIFICATE: given.certificate,
        TEAMS_APP_KEY: given.key,
      };
      const found = await examine(settings(certified));
      expect(JSON.stringify(found)).not.toContain("PRIVATE KEY");
      return found["teams login"];
    };
    const good = selfSignedCertificate("good");
    expect(await login(good)).toMatchObject({ status: "ok", detail: expect.stringContaining("ends on") });
    expect(platform.issuer.logins.at(-1)?.has("client_assertion")).toBe(true);
    expect(await login(selfSignedCertificate("soon", { days: 5 }))).toMatchObject({
      status: "warn",
      detail: expect.stringContaining("in 4 days"),
    });
    const asked = platform.issuer.logins.length;
    const long = { start: new Date("2024-01-01T00:00:00Z"), days: 30 };
    expect(await login(selfSignedCertificate("over", long))).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("has ended on 2024-01-31"),
    });
    expect(await login({ ...good, key: selfSignedCertificate("other").key })).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("is not the key"),
    });
    const broken = "-----BEGIN CERTIFICATE-----\nhush\n-----END CERTIFICATE-----";
    const unreadable = await login({ ...good, certificate: broken });
    expect(unreadable).toMatchObject({ status: "fail", detail: "TEAMS_APP_CERTIFICATE cannot be read." });
    expect(JSON.stringify(unreadable)).not.toContain("hush");
    // What is wrong by itself is not brought before Entra.
    expect(platform.issuer.logins.length).toBe(asked);
    platform.issuer.loginRefusal = "AADSTS700027: The certificate is not registered on application.";
    expect(await login(good)).toMatchObject({ status: "fail", remedy: expect.stringContaining("upload") });
  });

  it("says so where Microsoft's keys cannot be read, or are another's", async () => {
    platform.issuer.away = true;
    const away = await examine();
    expect(away["teams login"]).toMatchObject({
      status: "fail",
      detail: expect.stringMatching(/^Entra \(127\.0\.0\.1:\d+\) gives the bot no token now: status 503\.$/),
      remedy: expect.stringContaining("Let this machine reach 127.0.0.1:"),
    });
    expect(away["teams keys"]).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("answers 503"),
      remedy: expect.stringContaining("Let this machine reach"),
    });
    platform.issuer.away = false;
    const other = settings({ TEAMS_TOKEN_ISSUER: "https://issuer.example" });
    expect((await examine(other))["teams keys"]).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("not of https://issuer.example"),
    });
  });

  it.each([
    [
      "a proxy that signs in itself",
      { status: "fail", detail: expect.stringContaining("answers 401, and not") },
    ],
    ["a redirect", { status: "fail", detail: expect.stringContaining("answers 302") }],
    ["no Teams", { status: "fail", detail: expect.stringContaining("nothing of Teams is there") }],
    ["another program", { status: "fail", detail: expect.stringContaining("answers 200") }],
    ["nobody", { status: "fail", detail: expect.stringContaining("nothing answers") }],
  ] as const)("finds %s at the address", async (what, finding) => {
    if (what === "a proxy that signs in itself")
      before = (_request, response) => response.writeHead(401).end("sign in");
    if (what === "a redirect")
      before = (_request, response) => response.writeHead(302, { location: "/" }).end();
    if (what === "no Teams") before = (_request, response) => response.writeHead(404).end();
    if (what === "another program") before = (_request, response) => response.writeHead(200).end("hello");
    if (what === "nobody") {
      server.closeAllConnections();
      server.close();
    }
    expect((await examine())["teams address"]).toMatchObject(finding);
  });

  it("compares the package with the settings", async () => {
    const file = join(folder, packageFile);
    const found = async (): Promise<CheckResult | undefined> => (await examine())["teams package"];
    expect(await found()).toMatchObject({ status: "ok", detail: expect.stringContaining("is not in this") });
    const another = "99999999-2222-3333-4444-555555555555";
    await writeFile(file, await teamsPackage(settings({ TEAMS_APP_ID: another })));
    expect(await found()).toMatchObject({ status: "fail", detail: expect.stringContaining(another) });
    await writeFile(file, await teamsPackage(settings({ PUBLIC_URL: "https://old.example" })));
    expect(await found()).toMatchObject({ status: "fail", detail: expect.stringContaining("old.example") });
    await writeFile(file, "no zip");
    expect(await found()).toMatchObject({ status: "fail", detail: "it is no app package of Teams" });
  });

  it("tells of the Microsoft tenants which is not connected, not served, or of another registration", async () => {
    const multi = { TEAMS_APP_TYPE: "multi", TEAMS_APP_TENANT_ID: "" };
    const found = async (change?: Record<string, string>): Promise<CheckResult | undefined> =>
      (await examine(settings(change)))["teams tenants"];
    expect(await found()).toMatchObject({
      status: "warn",
      remedy: expect.stringContaining("Start The Expert"),
    });
    expect(await found(multi)).toMatchObject({
      status: "warn",
      remedy: expect.stringContaining("teams connect"),
    });
    await connect();
    expect(await found()).toMatchObject({ status: "warn", detail: expect.stringContaining("added nowhere") });
    const fabrikam = platform.tenant({ name: "Fabrikam" });
    await connect(fabrikam.id);
    expect(await found()).toMatchObject({
      status: "fail",
      detail: `${fabrikam.id} (small) is not the registration's own Microsoft tenant, which alone it serves`,
    });
    expect(await found(multi)).toMatchObject({ status: "warn" });
    await connect(fabrikam.id, "another");
    expect(await found(multi)).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("for another registration, another"),
      remedy: expect.stringContaining(`--microsoft-tenant ${fabrikam.id}`),
    });
  });

  it("says why a test message could not be posted", async () => {
    await connect();
    const team = contoso.team({ name: "Closed", members: [ann], bot: false });
    const general = team.channel({ name: "General" });
    await keep("team", team.id, general.id, "Closed");
    expect((await examine(settings(), "Closed"))["teams test post"]).toMatchObject({
      status: "fail",
      remedy: "Add the app to the team or chat in Teams.",
    });
    expect((await examine(settings(), ann.aadObjectId))["teams test post"]).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("not installed for this person"),
    });
    expect((await examine(settings(), "Nowhere"))["teams test post"]).toMatchObject({
      status: "fail",
      remedy: expect.stringContaining("Name a team"),
    });
    expect(platform.forgive()).toEqual(["BotNotInConversationRoster", "ForbiddenOperationException"]);
  });
});
