import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Channel, Message } from "../../slack-platform/slack-platform.ts";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { pause, personOf, until } from "../../support/sample-work.ts";
import { replaceSlackChannel } from "../../support/slack-channel.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";
import { askFaultyStreams, type FaultyStream, nameOfCase, streamCases } from "../faulty-streams.ts";

const dampers = ["A", "B", "C", "D", "E", "F", "G", "H"];
const steps = dampers.map(
  (damper) =>
    `- Close damper ${damper} of the turbine, note its pressure in the turbine log, wait for the sign of the operator, and lock the damper with its tag in the colour of the shift that closes it, as the shutdown procedure asks.`,
);
const inlet = "open the inlet valve and turn the green key";
const pump = `# Pump manual\n\nTo start the pump, ${inlet}.\n`;
const answer = `To start the pump, ${inlet}. [1]`;
/** See delivering.test.ts. */
const channelBurst = 6;
const words = (text: string): readonly string[] => text.match(/\S+\s*/g) ?? [];

/** What the blocks of a message say. */
const seen = ({ blocks }: Message): string =>
  blocks.map(({ text }) => (text as { text?: string } | undefined)?.text ?? "").join("\n");

/** Holds the model back before a piece until it is opened: what is watched meanwhile lasts, however slow the machine is. */
function gateBefore(...places: readonly number[]) {
  const gates = new Map(
    places.map((place) => {
      let open = (): void => undefined;
      const opened = new Promise<void>((resolve) => (open = resolve));
      return [place, { open, opened }];
    }),
  );
  return {
    before: async (at: number): Promise<void> => gates.get(at)?.opened,
    open: (place: number): void => gates.get(place)?.open(),
  };
}
const pieces = words(answer);
const last = pieces.length - 1;

