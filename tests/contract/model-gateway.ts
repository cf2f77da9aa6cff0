import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { buildPrompt, noAnswer } from "../../core/answering/prompt.ts";
import { hitOf } from "../support/sample-hits.ts";
import type { ModelEvent, ModelGateway, ModelMessage } from "../../core/inference/model-gateway.ts";

export interface ModelUnderTest {
  readonly gateway: ModelGateway;
  readonly without: (model: "chat" | "embedding") => ModelGateway;
  close(): Promise<void>;
}

const similarity = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, each, n) => sum + each * (b[n] ?? 0), 0);

const prompt = (question: string): readonly ModelMessage[] => {
  const hit = hitOf(
    "Requests go to your manager. Staff have 15 days of annual leave. Unused days lapse in March.",
    { title: "Leave", headingPath: ["Annual leave"] },
  );
  const input = {
    question,
    standaloneQuestion: question,
    history: [],
    language: "en" as const,
    department: { name: "HR", instructions: null },
  };
  return buildPrompt(input, [hit], "fence-1f2e");
};

/** What every model gateway must do, with a model behind it that quotes the first fenced passage. */
export function modelGatewayContract(name: string, open: () => Promise<ModelUnderTest>): void {
  describe(`model gateway: ${name}`, () => {
    let under: ModelUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const generate = async (question: string, more: { maxTokens?: number; signal?: AbortSignal } = {}) => {
      const events: ModelEvent[] = [];
      const request = { messages: prompt(question), maxTokens: 200, temperature: 0, ...more };
      for await (const event of under.gateway.generate(request)) events.push(event);
      return events;
    };
    const textOf = (events: readonly ModelEvent[]) =>
      events.map((event) => (event.kind === "text" ? event.text : "")).join("");

    it("streams text, then says once that and how it is done", async () => {
      const events = await generate("How many days of annual leave do I have?");
      expect(textOf(events)).toBe("Staff have 15 days of annual leave. [1]");
      expect(events.length).toBeGreaterThan(3);
      expect(events.filter(({ kind }) => kind === "done")).toHaveLength(1);
      expect(events.at(-1)).toEqual({
        kind: "done",
        finish: "stop",
        promptTokens: expect.any(Number),
        completionTokens: expect.any(Number),
      });
    });

    it("carries the sign for no answer", async () => {
      expect(textOf(await generate("Where is the printer?"))).toBe(noAnswer);
    });

    it("stops when told, before and during the answer", async () => {
      const abort = new AbortController();
      abort.abort();
      const question = "How many days of annual leave do I have?";
      await expect(generate(question, { signal: abort.signal })).rejects.toMatchObject({ code: "cancelled" });
      const later = new AbortController();
      const seen: ModelEvent[] = [];
      const reading = (async () => {
        const request = { messages: prompt(question), maxTokens: 200, temperature: 0, signal: later.signal };
        for await (const event of under.gateway.generate(request)) {
          seen.push(event);
          later.abort();
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: "cancelled" });
      expect(seen).toHaveLength(1);
    });

    it("embeds texts in their order, to vectors of length 1, near where they are alike", async () => {
      const texts = [
        "annual leave of fifteen days",
        "the printer on the third floor is broken",
        "fifteen days of annual leave",
        "",
        ...Array.from({ length: 150 }, (_, n) => `passage number ${n} about subject ${n * 7}`),
      ];
      const vectors = await under.gateway.embed(texts);
      expect(vectors).toHaveLength(texts.length);
      for (const vector of vectors) expect(similarity(vector, vector)).toBeCloseTo(1, 5);
      const [leave, printer, leaveAgain] = vectors as [Float32Array, Float32Array, Float32Array];
      expect(similarity(leave, leaveAgain)).toBeGreaterThan(0.9);
      expect(similarity(leave, printer)).toBeLessThan(0.5);
      const [alone] = await under.gateway.embed([texts[100] ?? ""]);
      expect(Array.from(vectors[100] ?? [])).toEqual(Array.from(alone ?? []));
      expect(await under.gateway.embed([])).toEqual([]);
    });

    it("stops embedding when told", async () => {
      await expect(under.gateway.embed(["text"], AbortSignal.abort())).rejects.toMatchObject({
        code: "cancelled",
      });
    });

    it("says when no model is configured", async () => {
      const chatless = under.without("chat");
      expect(chatless.chatModel).toBeNull();
      const asking = chatless.generate({ messages: prompt("?"), maxTokens: 5, temperature: 0 });
      await expect(asking[Symbol.asyncIterator]().next()).rejects.toMatchObject({
        code: "model_unavailable",
      });
      const vectorless = under.without("embedding");
      expect(vectorless.embeddingModel).toBeNull();
      await expect(vectorless.embed(["text"])).rejects.toMatchObject({ code: "model_unavailable" });
    });
  });
}
