import type { Server } from "node:http";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import bolt from "@slack/bolt";
import { quietClient } from "./quiet-client.ts";
import type { Channel, Installation, Person, SlackPlatform, Workspace } from "./slack-platform.ts";
import { startSlackPlatform } from "./start-slack-platform.ts";
import { until } from "./until.ts";

let platform: SlackPlatform;
let acme: Workspace;
let ann: Person;
let bot: Installation;
let general: Channel;
let app: InstanceType<typeof bolt.App>;
let seen: Record<string, unknown>[];

const plain = (text: string) => ({ type: "plain_text" as const, text });
const modal = {
  type: "modal" as const,
  callback_id: "why",
  title: plain("Why?"),
  submit: plain("Send"),
  blocks: [
    {
      type: "input" as const,
      block_id: "reason",
      label: plain("Reason"),
      element: { type: "plain_text_input" as const, action_id: "text", multiline: true },
    },
  ],
};

beforeEach(async () => {
  platform = await startSlackPlatform({ rateLimits: "off" });
  acme = platform.workspace({ name: "Acme" });
  ann = acme.person({ name: "Ann Lee", email: "ann@acme.example" });
  bot = acme.install();
  general = acme.channel({ name: "general", members: [ann, bot] });
  seen = [];
  app = new bolt.App({
    token: bot.botToken,
    receiver: new bolt.HTTPReceiver({
      signingSecret: platform.app.signingSecret,
      logLevel: bolt.LogLevel.ERROR,
      // Bolt answers 404 by itself otherwise, where the machine stands still for three seconds.
      unhandledRequestTimeoutMillis: 60_000,
    }),
    logLevel: bolt.LogLevel.ERROR,
    clientOptions: { slackApiUrl: platform.apiUrl, retryConfig: { retries: 0 } },
  });
  const server = (await app.start(0)) as Server;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  platform.connect({ url: `http://127.0.0.1:${address.port}/slack/events` });
});
afterEach(async () => {
  await app.stop();
  await platform.close();
});

