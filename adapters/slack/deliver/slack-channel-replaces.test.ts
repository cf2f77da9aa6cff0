import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Channel, MessageRef, OutgoingMessage } from "../../../core/delivery/channel.ts";
import type { ApprovalId } from "../../../core/ids.ts";
import { newId } from "../../../core/ids.ts";
import { type ChannelBench, openChannelBench } from "./slack-channel.fixture.ts";

describe("a message of Slack that takes another's place", () => {
  let bench: ChannelBench;
  let channel: Channel;
  beforeEach(async () => {
    bench = await openChannelBench();
    channel = bench.newProcess();
  });
  afterEach(() => bench.close());
  const withdrawn = (): OutgoingMessage => ({
    kind: "note",
    turnId: bench.turn.id,
    language: "en",
    note: { kind: "answer_withdrawn", by: "Ada" },
  });
  const verified = (text: string): OutgoingMessage => {
    const { reply } = bench.answer(text) as Extract<OutgoingMessage, { kind: "reply" }>;
    if (reply.kind !== "answer") throw new Error("no answer");
    const note = { kind: "answer_verified", approvalId: newId<ApprovalId>(), askedBy: null, reply } as const;
    return { kind: "note", turnId: bench.turn.id, language: "en", note };
  };
  const post = (message: OutgoingMessage, key: string, standing: MessageRef | null, attempt = 1) =>
    channel.post(bench.thread, message, bench.posting({ key, standing, attempt }));
  const texts = () => bench.replies().map(({ text }) => text);

  it("changes it where it stands", async () => {
    const stood = await post(verified("Two years [1]."), "answer", null);
    const stands = await post(withdrawn(), "withdrawn", stood);
    expect(stands).toEqual(stood);
    expect(texts()).toEqual(["Ada took this answer back."]);
  });

  it("takes away what it no longer fills, and fills more where it is longer", async () => {
    const long = Array.from(
      { length: 60 },
      (_, index) => `## Part ${String(index)}\n\n${"A hose. ".repeat(60)}`,
    );
    const stood = await post(verified(long.join("\n\n")), "answer", null);
    expect(bench.replies().length).toBeGreaterThan(1);
    const stands = await post(withdrawn(), "withdrawn", stood);
    expect(stands).toEqual({ channel: stood["channel"], ts: stood["ts"] });
    expect(texts()).toEqual(["Ada took this answer back."]);
    await post(verified(long.join("\n\n")), "again", stands);
    expect(bench.replies().length).toBeGreaterThan(1);
    expect(texts()).not.toContain("Ada took this answer back.");
  });

  it("is posted anew where somebody has removed it, once however often that is tried", async () => {
    const stood = await post(verified("Two years."), "answer", null);
    await bench.client.chat.delete({ channel: stood["channel"] ?? "", ts: stood["ts"] ?? "" });
    const stands = await post(withdrawn(), "withdrawn", stood);
    expect(stands["ts"]).not.toBe(stood["ts"]);
    expect(await post(withdrawn(), "withdrawn", stood, 2)).toEqual(stands);
    expect(texts()).toEqual(["Ada took this answer back."]);
    expect(bench.forgive()).toEqual(["message_not_found", "message_not_found"]);
  });

  it("is posted anew where Slack lets it be changed no more", async () => {
    const stood = await post(verified("Two years."), "answer", null);
    bench.platform.fail({ method: "chat.update", how: "error", error: "cant_update_message" });
    await post(withdrawn(), "withdrawn", stood);
    expect(texts()).toEqual(["Ada took this answer back."]);
  });

  it("changes it again where an attempt's result was never learned", async () => {
    const stood = await post(verified("Two years."), "answer", null);
    await post(withdrawn(), "withdrawn", stood);
    expect(await post(withdrawn(), "withdrawn", stood, 2)).toEqual(stood);
    expect(texts()).toEqual(["Ada took this answer back."]);
  });
});
