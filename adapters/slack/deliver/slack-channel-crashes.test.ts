import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Channel } from "../../../core/delivery/channel.ts";
import { atOneMoment, type ChannelBench, openChannelBench, pause, until } from "./slack-channel.fixture.ts";

describe("Slack after a crash, and with several processes", () => {
  let bench: ChannelBench;
  let channel: Channel;
  beforeEach(async () => {
    bench = await openChannelBench();
    channel = bench.newProcess();
  });
  afterEach(() => bench.close());

  const streaming = async (process: Channel, turn = bench.turn): Promise<void> => {
    const before = bench.replies().length;
    process.follow(bench.thread, bench.followed(turn))({ kind: "text", text: "A hose is" });
    await until(() => bench.replies().length === before + 1 && turn.kept.length === 1);
  };

  it("finds its own post again where the answer to it was lost", async () => {
    const { thread, answer, posting, replies, platform } = bench;
    platform.fail({ method: "chat.postMessage", how: "close-after-effect" });
    await expect(channel.post(thread, answer("Two years."), posting())).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    await channel.post(thread, answer("Two years."), posting({ attempt: 2 }));
    expect(replies()).toHaveLength(1);
  });

  it("ends the stream of a worker that died, which its turn's row knows or not", async () => {
    const { thread, turn, answer, posting, replies, followed, newProcess } = bench;
    for (const known of [true, false]) {
      turn.kept.length = 0;
      const before = replies().length;
      await streaming(newProcess());
      const next = newProcess();
      next.follow(thread, followed(turn, 2));
      const key = `delivery-${String(before)}`;
      const shown = known ? [...turn.kept] : [];
      await next.post(thread, answer("Two years."), posting({ key, shown, alone: !known }));
      expect(replies()).toHaveLength(before + 1);
      expect(replies()[before]?.text).toContain("Two years");
      expect(replies()[before]?.streaming).toBe("stopped");
    }
  });

  it("leaves the stream of another turn alone, in whichever process it is written", async () => {
    const { thread, answer, posting, replies, newProcess, newTurn } = bench;
    const [one, other] = [newProcess(), newProcess()];
    const [x, y] = [bench.turn, newTurn()];
    await streaming(one, x);
    // The first attempt to post Y was made elsewhere, and nobody knows what became of it.
    const uncertain = posting({ key: "delivery-y", attempt: 2, alone: false });
    await other.post(thread, answer("Yes.", {}, y), uncertain);
    expect(replies().map(({ streaming: state }) => state)).toEqual(["streaming", undefined]);
    await one.post(thread, answer("Two years.", {}, x), posting({ key: "delivery-x", shown: x.kept }));
    expect(replies()).toHaveLength(2);
    expect(replies()[0]?.text).toContain("Two years");
    expect(replies()[1]?.text).toContain("Yes");
  });

  it("takes over no message that carries blocks of ours, though it has no tag", async () => {
    const { thread, answer, posting, replies, general, asked, client } = bench;
    const text = "Ann has asked Ada for help.";
    const blocks = [{ type: "section", text: { type: "mrkdwn", text } }] as const;
    await client.chat.postMessage({ channel: general.id, thread_ts: asked, text, blocks: [...blocks] });
    await channel.post(thread, answer("Two years."), posting({ attempt: 2 }));
    expect(replies().map((message) => message.text)).toEqual([text, expect.stringContaining("Two years")]);
  });

  it("posts the answer in the place of the progress once, however often it is repeated", async () => {
    const { thread, turn, answer, posting, replies, platform, newProcess } = bench;
    await streaming(channel);
    platform.fail({ method: "chat.update", how: "close-after-effect" });
    await expect(
      channel.post(thread, answer("Two years."), posting({ shown: turn.kept })),
    ).rejects.toMatchObject({ code: "channel_unavailable" });
    for (const attempt of [2, 3])
      await newProcess().post(thread, answer("Two years."), posting({ attempt, shown: turn.kept }));
    expect(replies()).toHaveLength(1);
    expect(replies()[0]?.text).toContain("Two years");
  });

  it("finds a stream whose beginning Slack never confirmed", async () => {
    const { thread, answer, posting, replies, followed, platform } = bench;
    platform.fail({ method: "chat.startStream", how: "close-after-effect" });
    platform.fail({ method: "chat.startStream", how: "http-500", times: 99 });
    channel.follow(thread, followed())({ kind: "text", text: "A hose is" });
    await until(() => replies().length === 1);
    await pause(20);
    await channel.post(thread, answer("Two years."), posting());
    expect(replies()).toHaveLength(1);
    expect(replies()[0]?.text).toContain("Two years");
  });

  const long = Array.from({ length: 400 }, (_, line) => `Line ${String(line)}: ${"word ".repeat(12)}`).join(
    "\n\n",
  );
  const partOf = (given: Readonly<Record<string, unknown>>): number =>
    Number(/"part\\?":(\d)/.exec(JSON.stringify(given))?.[1]);

  it("posts the missing parts alone of a long answer that was interrupted", async () => {
    const { thread, answer, posting, replies, platform } = bench;
    platform.fail({
      method: "chat.postMessage",
      how: "http-500",
      where: ({ arguments: given }) => partOf(given) === 2,
    });
    await expect(channel.post(thread, answer(long), posting())).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    const before = replies().length;
    expect(before).toBe(2);
    await channel.post(thread, answer(long), posting({ attempt: 2 }));
    const parts = replies().map(({ metadata }) => metadata?.event_payload["part"]);
    expect(parts).toEqual(parts.map((_part, index) => index));
    expect(parts.length).toBeGreaterThan(before);
    expect(replies().filter(({ actionIds }) => actionIds.includes("ask_human"))).toHaveLength(1);
  });

  it("posts no further part where another worker has the message by now", async () => {
    const { thread, answer, posting, replies, newProcess } = bench;
    const lost = new AbortController();
    const slow = newProcess({ pace: { channelMessagesPerSecond: 4 }, now: atOneMoment });
    // Asked after the channel's turn was waited for, before the second part is posted.
    const around = () => {
      lost.abort();
      return Promise.resolve({ held: false, alone: true });
    };
    const placing = slow.post(thread, answer(long), posting({ signal: lost.signal, around }));
    await expect(placing).rejects.toMatchObject({ name: "AbortError" });
    expect(replies()).toHaveLength(1);
  });
});