it("sends a mention as two signed events that Bolt verifies, and the bot's answer lands in the thread", async () => {
  app.event("app_mention", async ({ event, body, say }) => {
    seen.push(body);
    await say({ text: "hello", thread_ts: event.ts });
  });
  const asked = await ann.mention(general, "how much is 1 < 2?");
  await until(() => general.thread(asked.ts).length === 2);
  await platform.settled();
  expect(asked.deliveries.map(({ type, status }) => [type, status])).toEqual([
    ["app_mention", 200],
    ["message", 200],
  ]);
  expect(new Set(asked.deliveries.map(({ eventId }) => eventId)).size).toBe(2);
  expect(seen[0]).toMatchObject({
    team_id: acme.id,
    api_app_id: platform.app.id,
    event: {
      type: "app_mention",
      user: ann.id,
      channel: general.id,
      ts: asked.ts,
      text: `<@${bot.botUserId}> how much is 1 &lt; 2?`,
      blocks: [
        {
          type: "rich_text",
          elements: [
            {
              elements: [
                { type: "user", user_id: bot.botUserId },
                { type: "text", text: " how much is 1 < 2?" },
              ],
            },
          ],
        },
      ],
    },
    authorizations: [
      { team_id: acme.id, user_id: bot.botUserId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
  });
  expect(general.thread(asked.ts).map(({ text, botId }) => [text, botId])).toEqual([
    [`<@${bot.botUserId}> how much is 1 &lt; 2?`, undefined],
    ["hello", bot.botId],
  ]);
  // The bot hears of its own answer too.
  expect(platform.deliveries.map(({ body }) => (body["event"] as { bot_id?: string }).bot_id)).toEqual([
    undefined,
    undefined,
    bot.botId,
  ]);
  expect(platform.violations).toEqual([]);
});

it("sends what is forged, stale or unsigned as it is told, and Bolt refuses it", async () => {
  const body = JSON.stringify({ type: "event_callback", event: { type: "app_mention" } });
  const statuses = async (more: object) => (await platform.send({ body, ...more })).status;
  expect(await statuses({})).not.toBe(401);
  expect(await statuses({ signature: "v0=00" })).toBe(401);
  expect(await statuses({ signature: null })).toBe(401);
  expect(await statuses({ signingSecret: "other" })).toBe(401);
  expect(await statuses({ timestamp: Math.floor(Date.now() / 1000) - 600 })).toBe(401);
  expect((await platform.verifyUrl()).status).toBe(200);
});

it("sends the same event again under its id, in parallel and with Slack's retry headers", async () => {
  app.event("app_mention", async ({ body, context }) => {
    seen.push({ id: body.event_id, num: context.retryNum, reason: context.retryReason });
  });
  const asked = await ann.mention(general, "again");
  const eventId = asked.deliveries[0]!.eventId!;
  await platform.redeliver(eventId, { times: 3, parallel: true, retryNum: 1, reason: "http_error" });
  // Bolt acknowledges before its listeners are done.
  await until(() => seen.length >= 4);
  expect(seen.map(({ id }) => id)).toEqual([eventId, eventId, eventId, eventId]);
  expect(seen.map(({ num }) => num).sort()).toEqual([1, 2, 3, undefined]);
  expect(new Set(seen.map(({ reason }) => reason))).toEqual(new Set([undefined, "http_error"]));
});

it("lets people use commands, buttons, modals, shortcuts and the home tab", async () => {
  app.command("/expert", async ({ ack, respond }) => {
    await ack("one moment");
    await respond({ text: "done", response_type: "in_channel" });
  });
  app.action("why", async ({ ack, body, client }) => {
    await ack();
    if (body.type === "block_actions") await client.views.open({ trigger_id: body.trigger_id, view: modal });
  });
  app.view("why", async ({ ack, view }) => {
    const said = view.state.values["reason"]?.["text"]?.value;
    if (said === "no") await ack({ response_action: "errors", errors: { reason: "Say more." } });
    else await ack();
    seen.push({ said });
  });
  app.shortcut("ask", async ({ ack, shortcut, client }) => {
    await ack();
    if (shortcut.type === "message_action")
      await client.chat.postEphemeral({
        channel: shortcut.channel.id,
        user: shortcut.user.id,
        text: "asked",
      });
  });
  app.event("app_home_opened", async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: "home", blocks: [{ type: "section", text: plain(`tab ${event.tab}`) }] },
    });
  });

  expect(await ann.slash("/expert", "help", general)).toMatchObject({ status: 200, answer: "one moment" });
  await until(() => general.messages().at(-1)?.text === "done");
  expect(general.ephemerals(ann).map(({ text }) => text)).toEqual(["one moment"]);

  await quietClient(platform, bot.botToken).chat.postMessage({
    channel: general.id,
    text: "choose",
    blocks: [
      { type: "actions", elements: [{ type: "button", action_id: "why", text: plain("Why?"), value: "1" }] },
    ],
  });
  const message = general.messages().at(-1)!;
  expect(message.actionIds).toEqual(["why"]);
  await ann.click(message, "why");
  await until(() => ann.modals().length === 1);
  await expect(ann.submit(ann.modals()[0]!)).rejects.toThrow("must be filled in");
  const first = await ann.submit(ann.modals()[0]!, { text: "no" });
  expect(first).toMatchObject({ responseAction: "errors", errors: { reason: "Say more." } });
  expect(ann.modals()).toHaveLength(1);
  await ann.submit(ann.modals()[0]!, { text: "because" });
  expect(ann.modals()).toEqual([]);
  await until(() => seen.length >= 2);
  expect(seen).toEqual([{ said: "no" }, { said: "because" }]);

  await ann.shortcut(message, "ask");
  await until(() => general.ephemerals(ann).length === 2);
  await ann.openHome();
  await until(() => ann.home() !== undefined);
  expect(ann.home()?.blocks).toMatchObject([{ text: { text: "tab home" } }]);
  await expect(ann.click(message, "other")).rejects.toThrow("There is no control other");
  await platform.settled();
  expect(platform.violations).toEqual([]);
});
