import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Reply } from "../../../core/conversation/reply.ts";
import type { Channel, FollowedTurn, OutgoingMessage, Posting } from "../../../core/delivery/channel.ts";
import { newId, type PassageId, type DocumentId, type TenantId, type TurnId } from "../../../core/ids.ts";
import { silentLogger } from "../../../core/logger.ts";
import type {
  Channel as SlackPlace,
  Installation,
  Person,
  SlackPlatform,
  Workspace,
} from "../../../tests/slack-platform/slack-platform.ts";
import { startSlackPlatform } from "../../../tests/slack-platform/start-slack-platform.ts";
import { createSlackClient } from "../client/slack-client.ts";
import { threadKey } from "../thread-key.ts";
import { createMessagePace } from "./message-pace.ts";
import { createSlackChannel } from "./slack-channel.ts";

const tenantId = newId<TenantId>();
const quick = { statusAfterMs: 1, firstTextMs: 1, streamEveryMs: 5, editEveryMs: 5, rollOverMs: 60_000 };

describe("Slack as a channel", () => {
  let platform: SlackPlatform;
  let acme: Workspace;
  let ann: Person;
  let bot: Installation;
  let general: SlackPlace;
  let channel: Channel;
  let turnId: TurnId;
  let asked: string;

  const start = async (changes: Parameters<typeof startSlackPlatform>[0] = {}): Promise<void> => {
    platform = await startSlackPlatform({ rateLimits: "off", ...changes });
    acme = platform.workspace({ name: "Acme" });
    ann = acme.person({ name: "Ann Lee", email: "ann@acme.example" });
    bot = acme.install();
    general = acme.channel({ name: "general", members: [ann, bot] });
    turnId = newId<TurnId>();
    asked = (await ann.message(general, "How long is a hose warranted?")).ts;
    channel = newProcess();
  };
  /** As it is after a crash: nothing is remembered. */
  const newProcess = (timings: Partial<typeof quick> = {}): Channel =>
    createSlackChannel({
      workspaces: {
        tenantOf: () => Promise.resolve(tenantId),
        forget: () => undefined,
        bot: () =>
          Promise.resolve({
            tenantId,
            workspaceId: acme.id,
            botUserId: bot.botUserId,
            client: createSlackClient({ token: bot.botToken, apiUrl: platform.apiUrl }),
          }),
      },
      sourceUrl: ({ documentId }) => `https://expert.example/sources/${documentId}`,
      logger: silentLogger,
      pace: createMessagePace({
        channelMessagesPerSecond: 1_000,
        workspaceMessagesPerMinute: 10_000,
        longestWaitMs: 2_000,
      }),
      timings: { ...quick, ...timings },
    });
  beforeEach(async () => {
    await start();
  });
  afterEach(async () => {
    expect(platform.violations).toEqual([]);
    await platform.close();
  });

  /** What a test provoked on purpose. */
  const forgive = (): void => {
    (platform.violations as unknown[]).length = 0;
  };
  const thread = () => ({
    tenantId,
    channel: "slack" as const,
    key: threadKey({ kind: "thread", workspaceId: acme.id, channelId: general.id, threadTs: asked }),
  });
  const address = () => ({ user: ann.id, team: acme.id, ts: asked });
  const turn = (attempt = 1): FollowedTurn => ({ id: turnId, language: "en", address: address(), attempt });
  const posting = (changes: Partial<Posting> = {}): Posting => ({
    key: "delivery-1",
    attempt: 1,
    address: address(),
    isHeld: () => Promise.resolve(false),
    ...changes,
  });
  const answer = (
    text: string,
    changes: Partial<Extract<Reply, { kind: "answer" }>> = {},
  ): OutgoingMessage => ({
    kind: "reply",
    turnId,
    reply: {
      kind: "answer",
      turnId,
      language: "en",
      text,
      citations: [
        {
          number: 1,
          passageId: newId<PassageId>(),
          documentId: newId<DocumentId>(),
          title: "Hoses",
          headingPath: ["Warranty"],
          page: 3,
          quote: "A hose is warranted for two years.",
        },
      ],
      confidence: { value: 0.9, level: "high", reasons: [] },
      answeredBy: "llama",
      ...changes,
    },
  });
  const replies = () => general.thread(asked).slice(1);
  const until = async (condition: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 400 && !condition(); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(condition()).toBe(true);
  };

  it("posts one message with its sources, its confidence and its buttons", async () => {
    const ref = await channel.post(thread(), answer("Two years [1]."), posting());
    const [message, ...more] = replies();
    expect(more).toEqual([]);
    expect(ref["ts"]).toBe(message?.ts);
    expect(JSON.stringify(message?.blocks)).toContain("https://expert.example/sources/");
    expect(message?.actionIds).toEqual(["feedback", "ask_human"]);
    expect(message?.text).toContain("Two years");
  });

  it("shows a status, streams the text, and ends as the one final message", async () => {
    const show = channel.follow(thread(), turn());
    await until(() => general.statuses(asked).length > 0);
    for (const text of ["A hose ", "is warranted ", "for two years [1]."]) {
      show({ kind: "text", text });
      await new Promise((resolve) => setTimeout(resolve, 12));
    }
    await until(() => replies()[0]?.text.includes("two years") === true);
    expect(replies()[0]?.streaming).toBe("streaming");
    await channel.post(thread(), answer("A hose is warranted for two years [1]."), posting());
    expect(replies()).toHaveLength(1);
    expect(replies()[0]).toMatchObject({ streaming: "stopped", actionIds: ["feedback", "ask_human"] });
    expect(platform.calls.map(({ method }) => method)).toEqual(
      expect.arrayContaining([
        "assistant.threads.setStatus",
        "chat.startStream",
        "chat.appendStream",
        "chat.stopStream",
      ]),
    );
  });

  it("posts and edits where Slack does not stream", async () => {
    platform.fail({ method: "chat.startStream", times: 99, how: "error", error: "unknown_method" });
    const show = channel.follow(thread(), turn());
    show({ kind: "text", text: "A hose " });
    await until(() => replies().length === 1);
    show({ kind: "text", text: "is warranted for two years." });
    await until(() => (replies()[0]?.edits ?? 0) > 0);
    await channel.post(thread(), answer("Two years [1]."), posting());
    expect(replies()).toHaveLength(1);
    expect(replies()[0]?.text).toContain("Two years");
  });

  it("goes on in another message before a stream dies, and leaves one final message", async () => {
    channel = newProcess({ rollOverMs: 30 });
    const show = channel.follow(thread(), turn());
    for (let piece = 0; piece < 12; piece += 1) {
      show({ kind: "text", text: `piece ${String(piece)} ` });
      await new Promise((resolve) => setTimeout(resolve, 12));
    }
    await until(() => replies().length >= 2);
    await channel.post(thread(), answer("Two years [1]."), posting());
    expect(replies()).toHaveLength(1);
  });

  it("begins another stream where one has died, and loses no word", async () => {
    await platform.close();
    await start({ streams: { gapMs: 40 } });
    const show = channel.follow(thread(), turn());
    show({ kind: "text", text: "one " });
    await until(() => replies().length === 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    show({ kind: "text", text: "two" });
    await until(() => replies().length === 2);
    expect(replies().map(({ text }) => text.trim())).toEqual(["one", "two"]);
    await channel.post(thread(), answer("one two [1]"), posting());
    expect(replies()).toHaveLength(1);
    expect(platform.violations[0]).toMatchObject({ error: "message_not_in_streaming_state" });
    forgive();
  });

  it("finds its own post again where the answer to it was lost", async () => {
    platform.fail({ method: "chat.postMessage", how: "close-after-effect" });
    await expect(channel.post(thread(), answer("Two years."), posting())).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    await channel.post(thread(), answer("Two years."), posting({ attempt: 2 }));
    expect(replies()).toHaveLength(1);
  });

  it("ends the stream of a worker that died, instead of posting a second answer", async () => {
    const show = channel.follow(thread(), turn());
    show({ kind: "text", text: "A hose is" });
    await until(() => replies().length === 1);
    const next = newProcess();
    next.follow(thread(), turn(2));
    await next.post(thread(), answer("Two years."), posting());
    expect(replies()).toHaveLength(1);
    expect(replies()[0]?.text).toContain("Two years");
    expect(replies()[0]?.streaming).not.toBe("streaming");
  });

  it("posts the missing parts alone of a long answer that was interrupted", async () => {
    const long = Array.from({ length: 400 }, (_, line) => `Line ${String(line)}: ${"word ".repeat(12)}`).join(
      "\n\n",
    );
    platform.fail({
      method: "chat.postMessage",
      how: "http-500",
      where: ({ arguments: given }) =>
        JSON.stringify(given).includes('\\"part\\":2') || JSON.stringify(given).includes('"part":2'),
    });
    await expect(channel.post(thread(), answer(long), posting())).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    const before = replies().length;
    expect(before).toBe(2);
    await channel.post(thread(), answer(long), posting({ attempt: 2 }));
    const parts = replies().map(({ metadata }) => metadata?.event_payload["part"]);
    expect(parts).toEqual(parts.map((_part, index) => index));
    expect(parts.length).toBeGreaterThan(before);
    expect(replies().filter(({ actionIds }) => actionIds.includes("ask_human"))).toHaveLength(1);
  });

  it("offers the fuller answer to the asker alone", async () => {
    await channel.post(thread(), answer("Two years.", { fuller: true }), posting());
    const [offer] = general.ephemerals(ann);
    expect(offer?.actionIds).toEqual(["show_fuller"]);
    expect(replies()).toHaveLength(1);
  });

  it("answers one person privately, with a way to show it where that is allowed", async () => {
    const key = threadKey({
      kind: "private",
      workspaceId: acme.id,
      channelId: general.id,
      threadTs: null,
      userId: ann.id,
      nonce: "1",
    });
    await channel.post({ ...thread(), key }, answer("Two years.", { shareable: true }), posting());
    expect(general.ephemerals(ann)[0]?.actionIds).toEqual(["show_everyone"]);
    expect(replies()).toEqual([]);
  });

  it("withdraws what was streamed when a human takes over", async () => {
    const show = channel.follow(thread(), turn());
    show({ kind: "text", text: "A hose is" });
    await until(() => replies().length === 1);
    await channel.withdraw(thread(), turnId);
    expect(replies()).toEqual([]);
  });

  it("says what Slack will never take, and what it may take later", async () => {
    platform.fail({ method: "chat.postMessage", how: "ratelimited", retryAfter: 7 });
    await expect(channel.post(thread(), answer("Two years."), posting())).rejects.toMatchObject({
      code: "rate_limited",
      facts: { retryAfterMs: 7_000 },
    });
    general.archive();
    await expect(newProcess().post(thread(), answer("Two years."), posting())).rejects.toMatchObject({
      code: "channel_refused",
    });
    expect(platform.violations.map(({ error }) => error)).toEqual(["is_archived"]);
    forgive();
  });

  it("does not talk over a human who took over while it waited", async () => {
    channel = createSlackChannelWithPace(1);
    await channel.post(thread(), answer("One."), posting());
    const held = posting({ key: "delivery-2", isHeld: () => Promise.resolve(true) });
    await expect(channel.post(thread(), answer("Two."), held)).rejects.toMatchObject({ code: "cancelled" });
    expect(replies()).toHaveLength(1);
  });

  const createSlackChannelWithPace = (perSecond: number): Channel =>
    createSlackChannel({
      workspaces: {
        tenantOf: () => Promise.resolve(tenantId),
        forget: () => undefined,
        bot: () =>
          Promise.resolve({
            tenantId,
            workspaceId: acme.id,
            botUserId: bot.botUserId,
            client: createSlackClient({ token: bot.botToken, apiUrl: platform.apiUrl }),
          }),
      },
      sourceUrl: () => null,
      logger: silentLogger,
      pace: createMessagePace({
        channelMessagesPerSecond: perSecond,
        workspaceMessagesPerMinute: 300,
        longestWaitMs: 2_500,
      }),
    });
});
