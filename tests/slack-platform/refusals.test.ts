import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { manualClock } from "./manual-clock.ts";
import { quietClient } from "./quiet-client.ts";
import type { Channel, Installation, Person, SlackPlatform, Workspace } from "./slack-platform.ts";
import { startSlackPlatform } from "./start-slack-platform.ts";

let platform: SlackPlatform;
let acme: Workspace;
let ann: Person;
let bot: Installation;
let general: Channel;

const call = (method: string, given: Record<string, unknown>, token = bot.botToken) =>
  quietClient(platform, token).apiCall(method, given);
/** Slack's error code, and that the call was listed. */
const refused = async (method: string, given: Record<string, unknown>, token = bot.botToken) => {
  const before = platform.violations.length;
  const error = await call(method, given, token).then(
    () => "none",
    (thrown: unknown) => (thrown as { data: { error: string } }).data.error,
  );
  const listed = platform.violations.slice(before).map((violation) => violation.error);
  return { error, listed };
};
const refusal = (error: string) => ({ error, listed: [error] });

beforeEach(async () => {
  platform = await startSlackPlatform({ rateLimits: "off" });
  acme = platform.workspace({ name: "Acme" });
  ann = acme.person({ name: "Ann Lee", email: "ann@acme.example" });
  bot = acme.install();
  general = acme.channel({ name: "general", members: [ann, bot] });
});
afterEach(() => platform.close());

describe("arguments", () => {
  it("refuses unknown and missing ones, and takes forms and JSON", async () => {
    expect(await refused("chat.postMessage", { channel: general.id, text: "x", colour: "red" })).toEqual(
      refusal("invalid_arguments"),
    );
    expect(await refused("chat.postMessage", { text: "x" })).toEqual(refusal("invalid_arguments"));
    expect(await refused("chat.postMessage", { channel: general.id })).toEqual(refusal("no_text"));
    expect(await refused("chat.shout", {})).toEqual(refusal("unknown_method"));
    const response = await fetch(`${platform.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { Authorization: `Bearer ${bot.botToken}`, "Content-Type": "application/json; charset=utf-8" },
      body: JSON.stringify({ channel: general.id, text: "as JSON", unfurl_links: false }),
    });
    expect(await response.json()).toMatchObject({ ok: true, channel: general.id });
    expect(general.messages().map(({ text }) => text)).toEqual(["as JSON"]);
  });
});

describe("tokens and scopes", () => {
  it("refuses unknown, revoked, expired and missing tokens", async () => {
    expect(await refused("auth.test", {}, "xoxb-unknown")).toEqual(refusal("invalid_auth"));
    expect(await refused("auth.test", {}, "")).toEqual(refusal("not_authed"));
    await acme.revokeTokens();
    expect(await refused("auth.test", {})).toEqual(refusal("token_revoked"));
    bot = acme.install();
    expect(await call("auth.revoke", {})).toMatchObject({ ok: true, revoked: true });
    expect(await refused("auth.test", {})).toEqual(refusal("token_revoked"));
    bot = acme.install();
    await acme.uninstall();
    expect(await refused("auth.test", {})).toEqual(refusal("account_inactive"));
  });

  it("names the scope that is missing, and those that are there", async () => {
    bot = acme.install({ scopes: ["channels:read"] });
    await expect(call("chat.postMessage", { channel: general.id, text: "x" })).rejects.toMatchObject({
      data: { error: "missing_scope", needed: "chat:write", provided: "channels:read" },
    });
    expect(await refused("users.info", { user: ann.id })).toEqual(refusal("missing_scope"));
    expect(await refused("conversations.history", { channel: general.id })).toEqual(refusal("missing_scope"));
    const tested = await quietClient(platform, bot.botToken).auth.test();
    expect(tested.response_metadata?.scopes).toEqual(["channels:read"]);
  });
});

describe("channels", () => {
  it("lets the bot post where it is, and nowhere else", async () => {
    const open = acme.channel({ name: "open", members: [ann] });
    const secret = acme.channel({ name: "secret", private: true, members: [ann] });
    expect(await refused("chat.postMessage", { channel: open.id, text: "x" })).toEqual(
      refusal("not_in_channel"),
    );
    expect(await refused("chat.postMessage", { channel: secret.id, text: "x" })).toEqual(
      refusal("channel_not_found"),
    );
    expect(await refused("chat.postMessage", { channel: "C0", text: "x" })).toEqual(
      refusal("channel_not_found"),
    );
    expect(await refused("conversations.replies", { channel: open.id, ts: "1700000000.000000" })).toEqual(
      refusal("not_in_channel"),
    );
    bot = acme.install({ scopes: [...platform.app.scopes, "chat:write.public"] });
    expect(await call("chat.postMessage", { channel: open.id, text: "x" })).toMatchObject({ ok: true });
    general.archive();
    expect(await refused("chat.postMessage", { channel: general.id, text: "x" })).toEqual(
      refusal("is_archived"),
    );
  });

  it("refuses threads that are not there, others' messages and people outside", async () => {
    const bob = acme.person({ name: "Bob" });
    expect(
      await refused("chat.postMessage", { channel: general.id, text: "x", thread_ts: "1700000000.000000" }),
    ).toEqual(refusal("thread_not_found"));
    expect(await refused("chat.postEphemeral", { channel: general.id, text: "x", user: bob.id })).toEqual(
      refusal("user_not_in_channel"),
    );
    const { ts } = await ann.message(general, "mine");
    expect(await refused("chat.update", { channel: general.id, ts, text: "x" })).toEqual(
      refusal("cant_update_message"),
    );
    expect(await refused("chat.delete", { channel: general.id, ts })).toEqual(refusal("cant_delete_message"));
    expect(await refused("chat.update", { channel: general.id, ts: "1700000000.000000", text: "x" })).toEqual(
      refusal("message_not_found"),
    );
  });
});

describe("rate limits", () => {
  it("holds one message per second and channel after a burst, and says how long to wait", async () => {
    await platform.close();
    const clock = manualClock();
    platform = await startSlackPlatform({ clock });
    acme = platform.workspace({ name: "Acme" });
    bot = acme.install();
    general = acme.channel({ name: "general", members: [bot] });
    const other = acme.channel({ name: "other", members: [bot] });
    const post = (channel: Channel) => call("chat.postMessage", { channel: channel.id, text: "x" });
    for (let index = 0; index < 3; index += 1) await post(general);
    await expect(post(general)).rejects.toMatchObject({
      code: "slack_webapi_rate_limited_error",
      retryAfter: 1,
    });
    await expect(post(other)).resolves.toMatchObject({ ok: true });
    clock.advance(1_000);
    await expect(post(general)).resolves.toMatchObject({ ok: true });
    expect(platform.violations.map(({ error }) => error)).toEqual(["ratelimited"]);
  });

  it("holds a workspace's messages and a method's tier per minute", async () => {
    await platform.close();
    platform = await startSlackPlatform({
      clock: manualClock(),
      rateLimits: { channelBurst: 100, workspaceMessagesPerMinute: 2, tiersPerMinute: [1, 2, 2, 2] },
    });
    acme = platform.workspace({ name: "Acme" });
    bot = acme.install();
    general = acme.channel({ name: "general", members: [bot] });
    const post = () => call("chat.postMessage", { channel: general.id, text: "x" });
    await post();
    await post();
    await expect(post()).rejects.toMatchObject({ retryAfter: 30 });
    const info = () => call("conversations.info", { channel: general.id });
    await info();
    await info();
    await expect(info()).rejects.toMatchObject({ code: "slack_webapi_rate_limited_error" });
  });
});
