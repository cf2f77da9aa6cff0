import { beforeEach, describe, expect, it } from "@jest/globals";
import { ExpertError } from "../../core/errors.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { createEmbedBatcher } from "./embed-batcher.ts";
import { textsPerBatch } from "./embed-batch.ts";

interface Request {
  readonly texts: readonly string[];
  readonly signal: AbortSignal | undefined;
  answer(): void;
  fail(error: unknown): void;
}

const vectorOf = (text: string): Float32Array => Float32Array.from([text.length, text.charCodeAt(0)]);
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const refused = (status: number): ExpertError =>
  new ExpertError("model_refused", "The model server refused the request.", { facts: { status } });

describe("calls for embeddings of one server", () => {
  let requests: Request[];
  let gateway: ModelGateway;
  beforeEach(() => {
    requests = [];
    gateway = createEmbedBatcher({
      chatModel: null,
      visionModel: null,
      embeddingModel: "small",
      generate: () => {
        throw new Error("not a chat");
      },
      embed: (texts, signal) =>
        new Promise((resolve, reject) => {
          const request: Request = {
            texts,
            signal,
            answer: () => resolve(texts.map(vectorOf)),
            fail: reject,
          };
          signal?.addEventListener("abort", () => reject(new ExpertError("cancelled", "stopped")));
          requests.push(request);
        }),
    });
  });
  const sent = (): readonly (readonly string[])[] => requests.map(({ texts }) => texts);

  it("go at once where none is under way, and together with the next where one is", async () => {
    const first = gateway.embed(["one"]);
    expect(sent()).toEqual([["one"]]);
    const others = [gateway.embed(["two", "three"]), gateway.embed(["four"])];
    await settle();
    expect(sent()).toEqual([["one"]]);
    requests[0]?.answer();
    expect(await first).toEqual([vectorOf("one")]);
    await settle();
    expect(sent()).toEqual([["one"], ["two", "three", "four"]]);
    requests[1]?.answer();
    expect(await Promise.all(others)).toEqual([[vectorOf("two"), vectorOf("three")], [vectorOf("four")]]);
    void gateway.embed(["five"]);
    expect(sent()[2]).toEqual(["five"]);
  });

  it("do not wait once they fill a request, nor where one alone is large", async () => {
    void gateway.embed(["one"]);
    for (let each = 0; each < textsPerBatch; each += 1) void gateway.embed([`text ${String(each)}`]);
    expect(sent().map(({ length }) => length)).toEqual([1, textsPerBatch]);
    const many = Array.from({ length: textsPerBatch * 2 }, (_, at) => String(at));
    void gateway.embed(many);
    expect(sent()[2]).toEqual(many);
    void gateway.embed(["x".repeat(150_000)]);
    expect(sent()).toHaveLength(4);
    for (let each = 0; each < 3; each += 1) void gateway.embed(["y".repeat(90_000)]);
    expect(sent().at(-1)).toHaveLength(2);
  });

  it("end apart: one that is given up leaves the others, and the last one stops the request", async () => {
    const stops = [new AbortController(), new AbortController()];
    const first = gateway.embed(["one"]);
    const calls = stops.map(({ signal }, at) => gateway.embed([`text ${String(at)}`], signal));
    requests[0]?.answer();
    await first;
    await settle();
    stops[0]?.abort();
    await expect(calls[0]).rejects.toMatchObject({ code: "cancelled" });
    expect(requests[1]?.signal?.aborted).toBe(false);
    stops[1]?.abort();
    await expect(calls[1]).rejects.toMatchObject({ code: "cancelled" });
    expect(requests[1]?.signal?.aborted).toBe(true);
  });

  it("are not sent where they were given up while they waited", async () => {
    const stop = new AbortController();
    const first = gateway.embed(["one"]);
    const given = gateway.embed(["two"], stop.signal);
    stop.abort();
    await expect(given).rejects.toMatchObject({ code: "cancelled" });
    requests[0]?.answer();
    await first;
    await settle();
    expect(requests).toHaveLength(1);
  });

  const joined = async (): Promise<readonly Promise<unknown>[]> => {
    const first = gateway.embed(["one"]);
    const calls = [gateway.embed(["good"]), gateway.embed(["bad"])];
    requests[0]?.answer();
    await first;
    await settle();
    return calls;
  };

  it.each([
    ["that the server refuses", refused(400)],
    ["that is too long", refused(413)],
    [
      "of which the server makes no vector",
      new ExpertError("model_unavailable", "no direction", { facts: { unfit: true } }),
    ],
  ])("fail no other by a text %s", async (_what, error) => {
    const [good, bad] = await joined();
    requests[1]?.fail(error);
    await settle();
    expect(sent().slice(2)).toEqual([["good"], ["bad"]]);
    requests[2]?.answer();
    requests[3]?.fail(error);
    await expect(good).resolves.toEqual([vectorOf("good")]);
    await expect(bad).rejects.toBe(error);
  });

  it.each([
    ["the server is away", new ExpertError("model_unavailable", "away", { facts: { status: 503 } })],
    ["the key is refused", refused(401)],
    ["no answer came in time", new ExpertError("model_timeout", "late")],
  ])("all learn that %s, by one request", async (_what, error) => {
    const calls = await joined();
    requests[1]?.fail(error);
    for (const call of calls) await expect(call).rejects.toBe(error);
    expect(requests).toHaveLength(2);
    void gateway.embed(["next"]);
    expect(sent()[2]).toEqual(["next"]);
  });
});
