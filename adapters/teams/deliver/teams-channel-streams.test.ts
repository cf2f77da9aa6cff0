import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { replyTexts } from "../../../core/conversation/reply-texts.ts";
import type { FollowedTurn } from "../../../core/delivery/channel.ts";
import { startTokenIssuer, type TokenIssuer } from "../../../tests/teams/token-issuer.ts";
import { teamsPace } from "./message-pace.ts";
import { liveTimings } from "./progress.ts";
import { type ChannelBench, openChannelBench, textsOf, until } from "./teams-channel.fixture.ts";

const { stopped } = replyTexts.en;

describe("answers in a personal chat", () => {
  let bench: ChannelBench;
  let issuer: TokenIssuer;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
  });
  afterAll(() => issuer.close());
  afterEach(() => bench.close());
  const shown = () => bench.ann.chat.messages();
  const begin = (text: string, turn = bench.newTurn(), options = {}) => {
    const channel = bench.newProcess(options);
    const show = channel.follow(bench.thread(), bench.followed(turn));
    if (text !== "") show({ kind: "text", text });
    return { channel, show, turn };
  };

  it("show nothing before they take a while", async () => {
    bench = await openChannelBench({ issuer });
    const { channel, turn } = begin("", bench.newTurn(), { timings: { announceAfterMs: 60_000 } });
    await channel.post(bench.thread(), bench.answer("Two years. [1]", turn), bench.posting());
    expect(textsOf(shown())).toEqual(["Two years. [1]", ""]);
    expect(shown().map(({ streaming }) => streaming)).toEqual([undefined, undefined]);
  });

  it("stream what is done, then the text as it grows, and end with label, citations and rating", async () => {
    bench = await openChannelBench({ issuer });
    const { channel, show, turn } = begin("");
    await until(() => shown()[0]?.informative.length === 1);
    show({ kind: "state", state: "routed" });
    await until(() => shown()[0]?.informative.length === 2);
    show({ kind: "text", text: "A hose is warranted " });
    await until(() => shown()[0]?.parts.length === 1);
    show({ kind: "text", text: "for **two years**. [1] And" });
    await until(() => shown()[0]?.parts.length === 2);
    const posting = bench.posting();
    const text = "A hose is warranted for **two years**. [1] And more.";
    const ref = await channel.post(bench.thread(), bench.answer(text, turn), posting);
    const [answer, card] = shown();
    expect(shown()).toHaveLength(2);
    expect(answer?.informative).toEqual(["Finding the right department…", "Searching the documents…"]);
    expect(answer?.parts).toEqual(["A hose is warranted", "A hose is warranted for **two years**. [1]"]);
    expect(answer).toMatchObject({ text, streaming: "final", edits: 0 });
    expect(answer?.entities).toMatchObject([
      { additionalType: ["AIGeneratedContent"], citation: [{ position: 1 }] },
    ]);
    expect(answer?.channelData).toEqual({ feedbackLoop: { type: "custom" } });
    expect(card?.buttons).toContain("Ask a human");
    expect(ref).toMatchObject({ conversationId: bench.ann.chat.id, activityId: answer?.id });
    expect(turn.kept).toMatchObject([{ activityId: answer?.id, as: "stream" }]);
    expect(ref).toMatchObject({ ...posting.placed.get(0) });
  });

  it("tell the place in line for the model until the text begins, and learn meanwhile that their reader stops them", async () => {
    bench = await openChannelBench({ issuer });
    const { show, turn } = begin("", bench.newTurn(), { timings: { waitingEveryMs: 150 } });
    show({ kind: "state", state: "retrieved" });
    await until(() => shown()[0]?.informative.length === 1);
    for (const place of [3, 2, 1]) show({ kind: "waiting", place });
    const told = (place: string): boolean =>
      shown()[0]?.informative.includes(`Waiting for the model: ${place}…`) === true;
    await until(() => told("1 question before yours"));
    show({ kind: "waiting", place: 0 });
    await until(() => told("you are next"));
    expect(new Set(shown()[0]?.informative).size).toBeLessThan(5);
    const [streamed] = shown();
    if (streamed) bench.ann.stop(streamed);
    await until(() => turn.stops === 1);
    expect(streamed?.parts).toEqual([]);
    expect(bench.platform.forgive()).toEqual(["ContentStreamNotAllowed"]);
  });

  it("keep to Teams' pace: never two parts of a stream within a second", async () => {
    bench = await openChannelBench({ issuer, streams: { gapMs: 150 } });
    const timings = { streamEveryMs: 160, streamGapMs: 160 };
    const { channel, show, turn } = begin("One ", bench.newTurn(), { timings });
    await until(() => shown()[0]?.parts.length === 1);
    for (const word of ["two ", "three ", "four ", "five ", "six "]) {
      show({ kind: "text", text: word });
      await delay(60);
    }
    await until(() => (shown()[0]?.parts.length ?? 0) > 1);
    const answer = bench.answer("One two three four five six", turn);
    await channel.post(bench.thread(), answer, bench.posting());
    expect(shown()[0]).toMatchObject({ streaming: "final", text: "One two three four five six" });
    expect(shown()[0]?.parts.length).toBeGreaterThan(1);
  });

  it.each(["ended by its answer", "followed by another part"])(
    "keep the gap after a part that Teams took without an answer, %s",
    async (how) => {
      bench = await openChannelBench({ issuer, streams: { gapMs: 300 } });
      const timings = { streamEveryMs: 310, streamGapMs: 310 };
      const { channel, show, turn } = begin("One ", bench.newTurn(), { timings });
      await until(() => shown()[0]?.parts.length === 1);
      bench.platform.fail({ operation: "send", how: "close-after-effect" });
      await delay(400);
      show({ kind: "text", text: "two " });
      await until(() => shown()[0]?.parts.length === 2);
      if (how !== "ended by its answer") {
        show({ kind: "text", text: "three " });
        await until(() => shown()[0]?.parts.length === 3);
      }
      await channel.post(bench.thread(), bench.answer("One two three four", turn), bench.posting());
      expect(shown()[0]).toMatchObject({ streaming: "final", text: "One two three four" });
    },
  );

  it("keep Teams' own limits with the product's own times", async () => {
    bench = await openChannelBench({ issuer, throttle: {}, streams: { gapMs: 1_000 } });
    const options = { timings: liveTimings, pace: teamsPace };
    const { channel, show, turn } = begin("", bench.newTurn(), options);
    const words = Array.from({ length: 30 }, (_, index) => `word${String(index)} `);
    for (const [index, word] of words.entries()) {
      if (index === 10) {
        await until(() => (shown()[0]?.informative.length ?? 0) > 0);
        show({ kind: "state", state: "retrieved" });
      }
      if (index >= 10) show({ kind: "text", text: word });
      await delay(150);
    }
    await until(() => (shown()[0]?.parts.length ?? 0) > 0);
    const text = words.slice(10).join("").trim();
    await channel.post(bench.thread(), bench.answer(text, turn), bench.posting());
    const [answer] = shown();
    expect(answer).toMatchObject({ text, streaming: "final" });
    expect(answer?.informative.length).toBeGreaterThan(0);
    expect(answer?.parts.length).toBeGreaterThan(0);
  });

  it("begin as soon as Teams takes them where the first part had to wait, however long it is to the next", async () => {
    bench = await openChannelBench({ issuer });
    bench.platform.fail({ operation: "send", how: { status: 429, code: "Throttled", retryAfter: 1 } });
    const { channel, turn } = begin("One ", bench.newTurn(), { timings: { streamEveryMs: 600_000 } });
    await until(() => shown()[0]?.parts.length === 1);
    await channel.post(bench.thread(), bench.answer("One two", turn), bench.posting());
    expect(shown()[0]).toMatchObject({ parts: ["One"], text: "One two", streaming: "final" });
  });

  it("stream one at a time; another one waits for its end", async () => {
    bench = await openChannelBench({ issuer });
    const channel = bench.newProcess();
    const [one, two] = [bench.newTurn(), bench.newTurn()];
    channel.follow(bench.thread(), bench.followed(one));
    await until(() => shown().length === 1);
    channel.follow(bench.thread(), bench.followed(two));
    await delay(50);
    expect(shown()).toHaveLength(1);
    await channel.post(bench.thread(), bench.answer("One.", one), bench.posting());
    await until(() => shown().length === 3);
    await channel.post(bench.thread(), bench.answer("Two.", two), bench.posting());
    expect(textsOf(shown())).toEqual(["One.", "", "Two.", ""]);
  });

  it("stop where the reader says so, and say that they did", async () => {
    bench = await openChannelBench({ issuer });
    const { channel, show, turn } = begin("A hose is ");
    await until(() => shown()[0]?.parts.length === 1);
    const [streamed] = shown();
    if (streamed) bench.ann.stop(streamed);
    show({ kind: "text", text: "warranted for " });
    await until(() => turn.stops === 1);
    await channel.post(
      bench.thread(),
      { kind: "failure", turnId: turn.id, code: "cancelled", message: stopped, remedy: null },
      bench.posting(),
    );
    expect(textsOf(shown())).toEqual(["A hose is", stopped]);
    expect(bench.platform.forgive()).toEqual(["ContentStreamNotAllowed"]);
  });

  it("do not bring the answer after all where Stop came with its end, in whichever process", async () => {
    bench = await openChannelBench({ issuer });
    const { turn } = begin("A hose is ");
    await until(() => shown()[0]?.parts.length === 1);
    const [streamed] = shown();
    if (streamed) bench.ann.stop(streamed);
    await until(() => turn.kept.length === 1);
    const posting = bench.posting({ shown: turn.kept });
    await bench.newProcess().post(bench.thread(), bench.answer("A hose is fine.", turn), posting);
    expect(textsOf(shown())).toEqual(["A hose is", stopped]);
    expect(bench.platform.forgive()).toEqual(["ContentStreamNotAllowed"]);
  });

  it("go on as a message before Teams ends their stream", async () => {
    bench = await openChannelBench({ issuer });
    const { channel, show, turn } = begin("One ", bench.newTurn(), { timings: { streamLifeMs: 20 } });
    await until(() => shown()[0]?.parts.length === 1);
    await delay(30);
    show({ kind: "text", text: "two " });
    await until(() => shown()[0]?.text === "One two");
    expect(shown()[0]?.streaming).toBe("final");
    await channel.post(bench.thread(), bench.answer("One two three.", turn), bench.posting());
    expect(shown()).toHaveLength(2);
    expect(shown()[0]).toMatchObject({
      text: "One two three.",
      channelData: { feedbackLoop: { type: "custom" } },
    });
  });

  it("take the place of a stream that Teams has ended after two minutes", async () => {
    bench = await openChannelBench({ issuer, streams: { lifeMs: 30 } });
    const { channel, show, turn } = begin("One ");
    await until(() => shown()[0]?.parts.length === 1);
    await delay(40);
    show({ kind: "text", text: "two " });
    show({ kind: "text", text: "three " });
    await until(() => bench.platform.violations.length === 1);
    await channel.post(bench.thread(), bench.answer("One two three.", turn), bench.posting());
    expect(shown()[0]).toMatchObject({ text: "One two three.", streaming: "dead" });
    expect(shown()).toHaveLength(2);
    expect(bench.platform.forgive()).toEqual(["ContentStreamNotAllowed"]);
  });

  it("are posted anew where they do not hold what was streamed, and nothing of that stays", async () => {
    bench = await openChannelBench({ issuer });
    const { channel, turn } = begin("Three years ");
    await until(() => shown()[0]?.parts.length === 1);
    await channel.post(bench.thread(), bench.answer("Two years.", turn), bench.posting());
    expect(textsOf(shown())).toEqual(["Two years.", ""]);
    expect(bench.platform.forgive()).toEqual(["ContentStreamNotAllowed", "BadArgument"]);
  });

  it("are messages that grow where Teams streams nothing, and no stream is tried again for a while", async () => {
    bench = await openChannelBench({ issuer, streams: { allowed: false } });
    const { channel, show, turn } = begin("One ");
    await until(() => shown().length === 1);
    show({ kind: "text", text: "two " });
    await until(() => shown()[0]?.text === "One two");
    await channel.post(bench.thread(), bench.answer("One two three.", turn), bench.posting());
    const next = bench.newTurn();
    channel.follow(bench.thread(), bench.followed(next));
    await until(() => shown().length === 3);
    await channel.post(bench.thread(), bench.answer("Four.", next), bench.posting());
    expect(textsOf(shown())).toEqual(["One two three.", "", "Four.", ""]);
    expect(bench.platform.forgive()).toEqual(["ContentStreamNotAllowed"]);
  });

  it("fall silent where a human has taken the thread over", async () => {
    bench = await openChannelBench({ issuer });
    const { show, turn } = begin("One ", bench.newTurn(), { timings: { checkEveryMs: 0 } });
    await until(() => shown()[0]?.parts.length === 1);
    turn.allowed = false;
    show({ kind: "text", text: "two " });
    await delay(50);
    expect(shown()[0]?.text).toBe("One");
  });

  it("show no progress at a later attempt: an earlier one may have", async () => {
    bench = await openChannelBench({ issuer });
    const followed: FollowedTurn = bench.followed(bench.newTurn(), 2);
    bench.newProcess().follow(bench.thread(), followed)({ kind: "text", text: "One " });
    await delay(50);
    expect(shown()).toEqual([]);
  });
});
