import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Channel } from "../../../core/delivery/channel.ts";
import { isExpertError } from "../../../core/errors.ts";
import { threadKey } from "../thread-key.ts";
import { atOneMoment, type ChannelBench, openChannelBench, pause, until } from "./slack-channel.fixture.ts";

describe("Slack where it refuses, or wants a pause", () => {
  let bench: ChannelBench;
  let channel: Channel;
  beforeEach(async () => {
    bench = await openChannelBench();
    channel = bench.newProcess();
  });
  afterEach(() => bench.close());

  const streaming = async (): Promise<void> => {
    channel.follow(bench.thread, bench.followed())({ kind: "text", text: "A hose is" });
    await until(() => bench.replies().length === 1);
  };
  /** Posts as the outbox does: again after what may pass, with a number that grows where something was tried. */
  const postUntilPosted = async (): Promise<number> => {
    const { thread, turn, answer, posting } = bench;
    let attempt = 1;
    for (let tries = 1; tries < 6; tries += 1) {
      try {
        await channel.post(thread, answer("Two years."), posting({ attempt, shown: turn.kept }));
        return tries;
      } catch (error) {
        if (!isExpertError(error, "rate_limited", "channel_unavailable")) throw error;
        if (error.code === "rate_limited") await pause(Number(error.facts["retryAfterMs"]));
        else attempt += 1;
      }
    }
    throw new Error("it was never posted");
  };

  it.each(["http-500", "ratelimited", "close-connection", "close-after-effect"] as const)(
    "loses no answer to a stream that could not be ended (%s)",
    async (how) => {
      const { replies, platform, forgive } = bench;
      await streaming();
      platform.fail({ method: "chat.stopStream", how, times: how === "close-after-effect" ? 1 : 2 });
      await postUntilPosted();
      expect(replies()).toHaveLength(1);
      expect(replies()[0]).toMatchObject({ streaming: "stopped", actionIds: ["feedback", "ask_human"] });
      expect(replies()[0]?.text).toContain("Two years");
      expect(forgive().filter((error) => error !== "streaming_state_conflict")).toEqual([]);
    },
  );

  it("tries a message later that is streamed still after its stream was ended", async () => {
    const { thread, answer, posting, platform, forgive } = bench;
    await streaming();
    platform.fail({ method: "chat.update", how: "error", error: "streaming_state_conflict", times: 2 });
    await expect(channel.post(thread, answer("Two years."), posting())).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    expect(forgive()).toEqual(["message_not_in_streaming_state"]);
  });

  it("rolls over once the old stream could be ended", async () => {
    const { thread, replies, followed, newProcess, platform } = bench;
    const show = newProcess({ timings: { rollOverMs: 20 } }).follow(thread, followed());
    show({ kind: "text", text: "one" });
    await until(() => bench.turn.kept.length === 1);
    platform.fail({ method: "chat.stopStream", how: "http-500" });
    await pause(25);
    show({ kind: "text", text: "two" });
    await until(() => replies().length === 2);
    expect(replies().map(({ text, streaming: state }) => [text, state])).toEqual([
      ["one", "stopped"],
      ["two", "streaming"],
    ]);
  });

  it.each(["cant_update_message", "edit_window_closed", "msg_too_long"])(
    "posts the answer anew where its progress cannot be changed (%s), and removes that",
    async (error) => {
      const { thread, answer, posting, replies, platform, general } = bench;
      await streaming();
      const progress = replies()[0]?.ts ?? "";
      platform.fail({ method: "chat.update", how: "error", error });
      await channel.post(thread, answer("Two years."), posting());
      expect(replies()).toHaveLength(1);
      expect(replies()[0]?.text).toContain("Two years");
      expect(general.message(progress)).toBeUndefined();
    },
  );

  it("counts an answer as posted though its progress could not be removed", async () => {
    const { thread, answer, posting, replies, platform } = bench;
    await streaming();
    platform.fail({ method: "chat.update", how: "error", error: "cant_update_message" });
    platform.fail({ method: "chat.delete", how: "error", error: "cant_delete_message" });
    const ref = await channel.post(thread, answer("Two years."), posting());
    expect(ref["ts"]).toBe(replies()[1]?.ts);
  });

  it("counts an answer as posted though the fuller one could not be offered", async () => {
    const { thread, answer, posting, replies, platform } = bench;
    platform.fail({ method: "chat.postEphemeral", how: "error", error: "user_not_in_channel" });
    const ref = await channel.post(thread, answer("Two years.", { fuller: true }), posting());
    expect(ref["ts"]).toBe(replies()[0]?.ts);
  });

  it("says what Slack will never take, and what it may take later", async () => {
    const { thread, answer, posting, platform, general, newProcess, forgive } = bench;
    platform.fail({ method: "chat.postMessage", how: "ratelimited", retryAfter: 7 });
    await expect(channel.post(thread, answer("Two years."), posting())).rejects.toMatchObject({
      code: "rate_limited",
      facts: { retryAfterMs: 7_000 },
    });
    general.archive();
    await expect(newProcess().post(thread, answer("Two years."), posting())).rejects.toMatchObject({
      code: "channel_refused",
    });
    expect(forgive()).toEqual(["is_archived"]);
  });

  it("leaves direct messages alone as long as Slack wants, too", async () => {
    const { thread, answer, posting, newProcess, failOnce, workspaceId, ann } = bench;
    const key = threadKey({ kind: "direct", workspaceId, userId: ann.id });
    channel = newProcess({ now: atOneMoment });
    const calls = failOnce({ method: "chat.postMessage", how: "ratelimited", retryAfter: 7 });
    for (const delivery of ["one", "two"])
      await expect(
        channel.post({ ...thread, key }, answer("Two years."), posting({ key: delivery })),
      ).rejects.toMatchObject({ code: "rate_limited" });
    expect(calls()).toBe(1);
  });

  it("leaves edits alone as long as Slack wants", async () => {
    const { thread, answer, posting, newProcess, failOnce } = bench;
    channel = newProcess({ now: atOneMoment });
    await streaming();
    const calls = failOnce({ method: "chat.update", how: "ratelimited", retryAfter: 7 });
    for (let time = 0; time < 2; time += 1)
      await expect(channel.post(thread, answer("Two years."), posting())).rejects.toMatchObject({
        code: "rate_limited",
      });
    expect(calls()).toBe(1);
  });

  it("begins no other stream of a workspace as long as Slack wants", async () => {
    const { thread, followed, newTurn, newProcess, failOnce } = bench;
    channel = newProcess({ now: atOneMoment });
    const calls = failOnce({ method: "chat.startStream", how: "ratelimited", retryAfter: 7 });
    channel.follow(thread, followed())({ kind: "text", text: "A hose is" });
    await until(() => calls() === 1);
    channel.follow(thread, followed(newTurn()))({ kind: "text", text: "A pump is" });
    await pause(40);
    expect(calls()).toBe(1);
  });
});
