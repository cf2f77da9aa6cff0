import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createOperatorFinder } from "../../core/inbox/find-operator.ts";
import { createSlackReceiver, type SlackReceiver } from "../../adapters/slack/receive/receiver.ts";
import { createRefusals } from "../../adapters/slack/receive/refusals.ts";
import type { Clock } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import type { Delivery, RawRequest, SlackPlatform, Workspace } from "../slack-platform/slack-platform.ts";
import { signRequest } from "../slack-platform/signature.ts";
import { startSlackPlatform } from "../slack-platform/start-slack-platform.ts";
import { type HttpBench, httpBench } from "../support/http-bench.ts";

/** Real requests of a local Slack to the listening server, over rows in memory. */
describe("requests of Slack", () => {
  let bench: HttpBench;
  let platform: SlackPlatform;
  let acme: Workspace;
  let away: boolean;
  let clock: Clock;

  beforeEach(async () => {
    platform = await startSlackPlatform({ rateLimits: "off" });
    acme = platform.workspace({ name: "Acme" });
    away = false;
    let shiftMs = 0;
    clock = { now: () => new Date(Date.now() + shiftMs) };
    shift = (ms) => (shiftMs += ms);
    let receiver = null as SlackReceiver | null;
    bench = await httpBench({
      change: {
        slack: {
          receive: (request) => receiver?.receive(request) ?? Promise.reject(new Error("not yet")),
        },
      },
    });
    const { database, ports } = bench;
    await database.withTenant(bench.company.tenantId, ({ installations }) =>
      installations.save(
        {
          channel: "slack",
          workspaceId: acme.id,
          workspaceName: acme.name,
          organisationId: null,
          organisationWide: false,
          appId: platform.app.id,
          botUserId: acme.install().botUserId,
          scopes: [],
          sealedTokens: null,
          tokensExpireAt: null,
          state: "active",
          installedBy: null,
        },
        [],
      ),
    );
    const workspaces = { tenantOf: (team: string) => database.tenantOfWorkspace("slack", team) };
    receiver = createSlackReceiver(
      {
        ...ports,
        clock,
        workspaces,
        inbox: {
          receiveEvent: (event) =>
            away
              ? Promise.reject(new ExpertError("database_unavailable", "The database is away."))
              : database.inbox.receiveEvent(event),
        },
        refusals: createRefusals({
          ...ports,
          clock,
          workspaces,
          operator: createOperatorFinder({ database, clock }, "slack"),
        }),
      },
      { signingSecrets: [platform.app.signingSecret] },
    );
    platform.connect({
      url: `${bench.url}/slack/events`,
      interactivityUrl: `${bench.url}/slack/interactions`,
      commandsUrl: `${bench.url}/slack/commands`,
    });
  });
  let shift: (ms: number) => void;
  afterEach(async () => {
    await platform.close();
    await bench.close();
  });

  const rows = () => [...bench.database.tables(bench.company.tenantId).inbox.values()];
  const kinds = (): unknown[] => rows().map(({ body }) => (body as { kind: string } | null)?.kind);
  const denied = (): unknown[] =>
    bench.database
      .tables(bench.company.tenantId)
      .audit.filter(({ event }) => event.event === "auth.denied")
      .map(({ event: { status, metadata } }) => ({ status, ...metadata }));

  const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
  const requests = {
    events: (): RawRequest => ({
      to: "events",
      body: JSON.stringify({
        type: "event_callback",
        event_id: "Ev1",
        team_id: acme.id,
        authorizations: [{ team_id: acme.id, enterprise_id: null, user_id: "UBOT" }],
        event: { type: "app_mention", user: "U1", channel: "C1", ts: "10.1", text: "<@UBOT> hi" },
      }),
    }),
    interactions: (): RawRequest => ({
      to: "interactivity",
      contentType: "application/x-www-form-urlencoded",
      body: form({
        payload: JSON.stringify({
          type: "block_actions",
          team: { id: acme.id },
          user: { id: "U1", team_id: acme.id },
          container: { type: "message", message_ts: "10.2", channel_id: "C1" },
          trigger_id: "1.2.y",
          actions: [{ type: "button", action_id: "ask_human", value: "turn" }],
        }),
      }),
    }),
    commands: (): RawRequest => ({
      to: "commands",
      contentType: "application/x-www-form-urlencoded",
      body: form({
        command: "/expert",
        text: "help",
        team_id: acme.id,
        channel_id: "C1",
        user_id: "U1",
        trigger_id: "1.2.x",
        response_url: "https://hooks.slack.com/commands/1",
      }),
    }),
  } as const;

  describe.each(["events", "interactions", "commands"] as const)("%s", (kind) => {
    const send = (change: Partial<RawRequest> = {}): Promise<Delivery> =>
      platform.send({ ...requests[kind](), ...change });
    const refusal = (reason: string) => ({ status: "denied", channel: "slack", kind, reason });

    it("that are signed are stored once, however often they come", async () => {
      expect((await send()).status).toBe(200);
      const again = await Promise.all([send(), send(), send()]);
      shift(260_000);
      const late = await send();
      expect([...again, late].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(rows()).toHaveLength(1);
      expect(denied()).toEqual([]);
    });

    it.each<[string, string, (body: string) => Partial<RawRequest>]>([
      ["forged", "wrong", () => ({ signingSecret: "guessed" })],
      [
        "signed for another body",
        "wrong",
        (body) => ({ body: body.replace("U1", "U2"), signature: signatureOf(body) }),
      ],
      ["replayed later", "old", () => ({ timestamp: Math.floor(Date.now() / 1_000) - 301 })],
      ["unsigned", "missing", () => ({ signature: null })],
      ["undated", "missing", () => ({ timestamp: null })],
      ["signed with nonsense", "malformed", () => ({ signature: "v0=nonsense" })],
    ])("that are %s are refused and recorded", async (_what, reason, change) => {
      const body = String(requests[kind]().body);
      expect((await send(change(body))).status).toBe(401);
      expect(rows()).toEqual([]);
      expect(denied()).toEqual([refusal(reason)]);
    });

    it("that are truncated are refused and recorded", async () => {
      const body = String(requests[kind]().body);
      const answer = await send({ body: body.slice(0, -20), signature: signatureOf(body) });
      expect(answer.status).toBe(401);
      expect(rows()).toEqual([]);
      // A command's form has no end that could be missed.
      expect(denied()).toEqual([refusal(kind === "commands" ? "wrong" : "truncated")]);
    });

    it("are sent again by Slack while the database is away", async () => {
      away = true;
      expect((await send()).status).toBe(503);
      away = false;
      expect((await send()).status).toBe(200);
      expect(rows()).toHaveLength(1);
    });
  });

  /** Signed at this second, which a test takes far less than. */
  const signatureOf = (body: string): string => {
    const timestamp = Math.floor(Date.now() / 1_000);
    return signRequest(platform.app.signingSecret, timestamp, Buffer.from(body));
  };

  it("that forge a foreign workspace's name are told to the operator", async () => {
    await platform.send({ body: JSON.stringify({ team_id: "T0NOBODY" }), signingSecret: "guessed" });
    await platform.send({ body: "\u0000\u0001", signingSecret: "guessed" });
    expect(denied()).toMatchObject([{ reason: "wrong" }, { reason: "wrong" }]);
  });

  it("check the address", async () => {
    const { status, answer, body } = await platform.verifyUrl();
    expect([status, answer]).toEqual([200, body["challenge"]]);
  });

  it("of people become rows: mentions, direct messages, follow-ups, commands, the home tab", async () => {
    const ann = acme.person({ name: "Ann Lee" });
    const bot = acme.installation;
    if (!bot) throw new Error("the bot is not installed");
    const general = acme.channel({ name: "general", members: [ann, bot] });
    const asked = await ann.mention(general, "how do I start the pump?");
    await ann.message(general, "and how do I stop it?", { threadTs: asked.ts });
    await ann.message(general, "lunch?");
    await ann.dm("how much leave do I have?");
    await ann.slash("/expert", "help", general);
    await ann.openHome("home");
    await platform.settled();
    expect(kinds()).toEqual(["message", "message", "message", "command", "home_opened"]);
    expect(rows().map(({ body }) => (body as { addressed?: boolean }).addressed)).toEqual([
      true,
      false,
      true,
      undefined,
      undefined,
    ]);
    const { eventId } = asked.deliveries.find(({ type }) => type === "app_mention") ?? {};
    await platform.redeliver(String(eventId), { times: 3, parallel: true });
    expect(kinds()).toHaveLength(5);
    expect(platform.deliveries.map(({ status }) => status)).toEqual(platform.deliveries.map(() => 200));
    expect(platform.violations).toEqual([]);
  });

  it("of a workspace that nobody has connected change nothing", async () => {
    const other = platform.workspace({ name: "Other" });
    const bob = other.person({ name: "Bob" });
    const lobby = other.channel({ name: "lobby", members: [bob, other.install()] });
    expect((await bob.dm("hello")).deliveries).toMatchObject([{ status: 200 }]);
    expect(await bob.slash("/expert", "help", lobby)).toMatchObject({
      status: 200,
      answer: { response_type: "ephemeral" },
    });
    expect(rows()).toEqual([]);
    expect(bench.logged).toMatchObject([{ level: "warn", facts: { workspace: other.id } }]);
  });
});
