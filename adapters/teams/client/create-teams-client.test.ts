import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { isExpertError } from "../../../core/errors.ts";
import { amplyMs } from "../../../tests/support/time-limits.ts";
import { startTokenIssuer, type TokenIssuer } from "../../../tests/teams/token-issuer.ts";
import { createTeamsClient, type TeamsClientSettings } from "./create-teams-client.ts";
import type { TeamsBot, TeamsPlace } from "./teams-client.ts";

interface Call {
  readonly call: string;
  readonly body: Record<string, unknown> | null;
  readonly headers: IncomingHttpHeaders;
}

const tenantId = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";
const answered = (status: number, body: object = {}, headers: Record<string, string> = {}) => ({
  status,
  body: JSON.stringify(body),
  headers,
});

describe("the client of Teams", () => {
  let issuer: TokenIssuer;
  let service: Server;
  let serviceUrl: string;
  let calls: Call[];
  let answer: (call: string) => { status: number; body: string; headers: Record<string, string> } | "hang up";
  let now: number;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
    service = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () =>
        reply(`${String(request.method)} ${String(request.url)}`, text, request.headers, response),
      );
    });
    // Node's own 5 s may be over in the moment in which a connection is used again.
    service.keepAliveTimeout = amplyMs;
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    serviceUrl = `http://127.0.0.1:${String((service.address() as AddressInfo).port)}/amer/`;
  });
  afterAll(async () => {
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));
    await issuer.close();
  });
  const reply = (
    call: string,
    text: string,
    headers: IncomingHttpHeaders,
    response: ServerResponse,
  ): void => {
    calls.push({ call, body: text === "" ? null : (JSON.parse(text) as Record<string, unknown>), headers });
    const told = answer(call);
    if (told === "hang up") response.destroy();
    else
      response.writeHead(told.status, { "content-type": "application/json", ...told.headers }).end(told.body);
  };
  beforeEach(() => {
    calls = [];
    now = Date.now();
    answer = () => answered(200, { id: "1:abc" });
  });
  afterEach(() => {
    issuer.logins.splice(0);
    issuer.away = false;
  });
  const clientOf = (change: Partial<TeamsClientSettings> = {}) =>
    createTeamsClient(
      {
        appId: issuer.appId,
        homeTenantId: tenantId,
        proof: { kind: "password", password: "only-for-tests" },
        loginUrl: issuer.settings.TEAMS_LOGIN_URL,
        metadataUrl: issuer.settings.TEAMS_OPENID_METADATA_URL,
        timeoutMs: amplyMs,
        ...change,
      },
      { clock: { now: () => new Date(now) } },
    );
  const botOf = (change: Partial<TeamsClientSettings> = {}): TeamsBot => clientOf(change).bot(tenantId);
  const place = (): TeamsPlace => ({ serviceUrl, conversationId: "19:c@thread.tacv2;messageid=1" });
  const path = "v3/conversations/19%3Ac%40thread.tacv2%3Bmessageid%3D1/activities";
  const message = { type: "message", text: "hi" } as const;
  const errorOf = async (work: Promise<unknown>): Promise<{ code: string; facts: object }> => {
    try {
      await work;
    } catch (error) {
      if (isExpertError(error)) return { code: error.code, facts: error.facts };
      throw error;
    }
    throw new Error("nothing went wrong");
  };

  it("posts with the bot's token, and everything that an entity holds", async () => {
    const entities = [
      { type: "streaminfo", streamType: "streaming", streamSequence: 2, streamId: "s" },
      {
        type: "https://schema.org/Message",
        "@type": "Message",
        "@context": "https://schema.org",
        "@id": "",
        additionalType: ["AIGeneratedContent"],
        citation: [{ "@type": "Claim", position: 1, appearance: { name: "Leave", abstract: "20 days" } }],
        usageInfo: { "@type": "CreativeWork", name: "Confidential" },
      },
    ];
    const attachments = [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: { type: "AdaptiveCard", "x-y": [1, null] },
      },
    ];
    const channelData = { feedbackLoop: { type: "custom" } };
    expect(await botOf().send(place(), { ...message, entities, attachments, channelData })).toBe("1:abc");
    expect(calls).toMatchObject([
      {
        call: `POST /amer/${path}`,
        headers: { authorization: `Bearer ${issuer.botToken}` },
        body: { type: "message", text: "hi", from: { id: `28:${issuer.appId}` } },
      },
    ]);
    expect(calls[0]?.body?.["entities"]).toEqual(entities);
    expect(calls[0]?.body?.["attachments"]).toEqual(attachments);
    expect(calls[0]?.body?.["channelData"]).toEqual(channelData);
  });

  it("names the kind of the conversation with a stream, which clients refuse without it", async () => {
    const entities = [{ type: "streaminfo", streamType: "informative", streamSequence: 1 }];
    await botOf().send(place(), { type: "typing", text: "Looking…", entities });
    await botOf().send(place(), message);
    expect(calls.map(({ body }) => body?.["conversation"])).toEqual([
      { conversationType: "personal", id: place().conversationId },
      { id: place().conversationId },
    ]);
  });

  it("gives no id where Teams gave none, as for parts of a stream", async () => {
    answer = () => ({ status: 202, body: "", headers: {} });
    expect(await botOf().send(place(), { type: "typing" })).toBe("");
  });

  it("updates and removes", async () => {
    const bot = botOf();
    await bot.update(place(), "9", message);
    await bot.remove(place(), "9");
    expect(calls.map(({ call }) => call)).toEqual([`PUT /amer/${path}/9`, `DELETE /amer/${path}/9`]);
    expect(calls[0]?.body).toMatchObject({ id: "9", text: "hi" });
  });

  it("begins the chat with a person, and a thread in a channel", async () => {
    const bot = botOf();
    answer = () => answered(201, { id: "a:1" });
    expect(await bot.createConversation({ kind: "personal", serviceUrl, userId: "aad-1" })).toEqual({
      conversationId: "a:1",
      activityId: null,
    });
    answer = () => answered(201, { id: "19:c@thread.tacv2;messageid=5", activityId: "5" });
    const thread = {
      kind: "channel",
      serviceUrl,
      channelId: "19:c@thread.tacv2",
      activity: message,
    } as const;
    expect(await bot.createConversation(thread)).toMatchObject({ activityId: "5" });
    expect(calls.map(({ body }) => body)).toMatchObject([
      { isGroup: false, members: [{ id: "aad-1" }], channelData: { tenant: { id: tenantId } } },
      { isGroup: true, activity: { text: "hi" }, channelData: { channel: { id: "19:c@thread.tacv2" } } },
    ]);
  });

  it("reads who is there, a page at a time", async () => {
    const ada = {
      id: "29:1",
      name: "Ada",
      givenName: "Ada",
      objectId: "AAD-1",
      email: "ada@acme.example",
      userPrincipalName: "ada@acme.example",
      tenantId: tenantId.toUpperCase(),
      userRole: "guest",
    };
    answer = (call) =>
      answered(200, { members: [ada], ...(call.includes("next") ? {} : { continuationToken: "next" }) });
    const bot = botOf();
    const first = await bot.members(place());
    expect(first).toEqual({
      members: [
        {
          id: "29:1",
          aadObjectId: "aad-1",
          name: "Ada",
          givenName: "Ada",
          email: "ada@acme.example",
          userPrincipalName: "ada@acme.example",
          msTenantId: tenantId,
          role: "guest",
        },
      ],
      continuation: "next",
    });
    expect(await bot.members(place(), "next")).toMatchObject({ continuation: null });
    expect(calls.map(({ call }) => call)).toEqual([
      "GET /amer/v3/conversations/19%3Ac%40thread.tacv2/pagedmembers?pageSize=500",
      "GET /amer/v3/conversations/19%3Ac%40thread.tacv2/pagedmembers?pageSize=500&continuationToken=next",
    ]);
  });

  it("reads one of them, or that they are not there", async () => {
    const bot = botOf();
    answer = () => answered(200, { id: "29:1", name: "Ada", aadObjectId: "AAD-1" });
    expect(await bot.member(place(), "29:1")).toMatchObject({ aadObjectId: "aad-1", email: null });
    answer = () => answered(404, { error: { code: "MemberNotFoundInConversation", message: "no" } });
    expect(await bot.member(place(), "29:2")).toBeNull();
    answer = () => answered(403);
    expect(await errorOf(bot.member(place(), "29:2"))).toMatchObject({ code: "channel_refused" });
  });

  it("reads a team's channels", async () => {
    answer = () =>
      answered(200, { conversations: [{ id: "19:t" }, { id: "19:p", name: "Pumps", type: "private" }] });
    expect(await botOf().channels(serviceUrl, "19:t")).toEqual([
      { id: "19:t", name: null, type: null },
      { id: "19:p", name: "Pumps", type: "private" },
    ]);
    expect(calls.map(({ call }) => call)).toEqual(["GET /amer/v3/teams/19%3At/conversations"]);
  });

  it("reads a picture with its token, as far as it may be long", async () => {
    answer = () => ({ status: 200, body: "picture", headers: { "content-type": "image/png" } });
    const url = `${serviceUrl}v3/attachments/1/views/original`;
    expect(Buffer.from(await botOf().download(url, 7)).toString()).toBe("picture");
    expect(calls[0]?.headers.authorization).toBe(`Bearer ${issuer.botToken}`);
    expect(await errorOf(botOf().download(url, 6))).toMatchObject({ code: "channel_refused" });
  });

  it.each<[string, number, object, Record<string, string>, object]>([
    ["a pause", 429, {}, { "retry-after": "7" }, { code: "rate_limited", facts: { retryAfterMs: 7_000 } }],
    ["a pause of no length", 429, {}, {}, { code: "rate_limited", facts: { retryAfterMs: 2_000 } }],
    ["two changes at once", 412, {}, {}, { code: "channel_unavailable" }],
    ["an outage", 502, {}, {}, { code: "channel_unavailable", facts: { status: 502 } }],
    ["slowness", 504, {}, {}, { code: "channel_unavailable" }],
    [
      "the end of a stream",
      403,
      { error: { code: "ContentStreamNotAllowed", message: "Content stream was cancelled by user." } },
      {},
      {
        code: "channel_refused",
        facts: {
          status: 403,
          teamsError: "ContentStreamNotAllowed",
          said: "Content stream was cancelled by user.",
        },
      },
    ],
    [
      "a bot that is not there",
      403,
      {
        error: {
          code: "BotNotInConversationRoster",
          message: "The bot is not part of the conversation roster.",
        },
      },
      {},
      { code: "channel_refused", facts: { teamsError: "BotNotInConversationRoster" } },
    ],
    ["a long message", 413, { error: { code: "MessageSizeTooBig" } }, {}, { code: "channel_refused" }],
    [
      "a bad card",
      400,
      { error: { code: "BadSyntax" } },
      {},
      { code: "channel_refused", facts: { status: 400 } },
    ],
  ])("tells %s, and calls once", async (_what, status, body, headers, told) => {
    answer = () => answered(status, body, headers);
    expect(await errorOf(botOf().send(place(), message))).toMatchObject(told);
    expect(calls).toHaveLength(1);
  });

  it("tells that nobody answers, and calls once", async () => {
    answer = () => "hang up";
    expect(await errorOf(botOf().send(place(), message))).toMatchObject({ code: "channel_unavailable" });
    expect(calls).toHaveLength(1);
  });

  it.each(["http://smba.example/", "nowhere", "https://name@smba.example/"])(
    "sends no token to %s",
    async (address) => {
      const sending = botOf().send({ ...place(), serviceUrl: address }, message);
      expect(await errorOf(sending)).toMatchObject({ code: "channel_refused" });
      expect(calls).toEqual([]);
    },
  );

  it("sends no token in the clear to this machine either, unless its keys are here", async () => {
    const bot = botOf({ metadataUrl: "https://login.botframework.com/keys" });
    expect(await errorOf(bot.send(place(), message))).toMatchObject({ code: "channel_refused" });
    expect(calls).toEqual([]);
  });

  describe("its token", () => {
    it("is asked for once by many calls, and again before it ends", async () => {
      const bot = botOf();
      await Promise.all([1, 2, 3].map(() => bot.send(place(), message)));
      expect(issuer.logins).toHaveLength(1);
      now += 3_300_000 - 1;
      await bot.send(place(), message);
      expect(issuer.logins).toHaveLength(1);
      now += 1;
      await bot.send(place(), message);
      expect(issuer.logins).toHaveLength(2);
      expect(Object.fromEntries(issuer.logins[0] ?? [])).toEqual({
        grant_type: "client_credentials",
        client_id: issuer.appId,
        client_secret: "only-for-tests",
        scope: "https://api.botframework.com/.default",
      });
    });

    it("is of the registration's own Microsoft tenant, or of the Bot Framework for an app of any", async () => {
      issuer.paths.splice(0);
      await botOf().send(place(), message);
      await botOf({ homeTenantId: null }).send(place(), message);
      expect(issuer.paths).toEqual([
        `/login/${tenantId}/oauth2/v2.0/token`,
        "/login/botframework.com/oauth2/v2.0/token",
      ]);
    });

    it("is not had with a wrong secret, and what was to be sent can be sent once it is right", async () => {
      const bot = botOf({ proof: { kind: "password", password: "hush" } });
      const told = await errorOf(bot.send(place(), message));
      expect(told).toMatchObject({
        code: "channel_unavailable",
        facts: { teamsError: "AADSTS7000215" },
      });
      expect(JSON.stringify(told)).not.toContain("hush");
      expect(calls).toEqual([]);
    });

    it("may be had later where Entra is away", async () => {
      issuer.away = true;
      const bot = botOf();
      expect(await errorOf(bot.send(place(), message))).toMatchObject({ code: "channel_unavailable" });
      issuer.away = false;
      expect(await bot.send(place(), message)).toBe("1:abc");
    });

    it("is replaced where Teams takes it no more, and not asked for on and on", async () => {
      const bot = botOf();
      await bot.send(place(), message);
      answer = () => answered(401);
      now += 60_000;
      expect(await errorOf(bot.send(place(), message))).toMatchObject({ code: "channel_unavailable" });
      expect(await errorOf(bot.send(place(), message))).toMatchObject({ code: "channel_refused" });
      expect(issuer.logins).toHaveLength(2);
    });
  });
});
