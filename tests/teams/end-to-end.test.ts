import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startTeamsProduct, type TeamsProduct } from "../support/teams-product.ts";
import type { Message, Place } from "../teams-platform/teams-platform.ts";

const pump =
  "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n\nTo stop the pump, press the red button.\n";
const inlet = "open the inlet valve and turn the green key";

describe("the expert in Teams", () => {
  let product: TeamsProduct;
  let general: Place;
  beforeAll(async () => {
    product = await startTeamsProduct();
    await product.teach("pump.md", pump);
    const { tenant, people } = product;
    for (const person of Object.values(people)) await tenant.installFor(person);
    const team = tenant.team({ name: "Plant", members: Object.values(people) });
    await team.install(people.ada);
    general = team.channel({ name: "Pumps" });
    await product.settled();
  }, 60_000);
  afterAll(() => product.close());

  const ofBot = (messages: readonly Message[]): readonly Message[] =>
    messages.filter(({ from }) => from === product.platform.botId);
  const shownIn = (message: Message | undefined): string => JSON.stringify(message ?? null);
  const clean = (): void => expect(product.platform.violations).toEqual([]);

  it("welcomes people in their own chats", () => {
    expect(ofBot(product.people.sam.chat.messages())).toHaveLength(1);
    clean();
  });

  it("streams an answer into a personal chat, once, with its source and feedback", async () => {
    const { sam } = product.people;
    const before = ofBot(sam.chat.messages()).length;
    const asked = await sam.message(sam.chat, "How do I start the pump?");
    expect(asked.delivery).toMatchObject({ status: 200 });
    await product.settled();
    if (asked.delivery) await product.platform.redeliver(asked.delivery, 2);
    await product.settled();
    const answers = ofBot(sam.chat.messages()).slice(before);
    expect(answers.map(shownIn).filter((text) => text.includes(inlet))).toHaveLength(1);
    expect(shownIn(answers[0])).toContain("Pump manual");
    clean();
  });

  it("answers a mention in a channel's thread, and a follow-up there without one", async () => {
    const { sam, vic } = product.people;
    const asked = await sam.mention(general, "How do I start the pump?");
    await product.settled();
    const answers = (): readonly string[] =>
      ofBot(general.thread(asked.id)).flatMap(({ text }) => (text.includes("[1]") ? [text] : []));
    expect(answers()).toEqual([expect.stringContaining(inlet)]);
    await vic.message(general, "And how do I stop it?", { threadId: asked.id });
    await product.settled();
    expect(answers()).toEqual([expect.anything(), expect.stringContaining("press the red button")]);
    clean();
  });

  it("asks a human by a card's button, tells the expert in their chat, and stays silent while they answer", async () => {
    const { ada, sam } = product.people;
    const asked = await sam.mention(general, "Who paints the roof on Mars?");
    await product.settled();
    const thread = (): readonly Message[] => ofBot(general.thread(asked.id));
    const card = thread().find(({ buttons }) => buttons.includes("Ask a human"));
    if (!card) throw new Error("nobody can be asked");
    const before = ofBot(ada.chat.messages()).length;
    expect(await sam.click(card, "Ask a human")).toMatchObject({ status: 200 });
    await product.settled();
    expect(thread().map(shownIn).join("\n")).toContain("Told: Ada Admin");
    const [offer, ...more] = ofBot(ada.chat.messages()).slice(before);
    expect(more).toEqual([]);
    if (!offer) throw new Error("the expert was not told");
    expect(shownIn(offer)).toContain("Who paints the roof on Mars?");
    expect(await ada.click(offer, "Take over")).toMatchObject({ status: 200 });
    await product.settled();
    const silent = thread().length;
    expect(thread().map(shownIn).join("\n")).toContain("Ada Admin has taken over");
    await sam.message(general, "How do I start the pump?", { threadId: asked.id });
    await product.settled();
    expect(thread()).toHaveLength(silent);
    clean();
  });

  it("refuses what a wrong key signed, with an audit row", async () => {
    const { platform } = product;
    const [first] = platform.deliveries;
    if (!first) throw new Error("nothing was sent");
    const forged = platform.issuer.token(platform.serviceUrl, { key: "unpublished" });
    expect(await platform.send(first.activity, forged)).toMatchObject({ status: 401 });
    const denied = await product.rows("select 1 from audit_events where event = 'auth.denied'");
    expect(denied.length).toBeGreaterThan(0);
  });
});
