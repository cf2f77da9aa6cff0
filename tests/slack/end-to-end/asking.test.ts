import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Channel, Message, Person } from "../../slack-platform/slack-platform.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";

const pump = "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n";
const boiler = "# Boiler manual\n\nThe boiler is inspected by Somchai on the first Monday of each month.\n";

describe("asking in Slack, the whole product", () => {
  let product: SlackProduct;
  let small: SlackCompany;
  let general: Channel;
  let people: SlackCompany["people"];
  beforeAll(async () => {
    product = await startSlackProduct();
    small = await product.join();
    ({ people } = small);
    await small.teach("pump.md", pump);
    await small.teach("boiler.md", boiler);
    const { ada, sam, vic, fay } = people;
    general = small.workspace.channel({ name: "general", members: [ada, sam, vic, fay, small.bot] });
  });
  afterAll(() => product.close());

  const byBot = (messages: readonly Message[]): readonly Message[] =>
    messages.filter(({ user }) => user === small.bot.botUserId);
  const answers = (ts: string, channel = general): readonly Message[] => byBot(channel.thread(ts));
  const dmWith = (person: Person): Channel => small.workspace.dm(person);
  const clean = (): void => expect(product.platform.violations).toEqual([]);

  it("answers a mention in its thread, once, with the source as a link", async () => {
    const asked = await people.sam.mention(general, "How do I start the pump?");
    expect(asked.deliveries.map(({ type, status }) => [type, status])).toEqual([
      ["app_mention", 200],
      ["message", 200],
    ]);
    await product.settled();
    const [answer, ...more] = answers(asked.ts);
    expect(more).toEqual([]);
    expect(answer?.text).toContain("open the inlet valve and turn the green key");
    console.log(answer?.text, JSON.stringify(answer?.blocks, null, 1), answer?.actionIds);
    clean();
  });
});
