import { beforeEach, describe, expect, it } from "@jest/globals";
import { type TurnBench, turnBench } from "../../tests/support/turn-bench.ts";
import type { Answerer } from "../answering/draft.ts";
import { replyTexts } from "./reply-texts.ts";

const brokenOffAfter =
  (text: string): Answerer =>
  async (_input, onText) => {
    onText(text);
    return { text, citations: [], answeredBy: "test-model", complete: false };
  };

describe("an answer that breaks off", () => {
  let bench: TurnBench;
  beforeEach(async () => {
    bench = await turnBench();
  });

  it("gives way to quotes, and says why, where nothing of it could be held against a source yet", async () => {
    const { id } = await bench.receive();
    await bench.run(id, { model: brokenOffAfter("To start the") });
    const { state, reply, work } = bench.row(id);
    expect([state, work.support]).toEqual(["answered", "broken_off"]);
    expect(reply).toMatchObject({ kind: "answer", answeredBy: "extractive" });
    expect(reply?.text).toContain(replyTexts.en.brokenOff);
    // It is not the model's fault.
    expect(reply?.text).not.toContain(replyTexts.en.unsupported);
  });
});
