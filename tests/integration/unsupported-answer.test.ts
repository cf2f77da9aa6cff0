import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createOpenAiGateway } from "../../adapters/model/openai-gateway.ts";
import { createModelAnswerer } from "../../core/answering/answer-with-model.ts";
import { replyTexts } from "../../core/conversation/reply-texts.ts";
import { silentLogger } from "../../core/logger.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { answerText, type TurnBench, turnBench } from "../support/turn-bench.ts";

const supported = "To start the pump, open the inlet valve and turn the green key [1].";
const invented = "Telephone Zurich headquarters afterwards [1].";

describe("a model whose answer the documents do not support", () => {
  let server: ModelServer;
  let bench: TurnBench;
  beforeAll(async () => {
    server = await startModelServer();
  });
  beforeEach(async () => {
    bench = await turnBench();
  });
  afterEach(() => {
    expect(server.violations).toEqual([]);
  });
  afterAll(async () => {
    await server.close();
  });

  const answer = async (text: string) => {
    server.script({ kind: "text", pieces: text.match(/\S+\s*/g) ?? [] });
    const gateway = createOpenAiGateway({
      baseUrl: server.baseUrl,
      chatModel: "scripted",
      embeddingModel: null,
      timeouts: { connectMs: 10_000, firstTokenMs: 20_000, betweenTokensMs: 20_000 },
      logger: silentLogger,
    });
    const { id } = await bench.receive();
    await bench.run(id, { model: createModelAnswerer({ gateway }), leaseMs: 30_000 });
    return bench.row(id);
  };

  it("is delivered as it stands where every sentence is supported", async () => {
    const turn = await answer(supported);
    expect(turn.reply).toMatchObject({ kind: "answer", text: supported, answeredBy: "scripted" });
    expect(turn.work.support).toBe("whole");
  });

  it("is delivered without the sentences that it made up, and says so", async () => {
    const turn = await answer(`${supported} ${invented}`);
    expect(turn.reply).toMatchObject({ kind: "answer", answeredBy: "scripted" });
    expect(turn.reply?.text).toBe(`${supported}\n\n_${replyTexts.en.shortened}_`);
  });

  it.each([
    ["it is made up throughout", invented],
    ["it names no source", "Telephone Zurich."],
    ["its source does not exist", "Open the inlet valve, it is said there [7]."],
  ])("gives way to quotes where %s", async (_why, text) => {
    const turn = await answer(text);
    expect(turn.reply).toMatchObject({ kind: "answer", answeredBy: "extractive" });
    expect(turn.reply?.text).toBe(`${answerText} [1]\n\n_${replyTexts.en.unsupported}_`);
    expect(turn.work.support).toBe("quoted");
  });
});
