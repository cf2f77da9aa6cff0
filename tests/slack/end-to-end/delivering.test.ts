import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Channel, Fault, Message, Sent } from "../../slack-platform/slack-platform.ts";
import { pause, until } from "../../support/sample-work.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";

const pump =
  "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n\nTo stop the pump, press the red button.\n";
const inlet = "open the inlet valve and turn the green key";

/**
 * Slack says no number. What a process has put off for its pace comes at once where the machine has stood still for so
 * long: never more than the seconds that the pace lets a message wait.
 */
const channelBurst = 6;

/** At Slack's own limits. */
describe("answers in Slack, whatever happens on the way", () => {
  let product: SlackProduct;
  let small: SlackCompany;
  let people: SlackCompany["people"];
  let channels = 0;
  beforeAll(async () => {
    product = await startSlackProduct({ platform: { rateLimits: { channelBurst } } });
    small = await product.join();
    ({ people } = small);
    await small.teach("pump.md", pump);
  }, 180_000);
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
  });
  afterAll(() => product.close());

  const newChannel = (): Channel => {
    channels += 1;
    const { ada, sam, vic, fay } = people;
    return small.workspace.channel({
      name: `channel-${String(channels)}`,
      members: [ada, sam, vic, fay, small.bot],
    });
  };
  const answers = (channel: Channel, ts: string): readonly Message[] =>
    channel.thread(ts).filter(({ user }) => user === small.bot.botUserId);
  const isAnsweredOnce = (channel: Channel, { ts }: Sent): void => {
    expect(answers(channel, ts).map(({ text }) => text)).toEqual([expect.stringContaining(inlet)]);
  };

  it("answers thirty questions that come at once in one channel, each once, at Slack's pace", async () => {
    const channel = newChannel();
    const { ada, sam, vic, fay } = people;
    const asked = await Promise.all(
      Array.from({ length: 30 }, (_, number) =>
        ([ada, sam, vic, fay] as const)[number % 4]!.mention(channel, "How do I start the pump?"),
      ),
    );
    await product.settled(120_000);
    for (const sent of asked) isAnsweredOnce(channel, sent);
  }, 180_000);

  it("keeps the order in a thread where several ask at once", async () => {
    const channel = newChannel();
    const { sam, vic } = people;
    const first = await sam.mention(channel, "How do I start the pump?");
    await product.settled();
    const questions = Array.from(
      { length: 8 },
      (_, number) => `How do I ${number % 2 ? "stop" : "start"} the pump?`,
    );
    for (const question of questions) await vic.message(channel, question, { threadTs: first.ts });
    await product.settled();
    const wanted = [0, ...questions.keys()].map((number) => (number % 2 ? "press the red button" : inlet));
    expect(answers(channel, first.ts).map(({ text }) => text)).toEqual(
      wanted.map((text) => expect.stringContaining(text)),
    );
  }, 120_000);

  const faults: readonly Omit<Fault, "method">[] = [
    { how: "http-500" },
    { how: "ratelimited", retryAfter: 1 },
    { how: "close-connection" },
    { how: "close-after-effect" },
    { how: "delay", delayMs: 4_000 },
  ];
  const methods = ["chat.postMessage", "users.info", "conversations.info", "conversations.members"] as const;

  it.each(methods.flatMap((method) => faults.map((fault) => [method, fault.how, fault] as const)))(
    "answers once where %s meets %s",
    async (method, _how, fault) => {
      const channel = newChannel();
      // Somebody who is not known yet, so that they are looked up.
      const newcomer = small.workspace.person({ name: "New Comer", email: "sam@small.example" });
      await channel.join(newcomer);
      product.platform.fail({ ...fault, method });
      const asked = await newcomer.mention(channel, "How do I start the pump?");
      await product.settled();
      await pause(50);
      isAnsweredOnce(channel, asked);
    },
    120_000,
  );

  it.each(faults.map((fault) => [fault.how, fault] as const))(
    "answers one person alone where chat.postEphemeral meets %s",
    async (how, fault) => {
      const { sam, vic } = people;
      const channel = newChannel();
      const talk = await vic.message(channel, "How do I start the pump?");
      await sam.shortcut(talk.message, "ask_about_message");
      await until("the form is there", async () => sam.modals()[0]?.actionIds.includes("question") === true);
      product.platform.fail({ ...fault, method: "chat.postEphemeral" });
      await sam.submit(sam.modals()[0]!, { answer_where: "person" });
      await product.settled();
      const shown = channel.ephemerals(sam).filter(({ text }) => text.includes(inlet));
      // Slack keeps no record of what one person sees, so that it cannot be found again.
      expect(shown).toHaveLength(how === "close-after-effect" ? 2 : 1);
    },
    120_000,
  );

  describe("what Slack sends again", () => {
    const eventOf = (sent: Sent): string => {
      const found = sent.deliveries.find(({ type }) => type === "app_mention")?.eventId;
      if (found === undefined) throw new Error("there was no event");
      return found;
    };

    it("is answered once: late, several times, at the same time", async () => {
      const channel = newChannel();
      const asking = people.sam.mention(channel, "How do I start the pump?");
      const asked = await asking;
      const again = await product.platform.redeliver(eventOf(asked), { times: 8, parallel: true });
      await product.settled();
      await product.platform.redeliver(eventOf(asked), { times: 3, retryNum: 1 });
      await product.settled();
      expect(again.map(({ status }) => status)).toEqual(again.map(() => 200));
      isAnsweredOnce(channel, asked);
      const rows = await product.rows("select from inbox where event_id like $1", [`mention-%-${asked.ts}`]);
      expect(rows).toHaveLength(1);
    });

    it("is answered once by the product that was started again", async () => {
      const channel = newChannel();
      const asked = await people.sam.mention(channel, "How do I start the pump?");
      await product.settled();
      await product.stop();
      await product.start();
      await product.platform.redeliver(eventOf(asked), { times: 3 });
      await product.settled();
      isAnsweredOnce(channel, asked);
    }, 120_000);

    it("is answered once where the product was away for the first", async () => {
      const channel = newChannel();
      await product.stop();
      const asked = await people.sam.mention(channel, "How do I start the pump?");
      expect(asked.deliveries.map(({ status }) => status)).toEqual([0, 0]);
      await product.start();
      for (const { eventId = "" } of asked.deliveries)
        await product.platform.redeliver(eventId, { times: 2 });
      await product.settled();
      isAnsweredOnce(channel, asked);
    }, 120_000);
  });
});