/** Answers that a model writes while people watch, at Slack's limits. */
describe("answers as they are written in Slack", () => {
  let product: SlackProduct;
  let model: ModelServer;
  let small: SlackCompany;
  let people: SlackCompany["people"];
  let general: Channel;
  let channels = 0;
  let refusedBefore = 0;
  beforeAll(async () => {
    model = await startModelServer();
    product = await startSlackProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "test-chat" },
      platform: { rateLimits: { channelBurst } },
    });
    small = await product.join();
    ({ people } = small);
    await small.teach("pump.md", pump);
    await small.teach("shutdown.md", `# Shutdown procedure of the turbine\n\n${steps.join("\n")}\n`);
  }, 180_000);
  beforeEach(() => {
    refusedBefore = product.platform.violations.length;
    const { ada, sam, vic, fay } = people;
    channels += 1;
    const name = `channel-${String(channels)}`;
    general = small.workspace.channel({ name, members: [ada, sam, vic, fay, small.bot] });
  });
  afterEach(() => {
    expect(product.platform.violations.slice(refusedBefore)).toEqual([]);
    expect(model.violations).toEqual([]);
  });
  afterAll(async () => {
    await product.close();
    await model.close();
  });

  const own = (ts: string, channel = general, { bot } = small): readonly Message[] =>
    channel.thread(ts).filter(({ user }) => user === bot.botUserId);
  const texts = (messages: readonly Message[]): readonly string[] => messages.map(({ text }) => text);
  const open = (channel = general): readonly Message[] =>
    channel.messages().filter(({ streaming }) => streaming === "streaming");

  it("are shown with a status and as a stream, and end as one message with its buttons", async () => {
    const gate = gateBefore(0, last);
    model.script({ kind: "text", pieces, betweenMs: 60, before: gate.before });
    const { ts } = await people.sam.mention(general, "How do I start the pump?");
    await until("a status is shown", async () => general.status(ts) !== undefined);
    gate.open(0);
    await until("the stream begins", async () => own(ts)[0]?.streaming === "streaming");
    gate.open(last);
    await product.settled();
    expect(texts(own(ts))).toEqual([expect.stringContaining(inlet)]);
    expect(own(ts)[0]).toMatchObject({ streaming: "stopped", actionIds: ["feedback", "ask_human"] });
    expect(general.status(ts)).toBeUndefined();
  });

  it("are streamed in direct messages, too", async () => {
    const gate = gateBefore(last);
    model.script({ kind: "text", pieces, betweenMs: 60, before: gate.before });
    const { ts } = await people.sam.dm("How do I start the pump?");
    const dm = small.workspace.dm(people.sam);
    await until("the stream begins", async () => own(ts, dm)[0]?.streaming === "streaming");
    gate.open(last);
    await product.settled();
    expect(texts(own(ts, dm))).toEqual([expect.stringContaining(inlet)]);
  });

  it("are split where they are long: in order, each step once and whole, nothing left of the stream", async () => {
    const rounds = 9;
    const long = Array.from({ length: rounds }, () => steps.map((step) => `${step} [1]`).join("\n")).join(
      "\n",
    );
    model.script({ kind: "text", pieces: long.match(/[^]{1,400}/g) ?? [], betweenMs: 60 });
    const { ts } = await people.sam.mention(general, "What is the shutdown procedure of the turbine?");
    await product.settled();
    const parts = own(ts);
    // The text that goes with blocks is a summary, for notifications.
    const whole = parts.map(seen).join("\n");
    const closed = [...whole.matchAll(/Close damper ([A-H]) of the turbine,[^\n]*procedure asks\./g)];
    expect(closed.map(([, damper]) => damper)).toEqual(Array.from({ length: rounds }, () => dampers).flat());
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.filter(({ actionIds }) => actionIds.includes("feedback"))).toHaveLength(1);
    expect(parts.at(-1)?.actionIds).toContain("feedback");
    expect(open()).toEqual([]);
  }, 120_000);

  it("go on in another message before Slack ends a stream, and are one answer in the end", async () => {
    const rollOverMs = 1_200;
    const putBack = replaceSlackChannel(product.parts(), { timings: { rollOverMs, streamEveryMs: 300 } });
    const gate = gateBefore(last - 1, last);
    model.script({ kind: "text", pieces, betweenMs: 30, before: gate.before });
    const { ts } = await people.sam.mention(general, "How do I start the pump?");
    await until("the stream has begun", async () => {
      const rows = await product.rows("select from turns where finished_at is null and shown <> '[]'");
      return rows.length === 1;
    });
    await pause(rollOverMs + 100);
    gate.open(last - 1);
    await until("it goes on in a second message", async () => own(ts).length > 1);
    gate.open(last);
    await product.settled();
    putBack();
    expect(texts(own(ts))).toEqual([expect.stringContaining(inlet)]);
    expect(open()).toEqual([]);
  });

  it("end in the middle where the asker stops them, with a word about it", async () => {
    const { before } = gateBefore(last);
    model.script({ kind: "text", pieces: words(answer.repeat(4)), betweenMs: 150, before });
    const { ts } = await people.sam.mention(general, "How do I start the pump?");
    await until("the stream begins", async () => own(ts)[0]?.streaming === "streaming");
    const [turn] = await product.rows<{ id: string }>("select id from turns where finished_at is null");
    const { tenantId } = small.company;
    await product
      .parts()
      .database.withTenant(tenantId, ({ conversations }) =>
        conversations.requestCancel(personOf(small.company, "sam"), turn!.id as never),
      );
    await product.settled();
    expect(texts(own(ts))).toEqual([expect.stringContaining("Stopped, as you asked.")]);
    expect(open()).toEqual([]);
  });

  it("quote the documents where the model breaks off", async () => {
    model.script({ kind: "cut", pieces: ["To start the ", "pump, "] });
    const { ts } = await people.sam.mention(general, "How do I start the pump?");
    await product.settled();
    expect(texts(own(ts))).toEqual([expect.stringContaining(inlet)]);
    expect(open()).toEqual([]);
  });

  it("are all given where forty are written at the same time, within Slack's limits", async () => {
    const places = Array.from({ length: 10 }, (_, number) =>
      small.workspace.channel({
        name: `many-${String(number)}`,
        members: [people.sam, people.vic, people.ada, people.fay, small.bot],
      }),
    );
    model.script(
      ...Array.from({ length: 40 }, () => ({
        kind: "text" as const,
        pieces: words(answer),
        betweenMs: 150,
      })),
    );
    const asked = await Promise.all(
      places.flatMap((place) =>
        [people.sam, people.vic, people.ada, people.fay].map(async (person) => ({
          place,
          sent: await person.mention(place, "How do I start the pump?"),
        })),
      ),
    );
    await product.settled(120_000);
    for (const { place, sent } of asked)
      expect(texts(own(sent.ts, place))).toEqual([expect.stringContaining(inlet)]);
  }, 180_000);

  describe("where Slack fails once", () => {
    let asked: ReadonlyMap<string, FaultyStream>;
    beforeAll(async () => {
      const companies: SlackCompany[] = [];
      for (const slug of ["one", "two", "three", "four", "five"]) companies.push(await product.join(slug));
      await Promise.all(companies.map((company) => company.teach("pump.md", pump)));
      asked = await askFaultyStreams(product, model, companies, words(`${answer} `));
    }, 300_000);

    it.each(streamCases)("are given once where %s meets %s", (method, how) => {
      const { company, channel, ts, met } = asked.get(nameOfCase(method, how))!;
      expect(met).toBe(1);
      const shown = own(ts, channel, company);
      expect(texts(shown)).toEqual([expect.stringContaining(inlet)]);
      expect(shown[0]?.actionIds).toEqual(["feedback", "ask_human"]);
      expect(open(channel)).toEqual([]);
      const refused = product.platform.calls.filter(
        ({ error, arguments: { channel: one, channel_id: other } }) =>
          error !== undefined && (one ?? other) === channel.id,
      );
      // A stream that could not be ended is found out by Slack's refusal to change its message.
      const mayConflict = method === "chat.stopStream";
      expect(refused.filter(({ error }) => !mayConflict || error !== "streaming_state_conflict")).toEqual([]);
    });

    it("are refused nothing else", () => {
      const refused = product.platform.violations.map(({ error }) => error);
      expect([...new Set(refused)]).toEqual(["streaming_state_conflict"]);
    });
  });
});
