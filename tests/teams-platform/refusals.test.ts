import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startTokenIssuer, type TokenIssuer } from "../teams/token-issuer.ts";
import { startTeamsPlatform } from "./start-teams-platform.ts";
import type { Person, Place, TeamsPlatform, TeamsPlatformOptions, Tenant } from "./teams-platform.ts";

describe("what the local Teams refuses", () => {
  let platform: TeamsPlatform;
  let issuer: TokenIssuer;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
  });
  afterAll(() => issuer.close());
  let contoso: Tenant;
  let ann: Person;
  let general: Place;
  /** The time of the local Teams, in milliseconds. */
  let now = 0;
  const open = async (options: TeamsPlatformOptions = {}): Promise<void> => {
    platform = await startTeamsPlatform({ issuer, throttle: "off", now: () => now, ...options });
    contoso = platform.tenant({ name: "Contoso" });
    ann = contoso.person({ name: "Ann Lee" });
    await contoso.installFor(ann);
    general = contoso.team({ name: "Support", members: [ann] }).channel({ name: "General" });
  };
  beforeEach(() => open());
  afterEach(() => platform.close());

  const call = async (
    method: string,
    path: string,
    body?: object,
    token = platform.issuer.botToken,
  ): Promise<{ status: number; code?: string; id?: string; retryAfter: string | null }> => {
    const response = await fetch(`${platform.serviceUrl}v3/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const said = (await response.json()) as { id?: string; error?: { code: string } };
    return {
      status: response.status,
      ...(said.error ? { code: said.error.code } : {}),
      ...(said.id === undefined ? {} : { id: said.id }),
      retryAfter: response.headers.get("retry-after"),
    };
  };
  const activities = (id = ann.chat.id): string => `conversations/${encodeURIComponent(id)}/activities`;
  const post = (activity: object, id?: string) => call("POST", activities(id), activity);
  const part = (text: string, info: object) =>
    post({
      type: "streamType" in info && info.streamType === "final" ? "message" : "typing",
      text,
      entities: [{ type: "streaminfo", ...info }],
    });
  const text = { type: "message", text: "hi [1]" };
  const entity = { type: "https://schema.org/Message", "@type": "Message", "@context": "https://schema.org" };
  const claim = { "@type": "Claim", position: 1, appearance: { "@type": "DigitalDocument", name: "Hoses" } };
  const labelled = { ...entity, additionalType: ["AIGeneratedContent"] };
  const card = (content: object) => [{ contentType: "application/vnd.microsoft.card.adaptive", content }];
  const adaptive = { type: "AdaptiveCard", version: "1.5", body: [] };

  it.each<[string, object, number, string]>([
    ["nothing", { type: "message" }, 400, "BadSyntax"],
    ["unknown properties", { ...text, mood: "good" }, 400, "BadSyntax"],
    ["unknown entities", { ...text, entities: [{ type: "mood" }] }, 400, "BadSyntax"],
    [
      "unknown properties of entities",
      { ...text, entities: [{ ...labelled, mood: "good" }] },
      400,
      "BadSyntax",
    ],
    ["a text with a card", { ...text, attachments: card(adaptive) }, 400, "BadSyntax"],
    ["too long a text", { type: "message", text: "x".repeat(20_001) }, 413, "MessageSizeTooBig"],
    [
      "too large a card",
      { type: "message", attachments: card({ ...adaptive, speak: "x".repeat(14_001) }) },
      413,
      "MessageSizeTooBig",
    ],
    [
      "too new a card",
      { type: "message", attachments: card({ ...adaptive, version: "1.6" }) },
      400,
      "BadArgument",
    ],
    ["two labels", { ...text, entities: [labelled, labelled] }, 400, "BadArgument"],
    [
      "a citation that the text does not name",
      { ...text, entities: [{ ...labelled, citation: [{ ...claim, position: 2 }] }] },
      400,
      "BadArgument",
    ],
    [
      "two citations of one number",
      { ...text, entities: [{ ...labelled, citation: [claim, claim] }] },
      400,
      "BadArgument",
    ],
    [
      "too long a name",
      {
        ...text,
        entities: [
          {
            ...labelled,
            citation: [{ ...claim, appearance: { ...claim.appearance, name: "x".repeat(81) } }],
          },
        ],
      },
      400,
      "BadArgument",
    ],
  ])("%s", async (_what, activity, status, code) => {
    expect(await post(activity)).toMatchObject({ status, code });
    expect(platform.violations).toMatchObject([{ code }]);
    expect(ann.chat.messages()).toEqual([]);
  });

  it("takes what is right", async () => {
    expect(await post({ ...text, entities: [{ ...labelled, citation: [claim] }] })).toMatchObject({
      status: 201,
    });
    expect(await post({ type: "message", attachments: card(adaptive) })).toMatchObject({ status: 201 });
    expect(platform.violations).toEqual([]);
  });

  it("other tokens, and conversations, people and messages that the bot has nothing to do with", async () => {
    expect(await call("POST", activities(), text, "other")).toMatchObject({ status: 401 });
    expect(await post(text, "19:unknown@thread.v2")).toMatchObject({
      status: 404,
      code: "ConversationNotFound",
    });
    const without = contoso.groupChat({ members: [ann], bot: false });
    expect(await post(text, without.id)).toMatchObject({ status: 403, code: "BotNotInConversationRoster" });
    const unknown = `${activities()}/1`;
    const notFound = { status: 404, code: "ActivityNotFoundInConversation" };
    expect(await call("PUT", unknown, text)).toMatchObject(notFound);
    expect(await call("DELETE", unknown)).toMatchObject(notFound);
    expect(await post(text, `${general.id};messageid=1`)).toMatchObject(notFound);
    const { id } = await ann.message(ann.chat, "mine");
    const notOwn = { status: 403, code: "NotEnoughPermissions" };
    expect(await call("PUT", `${activities()}/${id}`, text)).toMatchObject(notOwn);
    const sam = contoso.person({ name: "Sam Roe" });
    const personal = {
      isGroup: false,
      members: [{ id: sam.aadObjectId }],
      channelData: { tenant: { id: contoso.id } },
    };
    const notInstalled = { status: 403, code: "ForbiddenOperationException" };
    expect(await call("POST", "conversations", personal)).toMatchObject(notInstalled);
  });

  it("too many at a time", async () => {
    await platform.close();
    await open({ throttle: {} });
    for (let count = 0; count < 7; count += 1) expect((await post(text)).status).toBe(201);
    expect(await post(text)).toMatchObject({ status: 429, code: "Throttled", retryAfter: "1" });
    expect(await post(text, general.id)).toMatchObject({ status: 201 });
    now += 1_000;
    expect((await post(text)).status).toBe(201);
  });

  const notAllowed = { status: 403, code: "ContentStreamNotAllowed" };

  it("streams anywhere but in a personal chat, and two at once", async () => {
    const first = {
      type: "typing",
      text: "one",
      entities: [{ type: "streaminfo", streamType: "streaming", streamSequence: 1 }],
    };
    expect(await post(first, general.id)).toMatchObject(notAllowed);
    expect(await post(first)).toMatchObject({ status: 201 });
    expect(await post(first)).toMatchObject(notAllowed);
  });

  it("parts of a stream that come too soon, do not grow, or bring what belongs to its end", async () => {
    await platform.close();
    await open({ streams: { gapMs: 40 } });
    expect(await part("one", { streamType: "streaming", streamSequence: 2 })).toMatchObject({ status: 400 });
    expect(await part("", { streamType: "informative", streamSequence: 1 })).toMatchObject({ status: 400 });
    const { id: streamId } = await part("one", { streamType: "streaming", streamSequence: 1 });
    expect(await part("one two", { streamId, streamSequence: 2 })).toMatchObject({ status: 429 });
    now += 40;
    expect(await part("two", { streamId, streamSequence: 2 })).toMatchObject(notAllowed);
    now += 40;
    expect(await part("one two", { streamId, streamSequence: 2 })).toMatchObject({
      status: 202,
      code: "ContentStreamSequenceOrderPreConditionFailed",
    });
    expect(await part("one two", { streamId, streamType: "final", streamSequence: 4 })).toMatchObject({
      status: 400,
    });
    const labelledPart = {
      type: "typing",
      text: "one two",
      entities: [{ type: "streaminfo", streamId, streamSequence: 3 }, labelled],
    };
    expect(await post(labelledPart)).toMatchObject({ status: 400 });
    now += 40;
    expect(await part("one two", { streamId, streamType: "final" })).toMatchObject({ status: 202 });
    expect(await part("one two", { streamId, streamType: "final" })).toMatchObject(notAllowed);
    expect(ann.chat.messages()).toMatchObject([{ text: "one two", streaming: "final" }]);
  });

  it("parts of a stream that its reader has stopped, or whose time is over", async () => {
    await platform.close();
    await open({ streams: { gapMs: 0, lifeMs: 60 } });
    const begin = async (): Promise<string> => {
      const { id = "" } = await part("one", { streamType: "streaming", streamSequence: 1 });
      return id;
    };
    const stopped = await begin();
    const [message] = ann.chat.messages();
    if (message) ann.stop(message);
    expect(await part("one two", { streamId: stopped, streamSequence: 2 })).toMatchObject(notAllowed);
    expect(await call("PUT", `${activities()}/${stopped}`, text)).toMatchObject(notAllowed);
    const late = await begin();
    expect(await call("PUT", `${activities()}/${late}`, text)).toMatchObject({ status: 400 });
    now += 61;
    expect(await part("one two", { streamId: late, streamType: "final" })).toMatchObject(notAllowed);
    expect(await call("PUT", `${activities()}/${late}`, text)).toMatchObject({ status: 200 });
    expect(platform.violations.map(({ detail }) => detail)).toEqual([
      "Content stream was canceled by user.",
      "Content stream was canceled by user.",
      "the message is streamed still",
      "Content stream finished due to exceeded streaming time.",
    ]);
    expect(platform.forgive()).toHaveLength(4);
    expect(platform.violations).toEqual([]);
  });
});
