import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { WebClient } from "@slack/web-api";
import { manualClock } from "./manual-clock.ts";
import { quietClient } from "./quiet-client.ts";
import type { Channel, Installation, Person, SlackPlatform, Workspace } from "./slack-platform.ts";
import { startSlackPlatform } from "./start-slack-platform.ts";

let clock: ReturnType<typeof manualClock>;
let platform: SlackPlatform;
let acme: Workspace;
let ann: Person;
let bot: Installation;
let general: Channel;
let client: WebClient;

const modal = { type: "modal" as const, title: { type: "plain_text" as const, text: "Why?" }, blocks: [] };
const failed = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (thrown: unknown) => (thrown as { data: { error: string } }).data.error,
  );

beforeEach(async () => {
  clock = manualClock();
  platform = await startSlackPlatform({ clock, rateLimits: "off" });
  acme = platform.workspace({ name: "Acme" });
  ann = acme.person({ name: "Ann Lee" });
  bot = acme.install();
  general = acme.channel({ name: "general", members: [ann, bot] });
  client = quietClient(platform, bot.botToken);
});
afterEach(() => platform.close());

it("ends a trigger_id after one use and after three seconds", async () => {
  const trigger = async () => (await ann.globalShortcut("any")).body["trigger_id"] as string;

  const open = (id: string) => client.views.open({ trigger_id: id, view: modal });
  const used = await trigger();
  await open(used);
  expect(ann.modals()).toHaveLength(1);
  expect(await failed(open(used))).toBe("exchanged_trigger_id");
  const late = await trigger();
  clock.advance(3000);
  expect(await failed(open(late))).toBe("expired_trigger_id");
  expect(await failed(open("1.2.3"))).toBe("invalid_trigger_id");
});

it("takes five posts to a response_url within thirty minutes", async () => {
  const address = async () => (await ann.slash("/expert", "", general)).body["response_url"] as string;
  const post = async (url: string, body: object) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return [response.status, ((await response.json()) as { error?: string }).error];
  };
  const url = await address();
  for (let index = 0; index < 5; index += 1)
    expect(await post(url, { text: `${index}` })).toEqual([200, undefined]);
  expect(await post(url, { text: "6" })).toEqual([404, "used_url"]);
  expect(general.ephemerals(ann).map(({ text }) => text)).toEqual(["0", "1", "2", "3", "4"]);
  const second = await address();
  expect(await post(second, { text: "x", colour: "red" })).toEqual([200, "invalid_arguments"]);
  clock.advance(1_800_001);
  expect(await post(second, { text: "x" })).toEqual([404, "expired_url"]);
});

describe("streams", () => {
  const start = async (more: object = {}) => {
    const { ts } = await ann.message(general, "a question");
    const begun = await client.chat.startStream({
      channel: general.id,
      thread_ts: ts,
      recipient_user_id: ann.id,
      recipient_team_id: acme.id,
      ...more,
    });
    return { channel: general.id, ts: begun.ts!, thread: ts };
  };

  it("need a thread, and in channels a recipient with the team", async () => {
    const { ts: thread_ts } = await ann.message(general, "a question");
    const given = { channel: general.id, thread_ts, recipient_user_id: ann.id, recipient_team_id: acme.id };
    const begin = (more: object) => failed(client.apiCall("chat.startStream", { ...given, ...more }));
    expect(await begin({ thread_ts: undefined })).toBe("invalid_arguments");
    expect(await begin({ recipient_user_id: undefined })).toBe("missing_recipient_user_id");
    expect(await begin({ recipient_team_id: undefined })).toBe("missing_recipient_team_id");
    expect(await begin({})).toBe("none");
    const dm = await ann.dm("a question");
    expect(await begin({ channel: dm.channel, thread_ts: dm.ts, recipient_user_id: undefined })).toBe("none");
  });

  it("grow, are sealed with blocks and metadata, and stand in the thread", async () => {
    const { channel, ts, thread } = await start({ markdown_text: "**Yes" });
    expect(await failed(client.chat.update({ channel, ts, text: "x" }))).toBe("streaming_state_conflict");
    await client.chat.appendStream({ channel, ts, markdown_text: ", you" });
    await client.chat.appendStream({ channel, ts, chunks: [{ type: "markdown_text", text: " may**" }] });
    expect(await failed(client.chat.appendStream({ channel, ts, markdown_text: "a".repeat(12_001) }))).toBe(
      "invalid_arguments",
    );
    expect(general.message(ts)?.streaming).toBe("streaming");
    const metadata = { event_type: "answer", event_payload: { id: "1" } };
    await client.chat.stopStream({ channel, ts, blocks: [{ type: "divider" }], metadata });
    expect(general.thread(thread).at(-1)).toMatchObject({
      text: "**Yes, you may**",
      blocks: [{ type: "divider" }],
      metadata,
      streaming: "stopped",
    });
    expect(await failed(client.chat.appendStream({ channel, ts, markdown_text: "x" }))).toBe(
      "message_not_in_streaming_state",
    );
    expect(await failed(client.chat.stopStream({ channel, ts }))).toBe("message_not_in_streaming_state");
    const replies = await client.conversations.replies({ channel, ts: thread, include_all_metadata: true });
    expect(replies.messages?.map(({ text, metadata: found }) => [text, found])).toEqual([
      ["a question", undefined],
      ["**Yes, you may**", metadata],
    ]);
    const plain = await client.conversations.replies({ channel, ts: thread });
    expect(plain.messages?.[1]?.metadata).toBeUndefined();
  });

  it("die five minutes after their start, and two minutes after the last word", async () => {
    const quiet = await start();
    clock.advance(120_001);
    const append = ({ channel, ts }: { channel: string; ts: string }) =>
      failed(client.chat.appendStream({ channel, ts, markdown_text: "x" }));
    expect(await append(quiet)).toBe("message_not_in_streaming_state");
    expect(general.message(quiet.ts)?.streaming).toBe("dead");
    const long = await start();
    for (const wait of [100_000, 100_000, 99_000]) {
      clock.advance(wait);
      expect(await append(long)).toBe("none");
    }
    clock.advance(1001);
    expect(await append(long)).toBe("message_not_in_streaming_state");
  });
});

it("shows a status for two minutes or until the bot writes", async () => {
  const { ts } = await ann.message(general, "a question");
  const status = (text: string) =>
    client.assistant.threads.setStatus({ channel_id: general.id, thread_ts: ts, status: text });
  await status("is reading…");
  expect(general.status(ts)).toBe("is reading…");
  clock.advance(120_000);
  expect(general.status(ts)).toBeUndefined();
  await status("is writing…");
  await client.chat.postMessage({ channel: general.id, thread_ts: ts, text: "here" });
  expect(general.status(ts)).toBeUndefined();
  expect(general.statuses(ts)).toEqual(["is reading…", "is writing…", ""]);
});
