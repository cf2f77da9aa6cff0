import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ExpertError } from "../../../core/errors.ts";
import type { TenantId } from "../../../core/ids.ts";
import type { ChatRequestKind } from "../../../core/inbox/chat-receiver.ts";
import type { ReceivedEvent } from "../../../core/inbox/inbox.ts";
import type { LogFacts } from "../../../core/logger.ts";
import { createSlackReceiver, type SlackReceiverPorts } from "./receiver.ts";
import type { Refusal } from "./refusals.ts";

const secret = "only-for-tests";
const tenant = "00000000-0000-7000-8000-000000000001" as TenantId;
const now = new Date("2026-03-01T10:00:00Z");
const seconds = now.getTime() / 1_000;

const mention = {
  type: "event_callback",
  event_id: "Ev1",
  team_id: "T1",
  authorizations: [{ team_id: "T1", enterprise_id: null, user_id: "UBOT" }],
  event: { type: "app_mention", user: "U1", channel: "C1", ts: "10.1", text: "<@UBOT> hi" },
};
const command = {
  command: "/expert",
  text: "help",
  team_id: "T1",
  channel_id: "C1",
  user_id: "U1",
  trigger_id: "1.2.x",
  response_url: "https://hooks.slack.com/commands/1",
};
const click = {
  type: "block_actions",
  team: { id: "T1" },
  user: { id: "U1", team_id: "T1" },
  container: { type: "message", message_ts: "10.2", channel_id: "C1" },
  trigger_id: "1.2.y",
  response_url: "",
  actions: [{ type: "button", action_id: "ask_human", value: "turn" }],
};
const form = {
  type: "view_submission",
  team: { id: "T1" },
  user: { id: "U1", team_id: "T1" },
  trigger_id: "1.2.z",
  view: { id: "V1", callback_id: "reason", private_metadata: "" },
};
const asJson = (body: object): string => JSON.stringify(body);
const asPayload = (body: object): string => new URLSearchParams({ payload: asJson(body) }).toString();
const asForm = (body: Record<string, string>): string => new URLSearchParams(body).toString();

