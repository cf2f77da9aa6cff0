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

beforeEach(async () => {
  platform = await startSlackPlatform({ rateLimits: "off" });
  acme = platform.workspace({ name: "Acme" });
  ann = acme.person({ name: "Ann Lee", email: "ann@acme.example" });
  bot = acme.install();
  general = acme.channel({ name: "general", members: [ann, bot] });
});
afterEach(() => platform.close());

it("speaks Socket Mode with a real Bolt app: events, commands, acknowledgements, a refresh", async () => {
  const clientOptions = { slackApiUrl: platform.apiUrl };
  const receiver = new bolt.SocketModeReceiver({
    appToken: platform.app.appToken,
    logLevel: bolt.LogLevel.ERROR,
    installerOptions: { clientOptions },
    // Also Bolt's pause before it connects again.
    clientPingTimeout: 1_000,
  });
  const app = new bolt.App({ token: bot.botToken, receiver, logLevel: bolt.LogLevel.ERROR, clientOptions });
  app.event("app_mention", async ({ event, say }) => {
    await say({ text: "hello", thread_ts: event.ts });
  });
  app.command("/expert", ({ ack }) => ack({ text: "help yourself" }));
  await app.start();
  try {
    platform.connect({ socket: true });
    await until(() => platform.socketCount === 1);
    const asked = await ann.mention(general, "there?");
    expect(asked.deliveries.map(({ status }) => status)).toEqual([200, 200]);
    await until(() => general.thread(asked.ts).length === 2);
    expect(await ann.slash("/expert", "help", general)).toMatchObject({
      status: 200,
      answer: { text: "help yourself" },
    });
    expect(general.ephemerals(ann).map(({ text }) => text)).toEqual(["help yourself"]);

    platform.refreshSockets();
    await until(() => platform.socketCount === 0);
    await until(() => platform.socketCount === 1);
    const again = await ann.mention(general, "still there?");
    expect(again.deliveries.map(({ status }) => status)).toEqual([200, 200]);
    const [retried] = await platform.redeliver(again.deliveries[0]!.eventId!, { retryNum: 2 });
    expect(retried).toMatchObject({ status: 200, retryNum: 2 });
  } finally {
    await app.stop();
  }
  expect(platform.violations).toEqual([]);
});

it("refuses Socket Mode to a bot token and to a used ticket", async () => {
  const open = (token: string) => quietClient(platform, token).apps.connections.open({});
  await expect(open(bot.botToken)).rejects.toMatchObject({ data: { error: "not_allowed_token_type" } });
  const { url } = await open(platform.app.appToken);
  const { WebSocket } = await import("ws");
  const connect = () =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(url!);
      socket.on("message", (data: Buffer) => {
        resolve((JSON.parse(data.toString("utf8")) as { type: string }).type);
        socket.close();
      });
      socket.on("error", () => resolve("refused"));
    });
  expect(await connect()).toBe("hello");
  expect(await connect()).toBe("refused");
});

it("gives a file's bytes only to the bearer of a token that may see it", async () => {
  const secret = acme.channel({ name: "secret", private: true, members: [ann] });
  const note = { name: "note.txt", content: "the kettle is on the third floor", mimetype: "text/plain" };
  const shared = await ann.mention(general, "read this", { files: [note] });
  const hidden = await ann.message(secret, "and this", { files: [note] });
  expect(shared.files).toMatchObject([
    { name: "note.txt", mimetype: "text/plain", user: ann.id, user_team: acme.id },
  ]);
  expect(shared.deliveries.map(({ body }) => body["event"])).toMatchObject([
    { type: "app_mention", files: [{ name: "note.txt" }] },
    { type: "message", subtype: "file_share", files: [{ name: "note.txt" }] },
  ]);
  const download = async (file: Record<string, unknown>, headers: Record<string, string>) => {
    const response = await fetch(file["url_private_download"] as string, { headers });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      text: await response.text(),
    };
  };
  const bearer = { Authorization: `Bearer ${bot.botToken}` };
  expect(await download(shared.files[0]!, bearer)).toEqual({
    status: 200,
    type: "text/plain",
    text: note.content,
  });
  const page = await download(shared.files[0]!, {});
  expect(page.type).toContain("text/html");
  expect(page.text).not.toContain("kettle");
  expect((await download(hidden.files[0]!, bearer)).status).toBe(404);
  const client = quietClient(platform, bot.botToken);
  const info = await client.files.info({ file: shared.files[0]!["id"] as string });
  expect(info.file).toMatchObject({ name: "note.txt", size: note.content.length });
  await expect(client.files.info({ file: hidden.files[0]!["id"] as string })).rejects.toMatchObject({
    data: { error: "file_not_found" },
  });
  expect(platform.violations.map(({ error }) => error)).toEqual([
    "not_authed",
    "file_not_found",
    "file_not_found",
  ]);
});

it("takes an upload of the bot", async () => {
  bot = acme.install({ scopes: [...platform.app.scopes, "files:write"] });
  const client = quietClient(platform, bot.botToken);
  await client.files.uploadV2({ channel_id: general.id, content: "a,b\n1,2\n", filename: "table.csv" });
  expect(general.messages()).toMatchObject([{ botId: bot.botId, files: [{ name: "table.csv" }] }]);
  expect(platform.violations).toEqual([]);
});

it("brings about the faults that a test orders", async () => {
  const client = quietClient(platform, bot.botToken);
  const post = (text: string) => client.chat.postMessage({ channel: general.id, text });
  const method = "chat.postMessage";
  platform.fail({ method, how: "http-500" });
  await expect(post("1")).rejects.toMatchObject({ statusCode: 500 });
  platform.fail({ method, how: "ratelimited", retryAfter: 7 });
  await expect(post("2")).rejects.toMatchObject({ retryAfter: 7 });
  platform.fail({ method, how: "close-connection" });
  await expect(post("3")).rejects.toMatchObject({ code: "slack_webapi_request_error" });
  platform.fail({ method, how: "close-after-effect" });
  await expect(post("4")).rejects.toMatchObject({ code: "slack_webapi_request_error" });
  platform.fail({
    method,
    how: "error",
    error: "fatal_error",
    where: (call) => call.arguments["text"] === "6",
  });
  await post("5");
  await expect(post("6")).rejects.toMatchObject({ data: { error: "fatal_error" } });
  platform.fail({ method, how: "delay", delayMs: 50 });
  const before = performance.now();
  await post("7");
  expect(performance.now() - before).toBeGreaterThan(45);
  expect(general.messages().map(({ text }) => text)).toEqual(["4", "5", "7"]);
  expect(platform.violations).toEqual([]);
});
