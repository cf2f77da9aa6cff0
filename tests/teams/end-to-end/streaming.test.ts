import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { pause, until } from "../../support/sample-work.ts";
import { allSaid, labelOf, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import type { Message, Person, Place } from "../../teams-platform/teams-platform.ts";

const inlet = "open the inlet valve and turn the green key";
const answer = `To start the pump, ${inlet}. [1]`;
const words = (text: string): readonly string[] => text.match(/\S+\s*/g) ?? [];
/** How long Teams lets a stream live. */
const lifeMs = 120_000;

/** Answers that a model writes while people watch. */
describe("answers as they are written in Teams", () => {
  let product: TeamsProduct;
  let model: ModelServer;
  let people: TeamsProduct["people"];
  let general: Place;
  /** Each test has a chat of its own, so that none waits for another's pace. */
  let reader: Person;
  /** Those of the tests to come: a welcome takes long. */
  let readers: readonly Person[] = [];
  /** By how much the time of Teams is ahead. */
  let aheadMs = 0;
  beforeAll(async () => {
    model = await startModelServer();
    product = await startTeamsProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "test-chat" },
      platform: { throttle: {}, streams: { lifeMs }, now: () => performance.now() + aheadMs },
    });
    ({ people } = product);
    readers = Array.from({ length: 7 }, (_, number) =>
      product.tenant.person({ name: `Reader ${String(number)}`, email: "sam@small.example" }),
    );
    await product.teach("pump.md", `# Pump manual\n\nTo start the pump, ${inlet}.\n`);
    const team = product.tenant.team({ name: "Plant", members: Object.values(people) });
    await team.install(people.ada);
    general = team.channel({ name: "Pumps" });
    await Promise.all(readers.map((one) => product.tenant.installFor(one)));
    await product.settled();
  });
  beforeEach(() => {
    const [next, ...others] = readers;
    reader = next!;
    readers = others;
  });
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
    expect(model.violations).toEqual([]);
  });
  afterAll(async () => {
    await product.close();
    await model.close();
  });

  const own = (): readonly Message[] => product.ofBot(reader.chat.messages()).slice(1);
  const ask = (question = "How do I start the pump?") => reader.message(reader.chat, question);
  const streamed = (): Promise<void> =>
    until("it is streamed", async () => (own()[0]?.parts.length ?? 0) > 0);
  /** A word each while until it holds, and the others at once. */
  const slowlyUntil = (holds: () => boolean) => async (): Promise<void> => {
    if (!holds()) await pause(200);
  };

  it("stream in the personal chat: what is being done, then the text as it grows, and all else at the end", async () => {
    const text = answer.repeat(20);
    let isLookedAt = false;
    const slowly = slowlyUntil(() => (own()[0]?.parts.length ?? 0) > 1);
    model.script({
      kind: "text",
      pieces: words(text),
      async before(at) {
        if (at === 0) await until("it is looked at", async () => isLookedAt).catch(() => undefined);
        await slowly();
      },
    });
    await ask();
    await until("a stream is open", async () => own()[0]?.streaming === "open");
    expect(own()[0]).toMatchObject({ channelData: {}, entities: [], parts: [] });
    for (const done of own()[0]!.informative) expect(done).toMatch(/…$/);
    expect(own()[0]!.informative.length).toBeGreaterThan(0);
    isLookedAt = true;
    await product.settled();
    const [message, card, ...more] = own();
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      streaming: "final",
      text,
      channelData: { feedbackLoop: { type: "custom" } },
    });
    expect(labelOf(message!)).toMatchObject({
      additionalType: ["AIGeneratedContent"],
      citation: [{ position: 1 }],
    });
    expect(card?.buttons).toEqual(["Ask a human"]);
    const parts = message!.parts;
    expect(parts.length).toBeGreaterThan(1);
    for (const [at, part] of parts.entries()) expect(part.startsWith(parts[at - 1] ?? "")).toBe(true);
    expect(text.startsWith(parts.at(-1)!)).toBe(true);
    const calls = product.platform.calls.filter(
      ({ conversationId, body }) =>
        conversationId === reader.chat.id && JSON.stringify(body).includes("streaminfo"),
    );
    const gaps = calls.slice(1).map(({ at }, index) => at - calls[index]!.at);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(1_000);
    const bare = calls.slice(0, -1).map(({ body }) => body);
    for (const body of bare) {
      expect(body).not.toHaveProperty("attachments");
      expect(body).not.toHaveProperty("channelData");
      expect((body["entities"] as readonly unknown[]).length).toBe(1);
    }
  });

  it("end where their reader presses Stop: nothing more of them, a word about it, and the model is let go", async () => {
    model.script({ kind: "text", pieces: words(answer.repeat(60)), betweenMs: 250 });
    await ask();
    await streamed();
    const before = model.abandoned;
    const [message] = own();
    reader.stop(message!);
    await product.settled();
    await until("the model is let go", async () => model.abandoned > before);
    await pause(300);
    const [left, said, ...more] = own();
    expect(more).toEqual([]);
    expect(left).toMatchObject({ streaming: "stopped", channelData: {}, entities: [] });
    expect(left!.parts.length - message!.parts.length).toBe(0);
    expect(saidBy(said)).toContain("Stopped, as you asked.");
    expect(said?.buttons).toEqual([]);
    expect(model.abandoned).toBe(before + 1);
    expect(await product.rows("select from turns where state = 'cancelled'")).toHaveLength(1);
    expect(product.platform.forgive()).toEqual(["ContentStreamNotAllowed"]);
    await ask();
    await product.settled();
    expect(own()[2]?.text).toContain(inlet);
  });

  it("go on as a message that is changed where Teams ends the stream, and are one answer in the end", async () => {
    const text = answer.repeat(20);
    model.script({
      kind: "text",
      pieces: words(text),
      before: slowlyUntil(() => (own()[0]?.edits ?? 0) > 0),
    });
    await ask();
    await streamed();
    aheadMs += lifeMs;
    await until("its time is over", async () => own()[0]?.streaming === "dead");
    await product.settled();
    const [message, card, ...more] = own();
    expect(more).toEqual([]);
    expect(message?.text).toBe(text);
    expect(message!.edits).toBeGreaterThan(0);
    expect(message).toMatchObject({ channelData: { feedbackLoop: { type: "custom" } } });
    expect(card?.buttons).toEqual(["Ask a human"]);
    expect(new Set(product.platform.forgive())).toEqual(new Set(["ContentStreamNotAllowed"]));
  });

  it("go on as a message before Teams ends the stream, without a refusal", async () => {
    product.retime({ streamLifeMs: 2_500, editEveryMs: 1_500 });
    try {
      const text = answer.repeat(20);
      model.script({
        kind: "text",
        pieces: words(text),
        before: slowlyUntil(() => own()[0]?.streaming === "final"),
      });
      await ask();
      await until("it is ended by the bot", async () => own()[0]?.streaming === "final");
      const early = own()[0]!.text;
      expect(text.startsWith(early) || early.startsWith("_")).toBe(true);
      await product.settled();
      const [message, , ...more] = own();
      expect(more).toEqual([]);
      expect(message?.text).toBe(text);
      expect(message!.edits).toBeGreaterThan(0);
    } finally {
      product.retime({});
    }
  });

  it("wait for each other in a chat, which takes one stream at a time", async () => {
    model.script(
      { kind: "text", pieces: words(answer), betweenMs: 200 },
      { kind: "text", pieces: words(answer), betweenMs: 200 },
    );
    await ask();
    await ask("And how do I start it today?");
    await product.settled();
    // A chat that refused a stream shows the second while the first's card is still to come.
    const texts = own().map(({ text }) => text);
    expect(texts.filter((text) => text !== "")).toEqual([answer, answer]);
    expect(texts).toHaveLength(4);
  });

  it("stand in a channel as one message that says what is being done, and then the answer", async () => {
    let isLookedAt = false;
    const lookedAt = () => until("it is looked at", async () => isLookedAt).catch(() => undefined);
    model.script({ kind: "text", pieces: words(answer), before: lookedAt });
    const { id } = await people.sam.mention(general, "How do I start the pump?");
    const thread = (): readonly Message[] => product.ofBot(general.thread(id));
    await until("it says what it does", async () => thread().length === 1);
    expect(thread()[0]?.text).toMatch(/^_.*…_$/);
    isLookedAt = true;
    await product.settled();
    expect(thread().map(({ text }) => text)).toEqual([answer, ""]);
    expect(thread()[0]).toMatchObject({ edits: 1, streaming: undefined });
  });

  it("quote the documents where the model breaks off, and nothing of the stream is left", async () => {
    model.script({ kind: "cut", pieces: ["To start the ", "pump, "] });
    await ask();
    await product.settled();
    expect(allSaid(own())).toEqual([expect.stringContaining(inlet), expect.stringContaining("Pump manual")]);
    expect(own()[0]?.streaming).not.toBe("open");
  });
});