describe("the receiver", () => {
  let rows: ReceivedEvent[];
  let woken: unknown[];
  let refused: Refusal[];
  let logged: { message: string; facts: LogFacts | undefined }[];
  let change: Partial<SlackReceiverPorts>;
  beforeEach(() => {
    rows = [];
    woken = [];
    refused = [];
    logged = [];
    change = {};
  });
  const receiver = () => {
    const log = (message: string, facts?: LogFacts) => void logged.push({ message, facts });
    return createSlackReceiver(
      {
        workspaces: { tenantOf: async (team) => (team === "T1" ? tenant : null) },
        inbox: {
          receiveEvent: async (event) => {
            const known = rows.find(({ eventId }) => eventId === event.eventId);
            if (!known) rows.push(event);
            return { id: (known ?? event).id, fresh: !known };
          },
        },
        queue: { enqueue: async (...job) => void woken.push(job) },
        clock: { now: () => now },
        logger: { debug: log, info: log, warn: log, error: log },
        refusals: { record: async (refusal) => void refused.push(refusal) },
        ...change,
      },
      { signingSecrets: [secret] },
    );
  };
  const send = (body: string, kind: ChatRequestKind = "events", headers: Record<string, string> = {}) => {
    const signature = createHmac("sha256", secret)
      .update(`v0:${String(seconds)}:${body}`)
      .digest("hex");
    return receiver().receive({
      kind,
      headers: {
        "x-slack-request-timestamp": String(seconds),
        "x-slack-signature": `v0=${signature}`,
        ...headers,
      },
      rawBody: Buffer.from(body),
    });
  };

  it.each<[string, string, ChatRequestKind, object]>([
    ["an event", asJson(mention), "events", { eventId: "mention-T1-C1-10.1", body: { kind: "message" } }],
    ["a command", asForm(command), "commands", { eventId: "trigger-1.2.x", body: { kind: "command" } }],
    ["a click", asPayload(click), "interactions", { eventId: "trigger-1.2.y", body: { kind: "click" } }],
    ["a form", asPayload(form), "interactions", { eventId: "trigger-1.2.z", body: { kind: "form" } }],
    ["a click sent to the events", asPayload(click), "events", { body: { kind: "click" } }],
  ])("stores %s, wakes a worker and answers with nothing", async (_what, body, kind, row) => {
    expect(await send(body, kind)).toEqual({ status: 200, headers: {}, body: "" });
    expect(rows).toMatchObject([{ tenantId: tenant, channel: "slack", ...row }]);
    const id = rows[0]?.id;
    expect(woken).toEqual([["event", { tenantId: tenant, eventId: id }, { key: `event-${String(id)}` }]]);
  });

  it("takes an event once that Slack sends again, and wakes for the first row", async () => {
    await Promise.all([send(asJson(mention)), send(asJson(mention)), send(asJson(mention))]);
    expect(rows).toHaveLength(1);
    expect(new Set(woken.map((job) => JSON.stringify(job))).size).toBe(1);
  });

  it("answers after the row is there, and does not wait for the queue", async () => {
    let store: (() => void) | undefined;
    change = {
      inbox: {
        receiveEvent: (event) =>
          new Promise((resolve) => {
            store = () => {
              rows.push(event);
              resolve({ id: event.id, fresh: true });
            };
          }),
      },
      queue: { enqueue: () => new Promise(() => undefined) },
    };
    let answered = false;
    const answer = send(asJson(mention)).finally(() => (answered = true));
    while (!store) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answered).toBe(false);
    store();
    expect(await answer).toMatchObject({ status: 200 });
  });

  it("answers where the queue is away: the row is the truth", async () => {
    change = { queue: { enqueue: () => Promise.reject(new ExpertError("queue_unavailable", "away")) } };
    expect(await send(asJson(mention))).toMatchObject({ status: 200 });
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
  ])("has Slack send again where %s", async (_what, error, answer) => {
    change = { inbox: { receiveEvent: () => Promise.reject(error) } };
    const sent: [string, ChatRequestKind][] = [
      [asJson(mention), "events"],
      [asForm(command), "commands"],
      [asPayload(click), "interactions"],
      [asPayload(form), "interactions"],
    ];
    for (const [body, kind] of sent) {
      expect(await send(body, kind)).toMatchObject({ ...answer, body: "" });
    }
    expect(woken).toEqual([]);
    expect(logged).toHaveLength(4);
    change = { workspaces: { tenantOf: () => Promise.reject(error) } };
    expect(await send(asJson(mention))).toMatchObject(answer);
  });

  describe("of a workspace that nobody has connected", () => {
    let hooks: Server;
    const told: unknown[] = [];
    beforeEach(async () => {
      change = { workspaces: { tenantOf: async () => null } };
      hooks = createServer((request, response) => {
        let text = "";
        request.on("data", (chunk: Buffer) => (text += chunk.toString()));
        request.on("end", () => {
          told.push(JSON.parse(text));
          response.end("ok");
        });
      });
      await new Promise<void>((resolve) => hooks.listen(0, "127.0.0.1", resolve));
    });
    afterEach(() => new Promise((resolve) => hooks.close(resolve)));

    it("stores nothing, tells who can be told, and causes no retries", async () => {
      expect(await send(asJson(mention))).toEqual({ status: 200, headers: {}, body: "" });
      const answer = await send(asForm(command), "commands");
      expect(answer).toMatchObject({
        status: 200,
        headers: { "content-type": "application/json; charset=utf-8" },
      });
      expect(JSON.parse(answer.body)).toMatchObject({
        response_type: "ephemeral",
        text: expect.stringContaining("not connected") as unknown,
      });
      const responseUrl = `http://127.0.0.1:${String((hooks.address() as AddressInfo).port)}/actions/1`;
      const told1 = await send(asPayload({ ...click, response_url: responseUrl }), "interactions");
      expect(told1).toEqual({ status: 200, headers: {}, body: "" });
      for (let i = 0; told.length === 0 && i < 3_000; i += 1)
        await new Promise((resolve) => setTimeout(resolve, 10));
      expect(told).toMatchObject([{ response_type: "ephemeral", replace_original: false }]);
      expect(await send(asPayload(form), "interactions")).toMatchObject({ status: 200, body: "" });
      expect(rows).toEqual([]);
      expect(woken).toEqual([]);
      expect(logged[0]).toMatchObject({ facts: { workspace: "T1" } });
    });
  });

  it.each<[string, string, string]>([
    ["the address check", asJson({ type: "url_verification", challenge: "3eZb" }), "3eZb"],
    ["the certificate check", "ssl_check=1&token=x", ""],
    ["held back events", asJson({ type: "app_rate_limited", team_id: "T1" }), ""],
    ["events of no interest", asJson({ ...mention, event: { type: "reaction_added" } }), ""],
    ["a closed modal", asPayload({ type: "view_closed" }), ""],
    ["what it does not understand", asJson({ ...mention, event: { type: "app_mention", user: 7 } }), ""],
    ["events that break Bolt", asJson({ type: "event_callback", event: null }), ""],
  ])("answers %s and stores nothing", async (_what, body, answer) => {
    expect(await send(body)).toMatchObject({ status: 200, body: answer });
    expect(rows).toEqual([]);
  });

  it.each(["payload=%7B", "payload=7", "{", '{"a":}'])(
    "refuses the signed but unreadable %s",
    async (body) => {
      expect(await send(body)).toMatchObject({ status: 400 });
    },
  );

  it("refuses and records what Slack did not sign, whatever it is and wherever it was sent", async () => {
    const forged = { "x-slack-signature": `v0=${"0".repeat(64)}` };
    const sent: [string, ChatRequestKind, Record<string, string>][] = [
      [asJson(mention), "events", forged],
      [asForm(command), "commands", forged],
      [asPayload(click), "interactions", forged],
      [asPayload(click), "events", forged],
      ["", "commands", { "x-slack-signature": "" }],
      [asJson(mention), "events", { "x-slack-request-timestamp": String(seconds - 301) }],
    ];
    for (const [body, kind, headers] of sent) {
      const answer = await send(body, kind, headers);
      expect(answer.status).toBe(401);
      expect(answer.body).not.toMatch(/wrong|old|malformed/);
    }
    expect(refused.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      "events wrong",
      "commands wrong",
      "interactions wrong",
      "interactions wrong",
      "commands malformed",
      "events old",
    ]);
    expect(rows).toEqual([]);
  });

  it("says once a minute of which workspace it was told in vain", async () => {
    change = { workspaces: { tenantOf: async () => null } };
    const one = receiver();
    await one.receiveEnvelope(mention);
    await one.receiveEnvelope(mention);
    await one.receiveEnvelope({ ...mention, authorizations: [], team_id: "T2" });
    expect(logged.map(({ facts }) => facts?.["workspace"])).toEqual(["T1", "T2"]);
  });
});
