import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { newId } from "../../../core/ids.ts";
import type { Channel, Message, Person } from "../../slack-platform/slack-platform.ts";
import { type ModelServer, startModelServer } from "../../support/model-server.ts";
import { until } from "../../support/sample-work.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";

const inlet = "open the inlet valve and turn the green key";

/** Channels that are closed while somebody in them waits for an answer. */
describe("what Slack takes no more where it was asked", () => {
  let product: SlackProduct;
  let model: ModelServer;
  let small: SlackCompany;
  let people: SlackCompany["people"];
  let channels = 0;
  beforeAll(async () => {
    model = await startModelServer({ betweenMs: 40 });
    product = await startSlackProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "test-chat" },
    });
    small = await product.join();
    ({ people } = small);
    await small.teach("pump.md", `# Pump manual\n\nTo start the pump, ${inlet}.\n`);
  }, 180_000);
  afterAll(async () => {
    await product.close();
    await model.close();
  });

  const newChannel = (): Channel => {
    const { sam, vic } = people;
    return small.workspace.channel({
      name: `closing-${String((channels += 1))}`,
      members: [sam, vic, small.bot],
    });
  };
  const told = (person: Person): readonly Message[] =>
    small.workspace
      .dm(person)
      .messages()
      .filter(({ user }) => user === small.bot.botUserId);

  /** Asks, and closes the channel once the answer is being written in it. */
  async function askAndClose(close: (channel: Channel) => unknown): Promise<void> {
    const channel = newChannel();
    let goOn = (): void => undefined;
    const closed = new Promise<void>((resolve) => (goOn = resolve));
    const pieces = `To start the pump, ${inlet}. [1]`.match(/\S+\s*/g) ?? [];
    model.script({ kind: "text", pieces, betweenMs: 40, before: () => closed });
    const asked = model.chats.length;
    const { ts } = await people.sam.mention(channel, "How do I start the pump?");
    await until("the answer is being written", () => Promise.resolve(model.chats.length > asked));
    await close(channel);
    goOn();
    await product.settled();
    expect(channel.thread(ts).filter(({ text }) => text.includes(inlet))).toEqual([]);
  }

  it.each<[string, (channel: Channel) => unknown]>([
    ["is archived", (channel) => channel.archive()],
    ["has put the bot out", (channel) => channel.leave({ id: small.bot.botUserId })],
  ])(
    "comes to its asker alone, once, where the channel %s",
    async (_what, close) => {
      const before = [people.sam, people.vic].map((person) => told(person).length);
      await askAndClose(close);
      const mine = told(people.sam).slice(before[0]);
      expect(mine.map(({ text }) => text)).toEqual([
        "I could not post this where you asked: Slack takes no message of mine there any more. You had asked “How do I start the pump?”.",
        expect.stringContaining(inlet),
      ]);
      expect(told(people.vic)).toHaveLength(before[1] ?? 0);
      expect(await product.rows("select 1 from outbox where state = 'pending'")).toEqual([]);
    },
    120_000,
  );

  it("brings what an expert has decided on meanwhile, and takes it back where it came", async () => {
    const channel = newChannel();
    const { ts } = await people.sam.mention(channel, "How do I start the pump?");
    await product.settled();
    channel.archive();
    const before = told(people.sam).length;
    const [asked] = await product.rows<{ id: string; thread_key: string; address: object; reply: object }>(
      `select t.id, c.thread_key, t.address, t.reply from turns t join conversations c on c.id = t.conversation_id
       where c.thread_key like '%' || $1`,
      [ts],
    );
    if (!asked) throw new Error("there is no turn");
    const { id: turnId, thread_key: threadKey, address, reply } = asked;
    const verified = newId();
    const write = (id: string, note: object, replaces?: string): Promise<void> =>
      product.parts().database.withTenant(small.company.tenantId, ({ outbox }) =>
        outbox.write([
          {
            id,
            channel: "slack",
            threadKey,
            address,
            message: { kind: "note", turnId, language: "en", note, ...(replaces ? { replaces } : {}) },
          } as unknown as Parameters<typeof outbox.write>[0][number],
        ]),
      );
    const deliver = async (): Promise<void> => {
      const { queue } = product.parts();
      await queue.enqueue(
        "delivery",
        { tenantId: small.company.tenantId, threadKey },
        { key: `delivery-${newId()}` },
      );
      await product.settled();
    };
    await write(verified, { kind: "answer_verified", approvalId: newId(), askedBy: "Sam Staff", reply });
    await deliver();
    expect(told(people.sam).slice(before)).toMatchObject([
      { text: expect.stringContaining("could not post this where you asked") },
      { text: expect.stringContaining(inlet) },
    ]);
    await write(newId(), { kind: "answer_withdrawn", by: "Ada Admin" }, verified);
    await deliver();
    const shown = told(people.sam).slice(before);
    expect(shown.at(-1)?.text).toContain("Ada Admin took this answer back.");
    expect(shown.filter(({ text }) => text.includes(inlet))).toEqual([]);
  }, 180_000);
});
