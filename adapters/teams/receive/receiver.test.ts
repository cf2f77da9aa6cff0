import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { ExpertError } from "../../../core/errors.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { ReceivedEvent } from "../../../core/inbox/inbox.ts";
import type { RefusedRequest } from "../../../core/inbox/refusal-log.ts";
import type { LogFacts } from "../../../core/logger.ts";
import { until } from "../../../tests/support/sample-work.ts";
import { amplyMs } from "../../../tests/support/time-limits.ts";
import { startTokenIssuer, type TokenIssuer } from "../../../tests/teams/token-issuer.ts";
import { createTeamsReceiver, type TeamsReceiverPorts } from "./receiver.ts";
import { createTokenVerifier, type TokenVerifier } from "./verify-token.ts";

const tenant = "00000000-0000-7000-8000-000000000001" as TenantId;
const msTenantId = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";
const serviceUrl = "https://smba.trafficmanager.net/amer/";
const conversationId = "a:1";

const activity = {
  type: "message",
  id: "10",
  channelId: "msteams",
  serviceUrl,
  from: { id: "29:1", name: "Ada", aadObjectId: "AAAAAAAA-0000-0000-0000-000000000001" },
  recipient: { id: "28:bot" },
  conversation: { id: conversationId, conversationType: "personal", tenantId: msTenantId },
  channelData: { tenant: { id: msTenantId } },
  text: "How many days of leave?",
};
const invoke = (name: string, value: object) => ({
  ...activity,
  type: "invoke",
  id: "f:1",
  name,
  replyToId: "9",
  value,
});
const click = invoke("adaptiveCard/action", { action: { verb: "ask_human", data: { turn: "t" } } });
const search = invoke("composeExtension/query", {
  commandId: "search",
  parameters: [{ name: "query", value: "leave" }],
});

