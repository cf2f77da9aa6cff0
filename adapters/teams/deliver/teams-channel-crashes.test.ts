import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Posting } from "../../../core/delivery/channel.ts";
import { startTokenIssuer, type TokenIssuer } from "../../../tests/teams/token-issuer.ts";
import { type ChannelBench, openChannelBench, textsOf, until } from "./teams-channel.fixture.ts";

describe("answers that did not go out at once", () => {
  let bench: ChannelBench;
  let issuer: TokenIssuer;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
  });
  afterAll(() => issuer.close());
  beforeEach(async () => {
    bench = await openChannelBench({ issuer });
  });
  afterEach(() => bench.close());
  const shown = () => textsOf(bench.ann.chat.messages());
  /** Posts until it succeeds, each time in another process, as workers that crash do. */
  const postUntilDone = async (
    text: string,
    turn = bench.newTurn(),
    {
      thread = bench.thread(),
      ...changes
    }: Partial<Posting> & { thread?: ReturnType<ChannelBench["thread"]> } = {},
  ): Promise<readonly string[]> => {
    const posting = bench.posting({ shown: turn.kept, ...changes });
    const codes: string[] = [];
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      try {
        await bench.newProcess().post(thread, bench.answer(text, turn), { ...posting, attempt });
        return codes;
      } catch (error) {
        codes.push(String((error as { code?: unknown }).code));
      }
    }
    return codes;
  };
  const streaming = async (turn = bench.newTurn()) => {
    bench.newProcess().follow(bench.thread(), bench.followed(turn))({ kind: "text", text: "Two years " });
    await until(() => turn.kept.length === 1);
    return turn;
  };

  it.each([412, 500, 502, 503, 504])("are posted again where Teams answers %d", async (status) => {
    bench.platform.fail({ operation: "send", how: { status } });
    expect(await postUntilDone("Two years.")).toEqual(["channel_unavailable"]);
    expect(shown()).toEqual(["Two years.", ""]);
  });

  it("are put off for as long as Teams wants, and no part stands twice", async () => {
    bench.platform.fail({
      operation: "send",
      how: { status: 429, code: "Throttled", retryAfter: 3 },
      where: ({ body }) => "attachments" in body,
    });
    const turn = bench.newTurn();
    const posting = bench.posting();
    const first = bench.newProcess().post(bench.thread(), bench.answer("Two years.", turn), posting);
    await expect(first).rejects.toMatchObject({ code: "rate_limited", facts: { retryAfterMs: 3_000 } });
    expect(shown()).toEqual(["Two years."]);
    await bench.newProcess().post(bench.thread(), bench.answer("Two years.", turn), posting);
    expect(shown()).toEqual(["Two years.", ""]);
  });

  it("stand once where the process was gone after any of their parts", async () => {
    const paragraph = `${"word ".repeat(1_500).trim()}.`;
    const text = [paragraph, paragraph, paragraph, paragraph, paragraph].join("\n\n");
    let sent = 0;
    const goesDown = (): boolean => [2, 4].includes((sent += 1));
    bench.platform.fail({ operation: "send", how: "close-connection", times: 2, where: goesDown });
    expect(await postUntilDone(text)).toEqual(["channel_unavailable", "channel_unavailable"]);
    const messages = bench.ann.chat.messages();
    expect(messages.map(({ attachments }) => attachments.length)).toEqual([0, 0, 0, 1]);
  });

  it("remember in the process what could not be kept with the message", async () => {
    const channel = bench.newProcess();
    const turn = bench.newTurn();
    bench.platform.fail({
      operation: "send",
      how: { status: 502 },
      where: ({ body }) => "attachments" in body,
    });
    const posting = { ...bench.posting(), keepPlaced: () => Promise.resolve() };
    const post = () => channel.post(bench.thread(), bench.answer("Two years.", turn), posting);
    await expect(post()).rejects.toMatchObject({ code: "channel_unavailable" });
    await post();
    expect(shown()).toEqual(["Two years.", ""]);
  });

  it("end the stream of a process that is gone", async () => {
    const turn = await streaming();
    await postUntilDone("Two years in all.", turn);
    expect(shown()).toEqual(["Two years in all.", ""]);
    expect(bench.ann.chat.messages()[0]?.streaming).toBe("final");
  });

  it("stand once where the answer to a stream's end was lost", async () => {
    const turn = await streaming();
    bench.platform.fail({ operation: "send", how: "close-after-effect" });
    expect(await postUntilDone("Two years in all.", turn)).toEqual(["channel_unavailable"]);
    expect(shown()).toEqual(["Two years in all.", ""]);
    expect(bench.platform.forgive()).toEqual(["ContentStreamNotAllowed"]);
  });

  it("stand once where the answer to an update was lost", async () => {
    const turn = bench.newTurn();
    const thread = bench.thread(bench.group);
    bench.newProcess().follow(thread, bench.followed(turn));
    await until(() => turn.kept.length === 1);
    bench.platform.fail({ operation: "update", how: "close-after-effect" });
    expect(await postUntilDone("Two years.", turn, { thread })).toEqual(["channel_unavailable"]);
    expect(textsOf(bench.group.messages())).toEqual(["Two years.", ""]);
  });

  it("stand twice where nothing was shown before and the answer to the post was lost", async () => {
    bench.platform.fail({ operation: "send", how: "close-after-effect" });
    expect(await postUntilDone("Two years.")).toEqual(["channel_unavailable"]);
    expect(shown()).toEqual(["Two years.", "Two years.", ""]);
  });

  it("are posted anew where somebody has removed what showed their progress", async () => {
    const turn = bench.newTurn();
    const thread = bench.thread(bench.group);
    const gone = { conversationId: bench.group.id, activityId: "1", as: "message" };
    expect(await postUntilDone("Two years.", turn, { thread, shown: [gone] })).toEqual([]);
    expect(textsOf(bench.group.messages())).toEqual(["Two years.", ""]);
    expect(bench.platform.forgive()).toEqual(["ActivityNotFoundInConversation"]);
  });

  it("are left to whoever has taken them over", async () => {
    const lost = AbortSignal.abort();
    const posting = bench.posting({ signal: lost });
    const posted = bench
      .newProcess()
      .post(bench.thread(), bench.answer("Two years.", bench.newTurn()), posting);
    await expect(posted).rejects.toThrow();
    expect(shown()).toEqual([]);
  });
});
