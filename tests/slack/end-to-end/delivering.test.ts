import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Channel, Fault, Message, Person, Sent } from "../../slack-platform/slack-platform.ts";
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

const pauseSeconds = 1;
const faults: readonly Omit<Fault, "method">[] = [
  { how: "http-500" },
  { how: "ratelimited", retryAfter: pauseSeconds },
  { how: "close-connection" },
  { how: "close-after-effect" },
  { how: "delay", delayMs: 4_000 },
];
const methods = ["chat.postMessage", "users.info", "conversations.info", "conversations.members"] as const;
const cases = methods.flatMap((method) => faults.map((fault) => [method, fault.how, fault] as const));

/** A question that meets a fault on its way. */
interface Hindered {
  readonly channel: Channel;
  readonly asker: Person;
  sent: Sent | null;
  met: number;
}

/** At Slack's own limits. */
describe("answers in Slack, whatever happens on the way", () => {
  let product: SlackProduct;
  let small: SlackCompany;
  let people: SlackCompany["people"];
  let channels = 0;
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
  });
  afterAll(() => product.close());

  const newChannel = (...others: readonly Person[]): Channel => {
    channels += 1;
    const { ada, sam, vic, fay } = people;
    return small.workspace.channel({
      name: `channel-${String(channels)}`,
      members: [ada, sam, vic, fay, small.bot, ...others],
    });
  };
  const answers = (channel: Channel, ts: string): readonly Message[] =>
    channel.thread(ts).filter(({ user }) => user === small.bot.botUserId);
  const isAnsweredOnce = (channel: Channel, { ts }: Sent): void => {
    expect(answers(channel, ts).map(({ text }) => text)).toEqual([expect.stringContaining(inlet)]);
  };

  let atOnce: { readonly channel: Channel; readonly sent: readonly Sent[] };
  let inOrder: { readonly channel: Channel; readonly first: Sent };
  const hindered = new Map<string, Hindered>();

  async function askThirty(): Promise<typeof atOnce> {
    const channel = newChannel();
    const { ada, sam, vic, fay } = people;
    const sent = await Promise.all(
      Array.from({ length: 30 }, (_, number) =>
        ([ada, sam, vic, fay] as const)[number % 4]!.mention(channel, "How do I start the pump?"),
      ),
    );
    return { channel, sent };
  }

  async function askInOneThread(): Promise<typeof inOrder> {
    const channel = newChannel();
    const { sam, vic } = people;
    const first = await sam.mention(channel, "How do I start the pump?");
    await until("the thread has begun", async () => answers(channel, first.ts).length === 1, 120_000);
    for (let number = 0; number < 8; number += 1)
      await vic.message(channel, `How do I ${number % 2 ? "stop" : "start"} the pump?`, {
        threadTs: first.ts,
      });
    return { channel, first };
  }

  /** Somebody who is not known yet, so that they are looked up, in a channel where that meets a fault. */
  function hinder(method: string, fault: Omit<Fault, "method">): Hindered {
    const asker = small.workspace.person({ name: "New Comer", email: "sam@small.example" });
    const found: Hindered = { channel: newChannel(asker), asker, sent: null, met: 0 };
    product.platform.fail({
      ...fault,
      method,
      where({ arguments: { channel, user } }) {
        const isIt = channel === undefined ? user === asker.id : channel === found.channel.id;
        if (isIt) found.met += 1;
        return isIt;
      },
    });
    hindered.set(`${method}: ${fault.how}`, found);
    return found;
  }

  async function askHindered([method, , fault]: (typeof cases)[number]): Promise<void> {
    const found = hinder(method, fault);
    const { channel, asker } = found;
    const sent = await asker.mention(channel, "How do I start the pump?");
    found.sent = sent;
    await until("it is answered", async () => answers(channel, sent.ts).length > 0, 120_000);
  }

  async function askAlone(fault: (typeof faults)[number]): Promise<void> {
    const { channel, asker } = hinder("chat.postEphemeral", fault);
    const talk = await people.vic.message(channel, "How do I start the pump?");
    await asker.shortcut(talk.message, "ask_about_message");
    const form = () => asker.modals()[0];
    await until("the form is there", async () => form()?.actionIds.includes("question") === true, 120_000);
    await asker.submit(form()!, { answer_where: "person" });
    await until("it is answered", async () => channel.ephemerals(asker).length > 0, 120_000);
  }

  async function askAllHindered(): Promise<void> {
    const isPause = ({ how }: { readonly how: string }): boolean => how === "ratelimited";
    await Promise.all([
      ...cases.filter(([, , fault]) => !isPause(fault)).map(askHindered),
      ...faults.filter((fault) => !isPause(fault)).map(askAlone),
    ]);
    // A pause that Slack wants of a method holds for the whole workspace: the others would not call it meanwhile.
    const paused = [
      ...cases.filter(([, , fault]) => isPause(fault)).map((each) => () => askHindered(each)),
      ...faults.filter(isPause).map((each) => () => askAlone(each)),
    ];
    for (const ask of paused) {
      await ask();
      await pause(pauseSeconds * 1_000);
    }
  }

  beforeAll(async () => {
    product = await startSlackProduct({ platform: { rateLimits: { channelBurst } } });
    small = await product.join();
    ({ people } = small);
    await small.teach("pump.md", pump);
    [atOnce, inOrder] = await Promise.all([askThirty(), askInOneThread(), askAllHindered()]);
    await product.settled(120_000);
    await pause(50);
  }, 300_000);

  it("answers thirty questions that come at once in one channel, each once, at Slack's pace", () => {
    const { channel, sent } = atOnce;
    expect(sent).toHaveLength(30);
    for (const each of sent) isAnsweredOnce(channel, each);
  });

  it("keeps the order in a thread where several ask at once", () => {
    const { channel, first } = inOrder;
    const wanted = Array.from({ length: 9 }, (_, at) =>
      at > 0 && at % 2 === 0 ? "press the red button" : inlet,
    );
    expect(answers(channel, first.ts).map(({ text }) => text)).toEqual(
      wanted.map((text) => expect.stringContaining(text)),
    );
  });

  it.each(cases)("answers once where %s meets %s", (method, how) => {
    const { channel, sent, met } = hindered.get(`${method}: ${how}`)!;
    expect(met).toBe(1);
    isAnsweredOnce(channel, sent!);
  });

  it.each(faults.map(({ how }) => how))(
    "answers one person alone where chat.postEphemeral meets %s",
    (how) => {
      const { channel, asker, met } = hindered.get(`chat.postEphemeral: ${how}`)!;
      expect(met).toBe(1);
      const shown = channel.ephemerals(asker).filter(({ text }) => text.includes(inlet));
      // Slack keeps no record of what one person sees, so that it cannot be found again.
      expect(shown).toHaveLength(how === "close-after-effect" ? 2 : 1);
    },
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
