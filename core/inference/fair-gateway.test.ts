import { beforeEach, describe, expect, it } from "@jest/globals";
import { ExpertError } from "../errors.ts";
import { newId, type TenantId, type UserId } from "../ids.ts";
import { createFairGateway } from "./fair-gateway.ts";
import { createInFlightLimit } from "./line/in-flight-limit.ts";
import { createLane, type Lane } from "./line/lane.ts";
import type { ModelCall } from "./model-call.ts";
import type { GenerateRequest, ModelEvent, ModelGateway } from "./model-gateway.ts";

const acme = newId<TenantId>();
const globex = newId<TenantId>();
const callOf = (tenantId: TenantId, urgency: ModelCall["urgency"] = "interactive"): ModelCall => ({
  tenantId,
  userId: newId<UserId>(),
  departmentId: null,
  urgency,
});
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("a gateway that is shared fairly", () => {
  /** Answers that are under way: each ends when it is told to. */
  let underWay: { readonly name: string; end(error?: Error): void }[];
  let stopped: string[];
  let gateway: ModelGateway;
  let chat: Lane;
  let embedding: Lane;
  let fair: ModelGateway;
  const laneOf = (atOnce: number): Lane =>
    createLane({
      clock: { now: () => new Date() },
      limit: createInFlightLimit({ least: 1, most: atOnce, start: atOnce, firstTokenTargetMs: 10_000 }),
      mostWaiting: 5,
    });
  const share = (longestWaitMs: number): void => {
    fair = createFairGateway({ gateway, chat, embedding, clock: { now: () => new Date() }, longestWaitMs });
  };
  beforeEach(() => {
    underWay = [];
    stopped = [];
    const running = (name: string, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        underWay.push({ name, end: (error) => (error ? reject(error) : resolve()) });
        signal?.addEventListener("abort", () => {
          stopped.push(name);
          reject(new ExpertError("cancelled", "stopped"));
        });
      });
    gateway = {
      chatModel: "chat-model",
      embeddingModel: "embedding-model",
      visionModel: null,
      async *generate({ messages, signal }: GenerateRequest): AsyncGenerator<ModelEvent> {
        await running(messages[0]?.content ?? "", signal);
        yield { kind: "text", text: "Yes." };
        yield { kind: "done", finish: "stop", promptTokens: 3, completionTokens: 2 };
      },
      async embed(texts, signal) {
        await running(texts.join(), signal);
        return texts.map(() => new Float32Array(2));
      },
    };
    chat = laneOf(1);
    embedding = laneOf(1);
    share(600_000);
  });
  const ask = async (name: string, call?: ModelCall, signal?: AbortSignal): Promise<string> => {
    const request = { messages: [{ role: "user" as const, content: name }], maxTokens: 10, temperature: 0 };
    let text = "";
    const events = fair.generate({ ...request, ...(call ? { call } : {}), ...(signal ? { signal } : {}) });
    for await (const event of events) if (event.kind === "text") text += event.text;
    return text;
  };
  const names = () => underWay.map(({ name }) => name);
  const endNext = async (error?: Error): Promise<void> => {
    underWay.shift()?.end(error);
    await settle();
  };

  it("lets no more through than the server bears, and the next once one is done", async () => {
    const answers = [ask("a", callOf(acme)), ask("b", callOf(acme))];
    await settle();
    expect(names()).toEqual(["a"]);
    expect([chat.running, chat.waiting]).toEqual([1, 1]);
    await endNext();
    expect(names()).toEqual(["b"]);
    await endNext();
    expect(await Promise.all(answers)).toEqual(["Yes.", "Yes."]);
    expect([chat.running, chat.waiting]).toEqual([0, 0]);
  });

  it("takes tenants in turn, and a batch once in a while", async () => {
    const ana = callOf(acme);
    const calls = [ask("1", ana), ask("2", ana), ask("3", ana), ask("batch", callOf(acme, "batch"))];
    calls.push(ask("other", callOf(globex)));
    await settle();
    const order: string[] = [];
    for (let left = calls.length; left > 0; left -= 1) {
      order.push(...names());
      await endNext();
    }
    await Promise.all(calls);
    expect(order).toEqual(["1", "2", "batch", "other", "3"]);
  });

  it("embeds beside the answers, not behind them", async () => {
    const answer = ask("a", callOf(acme));
    const vectors = fair.embed(["text"], undefined, callOf(acme));
    await settle();
    expect(names()).toEqual(["a", "text"]);
    underWay.splice(0).forEach(({ end }) => end());
    expect(await vectors).toHaveLength(1);
    await answer;
    expect(await fair.embed([])).toEqual([]);
  });

  it("lets who stops go: while it waits at once, and while it runs at the server", async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const running = ask("a", callOf(acme), first.signal);
    const waiting = ask("b", callOf(acme), second.signal);
    await settle();
    second.abort();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
    expect(chat.waiting).toBe(0);
    first.abort();
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    expect(stopped).toEqual(["a"]);
    expect(chat.running).toBe(0);
    await expect(ask("c", callOf(acme), AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled" });
  });

  it("gives a question up whose turn comes too late, and lets batches wait", async () => {
    share(150);
    const running = ask("a", callOf(acme));
    const late = ask("late", callOf(acme));
    const batch = ask("batch", callOf(acme, "batch"));
    await expect(late).rejects.toMatchObject({ code: "model_timeout", message: /waited/ });
    expect(chat.waiting).toBe(1);
    await endNext();
    await endNext();
    await Promise.all([running, batch]);
  });

  it("refuses what would make too many wait", async () => {
    const calls = Array.from({ length: 6 }, (_, n) => ask(String(n), callOf(acme, "batch")));
    await settle();
    await expect(ask("7", callOf(acme))).rejects.toMatchObject({ code: "model_unavailable" });
    for (let left = calls.length; left > 0; left -= 1) await endNext();
    await Promise.all(calls);
  });

  it("sends fewer at once where the server says that it has too much to do", async () => {
    chat = laneOf(4);
    share(600_000);
    const calls = Array.from({ length: 8 }, (_, n) =>
      ask(String(n), callOf(acme)).catch((error: unknown) => error),
    );
    await settle();
    expect(chat.running).toBe(4);
    await endNext(new ExpertError("model_unavailable", "busy", { facts: { status: 429 } }));
    await endNext();
    await endNext();
    expect(chat.running).toBe(2);
    for (let left = 8; left > 0; left -= 1) await endNext();
    const ends = await Promise.all(calls);
    expect(ends.filter((end) => end === "Yes.")).toHaveLength(7);
  });

  it("gives the place back of a reader who leaves early", async () => {
    const events = fair.generate({
      messages: [{ role: "user", content: "a" }],
      maxTokens: 10,
      temperature: 0,
      call: callOf(acme),
    });
    const reading = (async () => {
      for await (const event of events) return event;
      return null;
    })();
    await settle();
    await endNext();
    expect(await reading).toEqual({ kind: "text", text: "Yes." });
    expect(chat.running).toBe(0);
  });
});
