import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Channel } from "../../../core/delivery/channel.ts";
import { threadKey } from "../thread-key.ts";
import { atOneMoment, type ChannelBench, openChannelBench, until } from "./slack-channel.fixture.ts";

describe("Slack as a channel", () => {
  let bench: ChannelBench;
  let channel: Channel;
  beforeEach(async () => {
    bench = await openChannelBench();
    channel = bench.newProcess();
  });
  afterEach(() => bench.close());

  it("posts one message with its sources, its confidence and its buttons", async () => {
    const { thread, answer, posting, replies } = bench;
    const ref = await channel.post(thread, answer("Two years [1]."), posting());
    const [message, ...more] = replies();
    expect(more).toEqual([]);
    expect(ref["ts"]).toBe(message?.ts);
    expect(JSON.stringify(message?.blocks)).toContain("https://expert.example/sources/");
    expect(message?.actionIds).toEqual(["feedback", "ask_human"]);
    expect(message?.text).toContain("Two years");
  });

  it("offers the fuller answer to the asker alone", async () => {
    const { thread, answer, posting, replies, general, ann } = bench;
    await channel.post(thread, answer("Two years.", { fuller: true }), posting());
    const [offer] = general.ephemerals(ann);
    expect(offer?.actionIds).toEqual(["show_fuller"]);
    expect(replies()).toHaveLength(1);
  });

  it("answers one person privately, with a way to show it where that is allowed", async () => {
    const { thread, answer, posting, replies, general, ann, workspaceId } = bench;
    const key = threadKey({
      kind: "private",
      workspaceId,
      channelId: general.id,
      threadTs: null,
      userId: ann.id,
      nonce: "1",
    });
    await channel.post({ ...thread, key }, answer("Two years.", { shareable: true }), posting());
    expect(general.ephemerals(ann)[0]?.actionIds).toEqual(["show_everyone"]);
    expect(replies()).toEqual([]);
  });

  it("tells the place in line as a status, at its own pace, until the text begins", async () => {
    const { thread, followed, general, asked, newProcess, replies } = bench;
    const show = newProcess({ timings: { waitingEveryMs: 60 } }).follow(thread, followed());
    show({ kind: "state", state: "retrieved" });
    await until(() => general.statuses(asked).length === 1);
    for (const place of [4, 3, 2]) show({ kind: "waiting", place });
    await until(() => general.statuses(asked).length === 2);
    show({ kind: "waiting", place: 0 });
    await until(() => general.statuses(asked).length === 3);
    expect(general.statuses(asked)).toEqual([
      "is writing the answer…",
      "is waiting for the model: 2 questions before yours…",
      "is waiting for the model: you are next…",
    ]);
    show({ kind: "text", text: "A hose" });
    await until(() => replies().length === 1);
    expect(general.status(asked)).toBeUndefined();
  });

  it("leaves a turn's progress alone when it posts a note about it", async () => {
    const { thread, turn, posting, replies, followed } = bench;
    const show = channel.follow(thread, followed());
    show({ kind: "text", text: "A hose is" });
    await until(() => replies().length === 1);
    const note = { kind: "given_back", by: "Ada" } as const;
    const message = { kind: "note", turnId: turn.id, language: "en", note } as const;
    for (const attempt of [1, 2]) {
      const key = `note-${String(attempt)}`;
      await channel.post(thread, message, posting({ key, attempt, shown: [] }));
    }
    expect(replies()).toHaveLength(3);
    expect(replies()[0]?.text).toBe("A hose is");
  });
});

describe("Slack while a human takes the thread over", () => {
  let bench: ChannelBench;
  beforeEach(async () => {
    bench = await openChannelBench();
  });
  afterEach(() => bench.close());

  it("withdraws what was streamed, by this process or by another, and ends the status", async () => {
    const { thread, turn, replies, followed, newProcess, general, asked } = bench;
    const show = newProcess().follow(thread, followed());
    show({ kind: "text", text: "A hose is" });
    await until(() => turn.kept.length === 1);
    await newProcess().withdraw(thread, turn.id, turn.kept);
    expect(replies()).toEqual([]);
    expect(general.statuses(asked).at(-1)).toBe("");
  });

  it("removes a withdrawn answer also where Slack is slow to take it back", async () => {
    const { thread, turn, replies, followed, newProcess, platform } = bench;
    const channel = newProcess();
    const show = channel.follow(thread, followed());
    show({ kind: "text", text: "A hose is" });
    await until(() => replies().length === 1);
    platform.fail({ method: "chat.delete", how: "http-500" });
    await channel.withdraw(thread, turn.id, []);
    expect(replies()).toEqual([]);
  });

  it("does not talk over one who took over while it waited for the channel", async () => {
    const { thread, answer, posting, replies, newProcess } = bench;
    const channel = newProcess({
      pace: { channelMessagesPerSecond: 4, longestWaitMs: 2_500 },
      now: atOneMoment,
    });
    await channel.post(thread, answer("One."), posting());
    const held = posting({ key: "delivery-2", held: true });
    await expect(channel.post(thread, answer("Two."), held)).rejects.toMatchObject({ code: "cancelled" });
    expect(replies()).toHaveLength(1);
  });

  it("begins no stream", async () => {
    const { thread, turn, replies, followed, newProcess, general, asked, platform } = bench;
    const show = newProcess().follow(thread, followed());
    await until(() => general.statuses(asked).length === 1);
    turn.allowed = false;
    show({ kind: "text", text: "A hose is" });
    await until(() => general.statuses(asked).length === 2);
    expect(general.statuses(asked)[1]).toBe("");
    expect(platform.calls.map(({ method }) => method)).not.toContain("chat.startStream");
    expect(replies()).toEqual([]);
  });

  it("stops a stream that has begun, and begins no other", async () => {
    const { thread, turn, replies, followed, newProcess } = bench;
    const show = newProcess({ timings: { checkEveryMs: 10 } }).follow(thread, followed());
    show({ kind: "text", text: "A hose" });
    await until(() => replies().length === 1);
    turn.allowed = false;
    await until(() => {
      show({ kind: "text", text: " is" });
      return replies()[0]?.streaming === "stopped";
    });
    const written = replies()[0]?.text;
    show({ kind: "text", text: " warranted" });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(replies().map(({ text }) => text)).toEqual([written]);
  });

  it("goes on in no other message when the stream has to roll over", async () => {
    const { thread, turn, replies, followed, newProcess } = bench;
    const show = newProcess({ timings: { rollOverMs: 20 } }).follow(thread, followed());
    show({ kind: "text", text: "A hose" });
    await until(() => turn.kept.length === 1);
    turn.allowed = false;
    await new Promise((resolve) => setTimeout(resolve, 25));
    show({ kind: "text", text: " is warranted" });
    await until(() => replies()[0]?.streaming === "stopped");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(replies().map(({ text }) => text)).toEqual(["A hose"]);
  });
});
