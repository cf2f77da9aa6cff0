import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { pause, until } from "../../support/sample-work.ts";
import { allSaid, labelOf, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import type { Message, Person, Place } from "../../teams-platform/teams-platform.ts";

const inlet = "open the inlet valve and turn the green key";
const answer = `To start the pump, ${inlet}. [1]`;
const words = (text: string): readonly string[] => text.match(/\S+\s*/g) ?? [];
/** How long a stream lives here, so that its end is met soon. */
const lifeMs = 6_500;

/** Answers that a model writes while people watch. */
describe("answers as they are written in Teams", () => {
  let product: TeamsProduct;
  let model: ModelServer;
  let people: TeamsProduct["people"];
  let general: Place;
  /** Each test has a chat of its own, so that none waits for another's pace. */
  let reader: Person;
  beforeAll(async () => {
    model = await startModelServer();
    product = await startTeamsProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "test-chat" },
      platform: { throttle: {}, streams: { lifeMs } },
    });
    ({ people } = product);
    await product.teach("pump.md", `# Pump manual\n\nTo start the pump, ${inlet}.\n`);
    const team = product.tenant.team({ name: "Plant", members: Object.values(people) });
    await team.install(people.ada);
    general = team.channel({ name: "Pumps" });
    await product.settled();
  }, 60_000);
  let readers = 0;
  beforeEach(async () => {
    readers += 1;
    reader = product.tenant.person({ name: `Reader ${String(readers)}`, email: "sam@small.example" });
    await product.tenant.installFor(reader);
    await product.settled();
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

  it("stream in the personal chat: what is being done, then the text as it grows, and all else at the end", async () => {
    model.script({ kind: "text", pieces: words(answer), thinkMs: 1_000, betweenMs: 200 });
    await ask();
    await until("a stream is open", async () => own()[0]?.streaming === "open");
    expect(own()[0]).toMatchObject({
      informative: [expect.stringMatching(/…$/)],
      channelData: {},
      entities: [],
    });
    await product.settled(30_000);
    const [message, card, ...more] = own();
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      streaming: "final",
      text: answer,
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
    expect(answer.startsWith(parts.at(-1)!)).toBe(true);
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
  }, 40_000);

  it("end where their reader presses Stop: nothing more of them, a word about it, and the model is let go", async () => {
    model.script({ kind: "text", pieces: words(answer.repeat(20)), betweenMs: 250 });
    await ask();
    await streamed();
    const before = model.abandoned;
    const [message] = own();
    reader.stop(message!);
    await product.settled(20_000);
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
    await product.settled(20_000);
    expect(own()[2]?.text).toContain(inlet);
  }, 40_000);

  it("go on as a message that is changed where Teams ends the stream, and are one answer in the end", async () => {
    model.script({ kind: "text", pieces: words(answer.repeat(3)), betweenMs: 190 });
    await ask();
    await until("its time is over", async () => own()[0]?.streaming === "dead", 20_000);
    await product.settled(30_000);
    const [message, card, ...more] = own();
    expect(more).toEqual([]);
    expect(message?.text).toBe(answer.repeat(3));
    expect(message!.edits).toBeGreaterThan(0);
    expect(message).toMatchObject({ channelData: { feedbackLoop: { type: "custom" } } });
    expect(card?.buttons).toEqual(["Ask a human"]);
    expect(new Set(product.platform.forgive())).toEqual(new Set(["ContentStreamNotAllowed"]));
  }, 60_000);

  it("go on as a message before Teams ends the stream, without a refusal", async () => {
    product.retime({ streamLifeMs: 2_500, editEveryMs: 1_500 });
    try {
      model.script({ kind: "text", pieces: words(answer), betweenMs: 400 });
      await ask();
      await until("it is ended by the bot", async () => own()[0]?.streaming === "final", 20_000);
      const early = own()[0]!.text;
      expect(answer.startsWith(early) || early.startsWith("_")).toBe(true);
      await product.settled(30_000);
      const [message, , ...more] = own();
      expect(more).toEqual([]);
      expect(message?.text).toBe(answer);
      expect(message!.edits).toBeGreaterThan(0);
    } finally {
      product.retime({});
    }
  }, 40_000);

  it("wait for each other in a chat, which takes one stream at a time", async () => {
    model.script(
      { kind: "text", pieces: words(answer), betweenMs: 200 },
      { kind: "text", pieces: words(answer), betweenMs: 200 },
    );
    await ask();
    await ask("And how do I start it today?");
    await product.settled(30_000);
    // A chat that refused a stream shows the second while the first's card is still to come.
    const texts = own().map(({ text }) => text);
    expect(texts.filter((text) => text !== "")).toEqual([answer, answer]);
    expect(texts).toHaveLength(4);
  }, 40_000);

  it("stand in a channel as one message that says what is being done, and then the answer", async () => {
    model.script({ kind: "text", pieces: words(answer), thinkMs: 800, betweenMs: 100 });
    const { id } = await people.sam.mention(general, "How do I start the pump?");
    const thread = (): readonly Message[] => product.ofBot(general.thread(id));
    await until("it says what it does", async () => thread().length === 1);
    expect(thread()[0]?.text).toMatch(/^_.*…_$/);
    await product.settled(30_000);
    expect(thread().map(({ text }) => text)).toEqual([answer, ""]);
    expect(thread()[0]).toMatchObject({ edits: 1, streaming: undefined });
  }, 40_000);

  it("quote the documents where the model breaks off, and nothing of the stream is left", async () => {
    model.script({ kind: "cut", pieces: ["To start the ", "pump, "] });
    await ask();
    await product.settled(30_000);
    expect(allSaid(own())).toEqual([expect.stringContaining(inlet), expect.stringContaining("Pump manual")]);
    expect(own()[0]?.streaming).not.toBe("open");
  }, 40_000);
});
