import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { LiveTimings } from "../../../adapters/slack/deliver/live-writer.ts";
import { createMessagePace } from "../../../adapters/slack/deliver/message-pace.ts";
import { createSlackChannel } from "../../../adapters/slack/deliver/slack-channel.ts";
import type { ChannelName } from "../../../core/delivery/channel-name.ts";
import type { Channel as CoreChannel } from "../../../core/delivery/channel.ts";
import { silentLogger } from "../../../core/logger.ts";
import type { Channel, Fault, Message, SlackPlatformOptions } from "../../slack-platform/slack-platform.ts";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { pause, personOf, until } from "../../support/sample-work.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";

const dampers = ["A", "B", "C", "D", "E", "F", "G", "H"];
const steps = dampers.map(
  (damper) =>
    `- Close damper ${damper} of the turbine, note its pressure in the turbine log, wait for the sign of the operator, and lock the damper with its tag in the colour of the shift that closes it, as the shutdown procedure asks.`,
);
const inlet = "open the inlet valve and turn the green key";
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

/** Answers that a model writes while people watch. */
describe.each([
  ["at Slack's limits", {}],
  ["with Slack failing", { rateLimits: "off" }],
] as const)("answers as they are written in Slack, %s", (_what, options: SlackPlatformOptions) => {
  const failing = options.rateLimits === "off";
  let product: SlackProduct;
  let model: ModelServer;
  let small: SlackCompany;
  let people: SlackCompany["people"];
  let general: Channel;
  let channels = 0;
  let refusedBefore = 0;
  /** A stream that could not be ended is found out by Slack's refusal to change its message. */
  let mayConflict = false;
  beforeAll(async () => {
    model = await startModelServer();
    product = await startSlackProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "test-chat" },
      platform: { rateLimits: { channelBurst }, ...options },
    });
    small = await product.join();
    ({ people } = small);
    await small.teach("pump.md", `# Pump manual\n\nTo start the pump, ${inlet}.\n`);
    await small.teach("shutdown.md", `# Shutdown procedure of the turbine\n\n${steps.join("\n")}\n`);
  }, 180_000);
  beforeEach(() => {
    const { ada, sam, vic, fay } = people;
    channels += 1;
    refusedBefore = product.platform.violations.length;
    mayConflict = false;
    const name = `channel-${String(channels)}`;
    general = small.workspace.channel({ name, members: [ada, sam, vic, fay, small.bot] });
  });
  afterEach(() => {
    const refused = product.platform.violations.slice(refusedBefore);
    expect(refused.filter(({ error }) => !mayConflict || error !== "streaming_state_conflict")).toEqual([]);
    expect(model.violations).toEqual([]);
  });
  afterAll(async () => {
    await product.close();
    await model.close();
  });

  const own = (ts: string, channel = general): readonly Message[] =>
    channel.thread(ts).filter(({ user }) => user === small.bot.botUserId);
  const texts = (messages: readonly Message[]): readonly string[] => messages.map(({ text }) => text);
  const open = (): readonly Message[] =>
    general.messages().filter(({ streaming }) => streaming === "streaming");
  /** The channel as another process would begin it, with other timings. */
  const retime = (timings: Partial<LiveTimings>): void => {
    const parts = product.parts();
    const { slack } = parts;
    if (!slack) throw new Error("Slack is not joined");
    const { workspaces } = slack;
    (parts.channels as Map<ChannelName, CoreChannel>).set(
      "slack",
      createSlackChannel({
        workspaces,
        pace: createMessagePace(),
        logger: silentLogger,
        sourceUrl: () => null,
        approvalUrl: () => null,
        timings,
      }),
    );
  };

  if (!failing) {
    it("are shown with a status and as a stream, and end as one message with its buttons", async () => {
      const gate = gateBefore(0, last);
      model.script({ kind: "text", pieces, betweenMs: 150, before: gate.before });
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
      model.script({ kind: "text", pieces, betweenMs: 150, before: gate.before });
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
      expect(closed.map(([, damper]) => damper)).toEqual(
        Array.from({ length: rounds }, () => dampers).flat(),
      );
      expect(parts.length).toBeGreaterThan(1);
      expect(parts.filter(({ actionIds }) => actionIds.includes("feedback"))).toHaveLength(1);
      expect(parts.at(-1)?.actionIds).toContain("feedback");
      expect(open()).toEqual([]);
    }, 120_000);

    it("go on in another message before Slack ends a stream, and are one answer in the end", async () => {
      const rollOverMs = 1_200;
      retime({ rollOverMs, streamEveryMs: 300 });
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
    return;
  }

  const faults: readonly Omit<Fault, "method">[] = [
    { how: "http-500" },
    { how: "ratelimited", retryAfter: 1 },
    { how: "close-connection" },
    { how: "close-after-effect" },
    { how: "delay", delayMs: 4_000 },
  ];
  const methods = [
    "assistant.threads.setStatus",
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
    "chat.update",
  ] as const;

  it.each(methods.flatMap((method) => faults.map((fault) => [method, fault.how, fault] as const)))(
    "are given once where %s meets %s",
    async (method, _how, fault) => {
      retime({ statusAfterMs: 20, firstTextMs: 50, streamEveryMs: 100 });
      product.platform.fail({ ...fault, method });
      mayConflict = method === "chat.stopStream";
      model.script({ kind: "text", pieces: words(answer), thinkMs: 100, betweenMs: 60 });
      const { ts } = await people.sam.mention(general, "How do I start the pump?");
      await product.settled();
      expect(texts(own(ts))).toEqual([expect.stringContaining(inlet)]);
      expect(own(ts)[0]?.actionIds).toEqual(["feedback", "ask_human"]);
      expect(open()).toEqual([]);
    },
    120_000,
  );
});