describe("the receiver", () => {
  let issuer: TokenIssuer;
  let tokens: TokenVerifier;
  let rows: ReceivedEvent[];
  let woken: unknown[];
  let strangers: string[];
  let refused: RefusedRequest[];
  let logged: { message: string; facts: LogFacts | undefined }[];
  let change: Partial<TeamsReceiverPorts>;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
    const { TEAMS_TOKEN_ISSUER, TEAMS_OPENID_METADATA_URL } = issuer.settings;
    tokens = createTokenVerifier(
      { appId: issuer.appId, issuer: TEAMS_TOKEN_ISSUER, metadataUrl: TEAMS_OPENID_METADATA_URL },
      { clock: { now: () => new Date() } },
    );
    jest.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await issuer.close();
  });
  beforeEach(() => {
    [rows, woken, refused, logged, strangers, change] = [[], [], [], [], [], {}];
  });
  const receiver = () => {
    const log = (message: string, facts?: LogFacts) => void logged.push({ message, facts });
    return createTeamsReceiver({
      tellStranger: async ({ kind }) => void strangers.push(kind),
      tenantOf: async (id) => (id === msTenantId ? tenant : null),
      tokens,
      inbox: {
        receiveEvent: async (event) => {
          const known = rows.find(({ eventId }) => eventId === event.eventId);
          if (!known) rows.push(event);
          return { id: (known ?? event).id, fresh: !known };
        },
      },
      queue: { enqueue: async (...job) => void woken.push(job) },
      invokes: {
        answer: async (_tenant, inquiry) => ({ status: 200, body: { shown: inquiry.kind } }),
        acknowledge: (event) => ({ status: 200, body: { done: event.kind } }),
        notConnected: (asked) => ({ status: 200, body: { notConnected: asked.kind } }),
      },
      refusals: { record: async (refusal) => void refused.push(refusal) },
      clock: { now: () => new Date() },
      logger: { debug: log, info: log, warn: log, error: log },
      timeoutMs: amplyMs,
      ...change,
    });
  };
  const send = (body: object | string, headers: Record<string, string> = {}, by = receiver()) =>
    by.receive({
      kind: "activities",
      headers: { authorization: `Bearer ${issuer.token(serviceUrl)}`, ...headers },
      rawBody: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    });
  const nothing = { status: 200, headers: {}, body: "" };
  const json = { "content-type": "application/json; charset=utf-8" };

  it("stores a message, wakes a worker and answers with nothing", async () => {
    expect(await send(activity)).toEqual(nothing);
    expect(rows).toMatchObject([
      {
        tenantId: tenant,
        channel: "teams",
        eventId: "message-a:1-10",
        body: { kind: "message", userAadId: "aaaaaaaa-0000-0000-0000-000000000001", serviceUrl },
      },
    ]);
    const id = rows[0]?.id;
    expect(woken).toEqual([["event", { tenantId: tenant, eventId: id }, { key: `event-${String(id)}` }]]);
  });

  it("stores no token", async () => {
    const token = issuer.token(serviceUrl);
    await send(activity, { authorization: `Bearer ${token}` });
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it("stores a click and answers it shortly, with nothing that is read", async () => {
    expect(await send(click)).toEqual({ status: 200, headers: json, body: '{"done":"card_action"}' });
    expect(rows).toMatchObject([{ eventId: "invoke-a:1-f:1", body: { verb: "ask_human", messageId: "9" } }]);
  });

  it("shows what is searched for, and stores nothing", async () => {
    expect(await send(search)).toEqual({ status: 200, headers: json, body: '{"shown":"search"}' });
    expect([rows, woken]).toEqual([[], []]);
  });

  it("takes a message once that Teams sends again, and wakes for the first row", async () => {
    const by = receiver();
    await Promise.all([send(activity, {}, by), send(activity, {}, by), send(activity, {}, by)]);
    expect(rows).toHaveLength(1);
    expect(new Set(woken.map((job) => JSON.stringify(job))).size).toBe(1);
  });

  it("answers after the row is there, and does not wait for the queue", async () => {
    let store = null as (() => void) | null;
    change = {
      inbox: {
        receiveEvent: (event) =>
          new Promise((resolve) => {
            store = () => resolve({ id: event.id, fresh: true });
          }),
      },
      queue: { enqueue: () => new Promise(() => undefined) },
    };
    let answered = false;
    const answer = send(activity).finally(() => (answered = true));
    await until("the row is asked for", async () => store !== null);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(answered).toBe(false);
    store?.();
    expect(await answer).toEqual(nothing);
  });

  it("answers where the queue is away: the row is the truth", async () => {
    change = { queue: { enqueue: () => Promise.reject(new ExpertError("queue_unavailable", "away")) } };
    expect(await send(activity)).toEqual(nothing);
    expect(rows).toHaveLength(1);
  });

  it.each<[string, Error, object]>([
    [
      "the database is away",
      new ExpertError("database_unavailable", "away"),
      { status: 503, headers: { "retry-after": "2" } },
    ],
    ["something is wrong", new TypeError("a mistake"), { status: 503 }],
    [
      "too many wait",
      new ExpertError("rate_limited", "full", { facts: { retryAfterSeconds: 7 } }),
      { status: 429, headers: { "retry-after": "7" } },
    ],
  ])("does not say that it is done where %s", async (_what, error, answer) => {
    change = { inbox: { receiveEvent: () => Promise.reject(error) } };
    expect(await send(activity)).toMatchObject({ ...answer, body: "" });
    expect(await send(click)).toMatchObject({ ...answer, body: "" });
    change = { tenantOf: () => Promise.reject(error) };
    expect(await send(search)).toMatchObject({ ...answer, body: "" });
    expect(woken).toEqual([]);
    expect(logged).toHaveLength(3);
  });

  it("does not hold what Teams no longer waits for", async () => {
    jest.useFakeTimers();
    try {
      const asked = new Promise<void>((resolve) => {
        change = {
          timeoutMs: undefined,
          invokes: {
            answer: () => {
              resolve();
              return new Promise(() => undefined);
            },
            acknowledge: () => ({ status: 200 }),
            notConnected: () => ({ status: 200 }),
          },
        };
      });
      const answer = send(search);
      await asked;
      jest.advanceTimersByTime(4_500);
      expect(await answer).toMatchObject({ status: 504 });
    } finally {
      jest.useRealTimers();
    }
  });

  it("stores nothing of a Microsoft tenant that nobody has connected, and says so to whoever writes or clicks", async () => {
    change = { tenantOf: async () => null };
    const by = receiver();
    expect(await send(activity, {}, by)).toEqual(nothing);
    expect(await send(click, {}, by)).toMatchObject({ body: '{"notConnected":"card_action"}' });
    expect(await send(search, {}, by)).toMatchObject({ body: '{"notConnected":"search"}' });
    expect([rows, woken]).toEqual([[], []]);
    expect(strangers).toEqual(["message"]);
    expect(logged).toMatchObject([
      { facts: { msTenantId, remedy: expect.stringContaining(`--microsoft-tenant ${msTenantId}`) } },
    ]);
    // Once for all of them.
    expect(refused).toEqual([
      {
        kind: "activities",
        reason: "microsoft_tenant_unknown",
        workspaceId: msTenantId,
        vouched: true,
      },
    ]);
  });

  it.each<[string, object | string, number]>([
    ["what is of no interest", { ...activity, type: "typing" }, 200],
    ["what it does not understand", { ...activity, from: 7 }, 200],
    ["an invoke that it does not understand", invoke("adaptiveCard/action", {}), 400],
    ["an invoke that it does not offer", invoke("fileConsent/invoke", {}), 501],
    ["what is cut", '{"type":"mess', 400],
    ["what is no object", "7", 400],
  ])("answers %s and stores nothing", async (_what, body, status) => {
    expect(await send(body)).toMatchObject({ status });
    expect([rows, refused]).toEqual([[], []]);
  });

  it("refuses and records what Teams did not sign, and tells nobody why", async () => {
    const forged = { authorization: `Bearer ${issuer.token(serviceUrl, { signature: "wrong" })}` };
    const sent: [object | string, Record<string, string>][] = [
      [activity, forged],
      [click, forged],
      [search, forged],
      [activity, { authorization: "" }],
      [{ ...activity, serviceUrl: "https://evil.example/" }, {}],
      [{ ...activity, channelId: "emulator", conversation: {}, channelData: {} }, {}],
    ];
    for (const [body, headers] of sent) {
      const answer = await send(body, headers);
      expect(answer.status).toBe(401);
      expect(answer.body).not.toMatch(/signature|missing|service_url/);
    }
    expect(refused.map(({ kind, reason, workspaceId }) => [kind, reason, workspaceId])).toEqual([
      ["activities", "signature", msTenantId],
      ["activities", "signature", msTenantId],
      ["activities", "signature", msTenantId],
      ["activities", "missing", msTenantId],
      ["activities", "service_url", msTenantId],
      ["activities", "channel", null],
    ]);
    expect(rows).toEqual([]);
  });

  it("refuses nobody while Microsoft's keys cannot be had", async () => {
    change = {
      tokens: { verify: () => Promise.reject(new ExpertError("channel_unavailable", "no keys")) },
    };
    expect(await send(activity)).toMatchObject({ status: 503 });
    expect([rows, refused]).toEqual([[], []]);
  });
});
