import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Channel } from "../../../core/delivery/channel.ts";
import { type ChannelBench, openChannelBench, pause, until } from "./slack-channel.fixture.ts";

describe("Slack while a turn is worked on", () => {
  let bench: ChannelBench;
  let channel: Channel;
  beforeEach(async () => {
    bench = await openChannelBench();
    channel = bench.newProcess();
  });
  afterEach(() => bench.close());

  it("shows a status, streams the text, and ends as the one final message", async () => {
    const { thread, turn, answer, posting, replies, followed, general, asked, platform } = bench;
    const show = channel.follow(thread, followed());
    await until(() => general.statuses(asked).length > 0);
    show({ kind: "text", text: "A hose " });
    await until(() => turn.kept.length === 1);
    for (const text of ["is warranted ", "for two years [1]."]) {
      show({ kind: "text", text });
      await pause(12);
    }
    await until(() => replies()[0]?.text.includes("two years") === true);
    expect(replies()[0]?.streaming).toBe("streaming");
    expect(turn.kept).toEqual([{ channel: general.id, ts: replies()[0]?.ts }]);
    await channel.post(thread, answer("A hose is warranted for two years [1]."), posting());
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

  it("shows the status again before Slack ends it, as long as nothing is written", async () => {
    const { thread, turn, followed, newProcess, general, asked } = bench;
    const show = newProcess({ timings: { statusEveryMs: 15 } }).follow(thread, followed());
    await until(() => general.statuses(asked).length >= 3);
    expect(new Set(general.statuses(asked)).size).toBe(1);
    turn.allowed = false;
    await until(() => general.statuses(asked).at(-1) === "");
    const { length } = general.statuses(asked);
    show({ kind: "state", state: "drafted" });
    await pause(40);
    expect(general.statuses(asked)).toHaveLength(length);
  });

  it("posts and edits where Slack does not stream", async () => {
    const { thread, turn, answer, posting, replies, followed, platform } = bench;
    platform.fail({ method: "chat.startStream", times: 99, how: "error", error: "unknown_method" });
    const show = channel.follow(thread, followed());
    show({ kind: "text", text: "A hose " });
    await until(() => replies().length === 1);
    show({ kind: "text", text: "is warranted for two years." });
    await until(() => (replies()[0]?.edits ?? 0) > 0);
    expect(turn.kept.map(({ ts }) => ts)).toEqual([replies()[0]?.ts]);
    await channel.post(thread, answer("Two years [1]."), posting());
    expect(replies()).toHaveLength(1);
    expect(replies()[0]?.text).toContain("Two years");
  });

  it("goes on in another message before a stream dies, and leaves one final message", async () => {
    const { thread, turn, answer, posting, replies, followed, newProcess } = bench;
    channel = newProcess({ timings: { rollOverMs: 30 } });
    const show = channel.follow(thread, followed());
    await until(() => {
      show({ kind: "text", text: "piece " });
      return turn.kept.length >= 2;
    });
    expect(replies().length).toBeGreaterThanOrEqual(2);
    await channel.post(thread, answer("Two years [1]."), posting());
    expect(replies()).toHaveLength(1);
  });

  it("begins another stream where one has died, and loses no word", async () => {
    await bench.close();
    bench = await openChannelBench({ streams: { gapMs: 40 } });
    const { thread, answer, posting, replies, followed, newProcess, forgive } = bench;
    channel = newProcess();
    const show = channel.follow(thread, followed());
    show({ kind: "text", text: "one " });
    await until(() => replies().length === 1);
    await pause(60);
    show({ kind: "text", text: "two" });
    await until(() => replies().length === 2);
    expect(replies().map(({ text }) => text.trim())).toEqual(["one", "two"]);
    await channel.post(thread, answer("one two [1]"), posting());
    expect(replies()).toHaveLength(1);
    expect(forgive()[0]).toBe("message_not_in_streaming_state");
  });

  it("writes nothing into a stream that mentions anybody", async () => {
    const { thread, replies, followed } = bench;
    const show = channel.follow(thread, followed());
    for (const text of ["Ask <!chan", "nel>, <@U012AB3CD> and @he", "re now"]) {
      show({ kind: "text", text });
      await pause(15);
    }
    await until(() => replies()[0]?.text.endsWith("now") === true);
    expect(replies()[0]?.text).toBe("Ask &lt;!channel>, &lt;@U012AB3CD> and @\u200bhere now");
  });

  it("waits as long as Slack wants before it writes the next piece", async () => {
    const { thread, replies, followed, failOnce } = bench;
    const show = channel.follow(thread, followed());
    show({ kind: "text", text: "one " });
    await until(() => replies().length === 1);
    const calls = failOnce({ method: "chat.appendStream", how: "ratelimited", retryAfter: 1 });
    const since = performance.now();
    show({ kind: "text", text: "two " });
    await until(() => calls() === 1);
    show({ kind: "text", text: "three " });
    await until(() => replies()[0]?.text === "one two three ");
    expect(performance.now() - since).toBeGreaterThan(1_000);
    expect(calls()).toBe(2);
  });
});
