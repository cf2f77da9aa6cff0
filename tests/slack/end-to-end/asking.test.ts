import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Channel, Message, Person } from "../../slack-platform/slack-platform.ts";
import { until } from "../../support/sample-work.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";

const pump =
  "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n\nTo stop the pump, press the red button.\n";
const boiler = "# Boiler manual\n\nThe boiler is inspected by Somchai on the first Monday of each month.\n";
const thai = "# คู่มือวาล์ว\n\nเปลี่ยนวาล์วนิรภัยทุกสองปี โดยฝ่ายซ่อมบำรุง\n";
const inlet = "open the inlet valve and turn the green key";

describe("asking in Slack", () => {
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
    await small.teach("valve.md", thai);
    const { ada, sam, vic, fay } = people;
    general = small.workspace.channel({ name: "general", members: [ada, sam, vic, fay, small.bot] });
  }, 180_000);
  afterAll(() => product.close());

  const answers = (ts: string, channel = general): readonly Message[] =>
    channel.thread(ts).filter(({ user }) => user === small.bot.botUserId);
  const dmWith = (person: Person): Channel => small.workspace.dm(person);
  const clean = (): void => expect(product.platform.violations).toEqual([]);
  const seenBy = (person: Person, channel = general): readonly string[] =>
    channel.ephemerals(person).map(({ text }) => text);

  it("answers a mention in its thread, once, with the source as a link, how sure it is, and what to do next", async () => {
    const asked = await people.sam.mention(general, "How do I start the pump?");
    expect(asked.deliveries.map(({ type, status }) => [type, status])).toEqual([
      ["app_mention", 200],
      ["message", 200],
    ]);
    await product.settled();
    const [answer, ...more] = answers(asked.ts);
    expect(more).toEqual([]);
    expect(answer?.text).toContain(inlet);
    expect(answer?.text).toContain("High confidence");
    const link = new RegExp(
      `<${product.url}/sources/[0-9a-f-]{36}\\?passage=[0-9a-f-]{36}\\|\\[1\\] Pump manual>`,
    );
    expect(JSON.stringify(answer?.blocks)).toMatch(link);
    expect(answer?.actionIds).toEqual(["feedback", "ask_human"]);
    expect(answer?.threadTs).toBe(asked.ts);
    clean();
  });

  it("answers direct messages, each in a thread of its own, and follow-ups there", async () => {
    const dm = dmWith(people.vic);
    const asked = await people.vic.dm("How do I start the pump?");
    await product.settled();
    expect(answers(asked.ts, dm)).toHaveLength(1);
    expect(answers(asked.ts, dm)[0]?.text).toContain(inlet);
    await people.vic.dm("And how do I stop it?", { threadTs: asked.ts });
    await product.settled();
    expect(answers(asked.ts, dm)).toHaveLength(2);
    expect(answers(asked.ts, dm)[1]?.text).toContain("press the red button");
    clean();
  });

  it("greets and suggests questions in the agent pane, and answers in its thread", async () => {
    const dm = dmWith(people.ada);
    await people.ada.openHome("messages");
    await product.settled();
    expect(dm.messages().map(({ text }) => text)).toEqual([expect.stringContaining("Hello Ada.")]);
    expect(dm.suggestedPrompts()).toEqual([expect.objectContaining({ message: "How do I start the pump?" })]);
    await people.ada.openHome("messages");
    const asked = await people.ada.dm("How do I start the pump?");
    await product.settled();
    expect(answers(asked.ts, dm).map(({ text }) => text)).toEqual([expect.stringContaining(inlet)]);
    expect(dm.messages()).toHaveLength(3);
    clean();
  });

  it("answers follow-ups of anybody in its thread without a mention", async () => {
    const { ts } = await people.sam.mention(general, "How do I start the pump?");
    await product.settled();
    await people.sam.message(general, "And how do I stop it?", { threadTs: ts });
    await product.settled();
    await people.vic.message(general, "Who inspects the boiler?", { threadTs: ts });
    await product.settled();
    expect(answers(ts).map(({ text }) => text)).toEqual([
      expect.stringContaining(inlet),
      expect.stringContaining("press the red button"),
      expect.stringContaining("Somchai"),
    ]);
    clean();
  });

  it("says nothing to people among themselves, to other bots, to edits and removals", async () => {
    const { sam, vic } = people;
    const robot = small.workspace.person({ name: "Build Robot", bot: true });
    await general.join(robot);
    const talk = await sam.message(general, "How do I start the pump?");
    await vic.message(general, "Who inspects the boiler?", { threadTs: talk.ts });
    const asked = await sam.mention(general, "How do I start the pump?");
    await product.settled();
    await vic.message(general, `<@${sam.id}> how do I start the pump?`, { threadTs: asked.ts });
    await sam.message(general, "Thanks! :tada:", { threadTs: asked.ts });
    await robot.mention(general, "How do I start the pump?", { threadTs: asked.ts });
    const robots = await robot.mention(general, "How do I start the pump?");
    await sam.edit(asked.message, `<@${small.bot.botUserId}> Who inspects the boiler?`);
    const removed = await sam.message(general, "Who inspects the boiler? Never mind.");
    await sam.delete(removed.message);
    await product.settled();
    expect(answers(talk.ts)).toEqual([]);
    expect(answers(robots.ts)).toEqual([]);
    expect(answers(asked.ts)).toHaveLength(1);
    expect(await product.rows("select from turns where question ilike '%never mind%'")).toEqual([]);
    clean();
  });

  it("answers /expert to the person alone, where the bot is and where it is not", async () => {
    const { sam, vic } = people;
    const elsewhere = small.workspace.channel({ name: "without-bot", members: [sam, vic] });
    for (const channel of [general, elsewhere]) {
      const before = { all: channel.messages().length, others: channel.ephemerals(vic).length };
      const mine = channel.ephemerals(sam).length;
      const sent = await sam.slash("/expert", "ask How do I start the pump?", channel);
      expect(sent.status).toBe(200);
      await product.settled();
      const shown = channel.ephemerals(sam).slice(mine);
      expect(shown.map(({ text }) => text)).toEqual([
        "Looking for the answer…",
        expect.stringContaining(inlet),
      ]);
      expect(channel.messages()).toHaveLength(before.all);
      expect(channel.ephemerals(vic)).toHaveLength(before.others);
    }
    clean();
  });

  it("helps, lists departments and tells the status on /expert", async () => {
    const { sam, fay } = people;
    const said = async (person: Person, text: string): Promise<string> => {
      const before = general.ephemerals(person).length;
      await person.slash("/expert", text, general);
      await product.settled();
      const shown = general.ephemerals(person).slice(before);
      expect(shown).toHaveLength(1);
      return shown[0]?.text ?? "";
    };
    expect(await said(sam, "help")).toContain("How do I start the pump?");
    expect(await said(sam, "")).toContain("Ask The Expert");
    expect(await said(sam, "departments")).toMatch(/Operations[^]*operations:/);
    expect(await said(sam, "departments")).not.toContain("Finance");
    expect(await said(fay, "departments")).toContain("Finance");
    expect(await said(sam, "status")).toContain("You are Sam Staff here.");
    clean();
  });

  it("asks about a message by its shortcut: changed in a form, answered in the thread or to the person alone", async () => {
    const { sam, vic } = people;
    const talk = await vic.message(general, "Does anybody know who inspects the boiler?");
    const open = async (): Promise<void> => {
      const sent = await sam.shortcut(talk.message, "ask_about_message");
      expect(sent.status).toBe(200);
      await until("the form is there", async () => sam.modals()[0]?.actionIds.includes("question") === true);
    };
    await open();
    await sam.submit(sam.modals()[0]!, { question: "Who inspects the boiler?", answer_where: "thread" });
    await product.settled();
    const inThread = answers(talk.ts);
    expect(inThread.map(({ text }) => text)).toEqual([
      expect.stringContaining("asked about this message"),
      expect.stringContaining("Somchai"),
    ]);
    expect(inThread[0]?.text).toContain("Who inspects the boiler?");
    expect(sam.modals()).toEqual([]);

    const before = seenBy(sam).length;
    await open();
    await sam.submit(sam.modals()[0]!, { question: "When is the boiler inspected?", answer_where: "person" });
    await product.settled();
    expect(seenBy(sam).slice(before)).toEqual([expect.stringContaining("first Monday")]);
    expect(answers(talk.ts)).toHaveLength(2);
    expect(seenBy(vic)).toEqual([]);
    clean();
  });

  it("speaks Thai throughout with somebody whose Slack does", async () => {
    const somchai = small.workspace.person({ name: "สมชาย", email: "vic@small.example", locale: "th-TH" });
    await general.join(somchai);
    await somchai.openHome("messages");
    await product.settled();
    const dm = dmWith(somchai);
    expect(dm.messages()[0]?.text).toContain("สวัสดี");
    const asked = await somchai.mention(general, "เปลี่ยนวาล์วนิรภัยทุกกี่ปี");
    await product.settled();
    const [answer] = answers(asked.ts);
    expect(answer?.text).toContain("เปลี่ยนวาล์วนิรภัยทุกสองปี");
    expect(answer?.text).toContain("แหล่งที่มา");
    expect(answer?.text).toMatch(/ความมั่นใจ/);
    expect(JSON.stringify(answer?.blocks)).toContain("ถามคน");
    await somchai.slash("/expert", "help", general);
    await somchai.slash("/expert", "status", general);
    await somchai.openHome("home");
    await product.settled();
    for (const text of [...seenBy(somchai), JSON.stringify(somchai.home()?.blocks)])
      expect(text).toMatch(/\p{Script=Thai}/u);
    await somchai.click(answer!, "feedback", answerValue(answer!, "down"));
    await until("the form is there", async () => somchai.modals().length === 1);
    expect(somchai.modals()[0]?.title).toMatch(/\p{Script=Thai}/u);
    clean();
  });
});

/** A feedback button's value. */
function answerValue(message: Message, rating: "up" | "down"): string {
  const found = new RegExp(`${rating}:[0-9a-f-]{36}`).exec(JSON.stringify(message.blocks))?.[0];
  if (found === undefined) throw new Error("there are no feedback buttons");
  return found;
}
