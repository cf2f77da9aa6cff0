import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { createTeamsReceiver } from "../../adapters/teams/receive/receiver.ts";
import { createTokenVerifier } from "../../adapters/teams/receive/verify-token.ts";
import { ExpertError } from "../../core/errors.ts";
import type { ChatReceiver } from "../../core/inbox/chat-receiver.ts";
import { createOperatorFinder } from "../../core/inbox/find-operator.ts";
import { createRefusalLog } from "../../core/inbox/refusal-log.ts";
import { type HttpBench, httpBench } from "../support/http-bench.ts";
import { startTokenIssuer, type TokenChange, type TokenIssuer } from "./token-issuer.ts";

const msTenantId = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";
const serviceUrl = "https://smba.trafficmanager.net/amer/";
const seconds = () => Math.floor(Date.now() / 1_000);

/** Real requests with real tokens of a local issuer to the listening server, over rows in memory. */
describe("requests of Teams", () => {
  let issuer: TokenIssuer;
  let bench: HttpBench;
  let away: boolean;
  beforeAll(async () => {
    issuer = await startTokenIssuer({ unendorsed: true });
    // Botbuilder writes what it refuses to the console.
    jest.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await issuer.close();
  });
  beforeEach(async () => {
    away = false;
    let receiver = null as ChatReceiver | null;
    bench = await httpBench({
      change: {
        teams: {
          receive: (request) => receiver?.receive(request) ?? Promise.reject(new Error("not yet")),
        },
      },
    });
    const { database, ports } = bench;
    await database.withTenant(bench.company.tenantId, ({ installations }) =>
      installations.save(
        {
          channel: "teams",
          workspaceId: msTenantId,
          workspaceName: "Acme",
          organisationId: null,
          organisationWide: false,
          appId: issuer.appId,
          botUserId: `28:${issuer.appId}`,
          scopes: [],
          sealedTokens: null,
          tokensExpireAt: null,
          state: "active",
          installedBy: null,
        },
        [],
      ),
    );
    const clock = { now: () => new Date() };
    const tenantOf = (workspaceId: string) => database.tenantOfWorkspace("teams", workspaceId);
    receiver = createTeamsReceiver({
      ...ports,
      clock,
      tenantOf,
      tellStranger: async () => undefined,
      tokens: createTokenVerifier(
        {
          appId: issuer.appId,
          issuer: issuer.settings.TEAMS_TOKEN_ISSUER,
          metadataUrl: issuer.settings.TEAMS_OPENID_METADATA_URL,
        },
        { clock },
      ),
      invokes: {
        answer: async () => ({ status: 200, body: {} }),
        acknowledge: () => ({ status: 200 }),
        notConnected: () => ({ status: 200 }),
      },
      inbox: {
        receiveEvent: (event) =>
          away
            ? Promise.reject(new ExpertError("database_unavailable", "The database is away."))
            : database.inbox.receiveEvent(event),
      },
      refusals: createRefusalLog(
        { ...ports, clock, tenantOf, operator: createOperatorFinder({ database, clock }, "teams") },
        "teams",
      ),
    });
  });
  afterEach(() => bench.close());

  const rows = () => [...bench.database.tables(bench.company.tenantId).inbox.values()];
  const denied = (): unknown[] =>
    bench.database
      .tables(bench.company.tenantId)
      .audit.filter(({ event }) => event.event === "auth.denied")
      .map(({ event: { status, metadata } }) => ({ status, ...metadata }));
  const message = {
    type: "message",
    id: "10",
    channelId: "msteams",
    serviceUrl,
    from: { id: "29:1", name: "Ada", aadObjectId: "aaaaaaaa-0000-0000-0000-000000000001" },
    recipient: { id: "28:bot" },
    conversation: { id: "a:1", conversationType: "personal", tenantId: msTenantId },
    channelData: { tenant: { id: msTenantId } },
    text: "How many days of leave?",
  };
  const post = async (authorization: string | null, body: object = message): Promise<number> => {
    const response = await fetch(`${bench.url}/api/messages`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization === null ? {} : { authorization }) },
      body: JSON.stringify(body),
    });
    await response.text();
    return response.status;
  };
  const bearer = (change?: TokenChange): string => `Bearer ${issuer.token(serviceUrl, change)}`;
  const refusal = (reason: string) => ({ status: "denied", channel: "teams", kind: "activities", reason });

  it("with a valid token are stored once, however often they come", async () => {
    const header = bearer();
    expect(await post(header)).toBe(200);
    expect(await Promise.all([post(header), post(bearer()), post(header)])).toEqual([200, 200, 200]);
    expect(rows()).toHaveLength(1);
    expect(denied()).toEqual([]);
  });

  it.each<[string, string, () => string | null]>([
    ["no token", "missing", () => null],
    ["a token of another kind", "malformed", () => "Basic dXNlcjpwYXNz"],
    ["nonsense", "malformed", () => "Bearer nonsense"],
    ["a wrong signature", "signature", () => bearer({ signature: "wrong" })],
    ["no algorithm", "algorithm", () => bearer({ header: { alg: "none" }, signature: "none" })],
    ["an unknown key", "key", () => bearer({ key: "unpublished" })],
    ["a key of another channel", "endorsement", () => bearer({ key: "unendorsed" })],
    ["another issuer", "issuer", () => bearer({ claims: { iss: "https://evil.example" } })],
    ["another bot's token", "audience", () => bearer({ claims: { aud: "another" } })],
    ["an expired token", "expired", () => bearer({ claims: { exp: seconds() - 301 } })],
    ["a token of the future", "early", () => bearer({ claims: { nbf: seconds() + 900 } })],
    ["another service's token", "service_url", () => `Bearer ${issuer.token("https://evil.example/")}`],
  ])("with %s are refused and recorded", async (_what, reason, header) => {
    expect(await post(header())).toBe(401);
    expect(rows()).toEqual([]);
    expect(denied()).toEqual([refusal(reason)]);
  });

  it("of another channel are refused, although the token is good", async () => {
    expect(await post(bearer(), { ...message, channelId: "directline" })).toBe(401);
    expect(denied()).toEqual([refusal("channel")]);
  });

  it("that name a foreign Microsoft tenant are told to the operator", async () => {
    const foreign = { tenantId: "99999999-e5f6-7890-abcd-ef1234567890" };
    expect(await post(null, { ...message, conversation: foreign, channelData: {} })).toBe(401);
    expect(denied()).toEqual([refusal("missing")]);
  });

  it("are sent again while the database is away", async () => {
    away = true;
    expect(await post(bearer())).toBe(503);
    away = false;
    expect(await post(bearer())).toBe(200);
    expect(rows()).toHaveLength(1);
  });

  it("of a Microsoft tenant that nobody has connected change nothing", async () => {
    const id = "99999999-e5f6-7890-abcd-ef1234567890";
    const body = {
      ...message,
      conversation: { ...message.conversation, tenantId: id },
      channelData: { tenant: { id } },
    };
    expect(await post(bearer(), body)).toBe(200);
    expect(rows()).toEqual([]);
    expect(bench.logged).toMatchObject([{ level: "warn", facts: { msTenantId: id } }]);
  });
});
