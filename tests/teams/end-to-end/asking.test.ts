import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../../support/sample-work.ts";
import { allSaid, answersAmong, cardOf, labelOf, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import type { Message, Person, Place, Team } from "../../teams-platform/teams-platform.ts";

const pump =
  "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n\nTo stop the pump, press the red button.\n";
const boiler = "# Boiler manual\n\nThe boiler is inspected by Somchai on the first Monday of each month.\n";
const thai = "# คู่มือวาล์ว\n\nเปลี่ยนวาล์วนิรภัยทุกสองปี โดยฝ่ายซ่อมบำรุง\n";
const inlet = "open the inlet valve and turn the green key";

describe("asking in Teams", () => {
  let product: TeamsProduct;
  let people: TeamsProduct["people"];
  let team: Team;
  let general: Place;
  beforeAll(async () => {
    product = await startTeamsProduct();
    ({ people } = product);
    await product.teach("pump.md", pump);
    await product.teach("boiler.md", boiler);
    await product.teach("valve.md", thai);
    team = product.tenant.team({ name: "Plant", members: Object.values(people) });
    await team.install(people.ada);
    general = team.channel({ name: "Pumps" });
    await product.installForAll();
  });
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
  });
  afterAll(() => product.close());

  const inThread = (id: string, place = general): readonly Message[] => product.ofBot(place.thread(id));
  const answers = (id: string, place = general): readonly string[] =>
    answersAmong(inThread(id, place)).map(({ text }) => text);
  /** What the bot says in a chat from now on. */
  const listen = (place: Place): (() => readonly Message[]) => {
    const before = product.ofBot(place.messages()).length;
    return () => product.ofBot(place.messages()).slice(before);
  };

  it("answers in the personal chat, once, with the label, its source, how sure it is and what to do next", async () => {
    const { sam } = people;
    const said = listen(sam.chat);
    const { delivery } = await sam.message(sam.chat, "How do I start the pump?");
    expect(delivery).toMatchObject({ status: 200 });
    await product.settled();
    await product.platform.redeliver(delivery!, 3);
    await product.settled();
    const [answer, card, ...more] = said();
    expect(more).toEqual([]);
    expect(answer?.text).toMatch(new RegExp(`${inlet}[^]*\\[1\\]`));
    expect(answer?.channelData).toEqual({ feedbackLoop: { type: "custom" } });
    expect(labelOf(answer!)).toMatchObject({
      additionalType: ["AIGeneratedContent"],
      citation: [
        {
          position: 1,
          appearance: {
            name: expect.stringContaining("Pump manual"),
            abstract: expect.stringContaining(inlet),
            url: expect.stringMatching(
              new RegExp(`^${product.url}/sources/[0-9a-f-]{36}\\?passage=[0-9a-f-]{36}$`),
            ),
          },
        },
      ],
    });
    expect(saidBy(card)).toMatch(/Sources[^]*\[1\] Pump manual[^]*High confidence/);
    expect(card?.buttons).toEqual(["Ask a human"]);
  });

  it("answers follow-ups in the personal chat", async () => {
    const { vic } = people;
    await vic.message(vic.chat, "How do I start the pump?");
    await product.settled();
    const said = listen(vic.chat);
    await vic.message(vic.chat, "And how do I stop it?");
    await product.settled();
    expect(answersAmong(said()).map(({ text }) => text)).toEqual([
      expect.stringContaining("press the red button"),
    ]);
  });

  it("asks an example of the welcome where it is clicked", async () => {
    const { fay } = people;
    const [welcome] = product.ofBot(fay.chat.messages());
    expect(saidBy(welcome)).toContain("Hello Fay");
    const said = listen(fay.chat);
    await fay.click(welcome!, "How do I start the pump?");
    await product.settled();
    expect(said()[0]?.text).toContain(inlet);
  });

  it("answers a mention in a channel in its thread, and follow-ups of anybody there without one", async () => {
    const { sam, vic } = people;
    const asked = await sam.mention(general, "How do I start the pump?");
    expect(asked.delivery).toMatchObject({ status: 200 });
    await product.settled();
    await sam.message(general, "And how do I stop it?", { threadId: asked.id });
    await product.settled();
    await vic.message(general, "Who inspects the boiler?", { threadId: asked.id });
    await product.settled();
    expect(answers(asked.id)).toEqual([
      expect.stringContaining(inlet),
      expect.stringContaining("press the red button"),
      expect.stringContaining("Somchai"),
    ]);
    expect(inThread(asked.id)).toHaveLength(6);
  });

  it("keeps the threads of a channel apart, also where both are asked at once", async () => {
    const { sam, vic } = people;
    const [one, other] = await Promise.all([
      sam.mention(general, "How do I start the pump?"),
      vic.mention(general, "Who inspects the boiler?"),
    ]);
    await product.settled();
    await Promise.all([
      vic.message(general, "And how do I stop it?", { threadId: one.id }),
      sam.message(general, "And when?", { threadId: other.id }),
    ]);
    await product.settled();
    expect(answers(one.id)).toEqual([
      expect.stringContaining(inlet),
      expect.stringContaining("press the red button"),
    ]);
    expect(answers(other.id)[0]).toContain("Somchai");
    expect(answers(other.id).join()).not.toMatch(/red button|green key/);
  });

  it("says nothing to people among themselves, to thanks, to other bots and to removals", async () => {
    const { sam, vic } = people;
    const talk = await sam.message(general, "How do I start the pump?");
    await vic.message(general, "Who inspects the boiler?", { threadId: talk.id });
    const asked = await sam.mention(general, "How do I start the pump?");
    await product.settled();
    const mark = `<at>${vic.name}</at>`;
    const named = { type: "mention", text: mark, mentioned: { id: vic.id, name: vic.name } };
    await sam.message(general, `${mark} how do I stop the pump?`, { threadId: asked.id, entities: [named] });
    await sam.message(general, "Thanks! 🎉", { threadId: asked.id });
    const { activity } = asked.delivery!;
    const robot = { ...activity, id: "1700000000009", from: { id: "28:other", name: "Build Robot" } };
    expect(await product.platform.send(robot)).toMatchObject({ status: 200 });
    const gone = await sam.message(general, "Who inspects the boiler? Never mind.");
    await sam.delete(gone.message);
    await sam.delete(asked.message);
    await product.settled();
    expect(inThread(talk.id)).toEqual([]);
    expect(answers(asked.id)).toHaveLength(1);
    expect(await product.rows("select from turns where question ilike '%never mind%'")).toEqual([]);
  });

  it("answers what is edited only where it names the bot for the first time", async () => {
    const { sam } = people;
    const asked = await sam.mention(general, "How do I start the pump?");
    const talk = await sam.message(general, "Does anybody know about the boiler?");
    await product.settled();
    await sam.edit(asked.message, "How do I start the pump, please?");
    await sam.edit(asked.message, "How do I start the pump now?", { mention: true });
    await sam.edit(talk.message, "Who inspects the boiler?", { mention: true });
    await sam.edit(talk.message, "Who inspects the boiler today?", { mention: true });
    await product.settled();
    expect(answers(asked.id)).toHaveLength(1);
    expect(answers(talk.id)).toEqual([expect.stringContaining("Somchai")]);
  });

  it("answers in a group chat where it is named, also to follow-ups, and is silent otherwise", async () => {
    const { sam, vic } = people;
    const group = product.tenant.groupChat({ name: "Night shift", members: [sam, vic] });
    await sam.message(group, "How do I start the pump?");
    await sam.mention(group, "How do I start the pump?");
    await product.settled();
    await vic.message(group, "Who inspects the boiler?");
    await vic.mention(group, "And how do I stop it?");
    await product.settled();
    expect(answersAmong(product.ofBot(group.messages())).map(({ text }) => text)).toEqual([
      expect.stringContaining(inlet),
      expect.stringContaining("press the red button"),
    ]);
    const [answer] = product.ofBot(group.messages());
    expect(answer).toMatchObject({ streaming: undefined, channelData: { feedbackLoop: { type: "custom" } } });
  });

  it("asks a department by its name, and helps who names it without a question", async () => {
    const { sam } = people;
    const said = listen(sam.chat);
    await sam.message(sam.chat, "operations: How do I stop the pump?");
    await product.settled();
    const mention = await sam.mention(general, "");
    await product.settled();
    expect(said()[0]?.text).toContain("press the red button");
    expect(allSaid(inThread(mention.id))).toEqual([
      expect.stringMatching(/What would you like to know\?[^]*How do I start the pump\?/),
    ]);
    const [asked] = await product.rows<{ slug: string }>(
      "select d.slug from turns t join departments d on d.id = t.department_id order by t.created_at desc limit 1",
    );
    expect(asked?.slug).toBe("operations");
  });

  it("helps, lists departments and tells the status, what is about one person in their own chat", async () => {
    const { sam, fay } = people;
    const said = async (person: Person, text: string): Promise<string> => {
      const heard = listen(person.chat);
      await person.message(person.chat, text);
      await product.settled();
      expect(heard()).toHaveLength(1);
      return saidBy(heard()[0]);
    };
    expect(await said(sam, "help")).toMatch(/Ask The Expert[^]*How do I start the pump\?/);
    expect(await said(sam, "departments")).toMatch(/Operations[^]*operations:/);
    expect(await said(sam, "/departments")).not.toContain("Finance");
    expect(await said(fay, "departments")).toContain("Finance");
    expect(await said(sam, "status")).toContain("You are Sam Staff here.");
    const heard = listen(fay.chat);
    const asked = await fay.mention(general, "departments");
    await product.settled();
    expect(allSaid(inThread(asked.id))).toEqual([expect.stringContaining("in our chat")]);
    expect(allSaid(heard())).toEqual([expect.stringContaining("Finance")]);
  });

  it("speaks Thai throughout with somebody whose Teams does, and English with a German", async () => {
    const somchai = product.tenant.person({ name: "สมชาย", email: "vic@small.example", locale: "th-TH" });
    await product.tenant.installFor(somchai);
    await product.settled();
    const said = listen(somchai.chat);
    expect(saidBy(product.ofBot(somchai.chat.messages())[0])).toContain("สวัสดี");
    await somchai.message(somchai.chat, "เปลี่ยนวาล์วนิรภัยทุกกี่ปี");
    await product.settled();
    const [answer, card] = said();
    expect(answer?.text).toContain("เปลี่ยนวาล์วนิรภัยทุกสองปี");
    expect(saidBy(card)).toMatch(/แหล่งที่มา[^]*ความมั่นใจ/);
    expect(card?.buttons.join()).toMatch(/^\p{Script=Thai}/u);
    expect(cardOf(card!)["lang"]).toBe("th");
    await somchai.message(somchai.chat, "help");
    await somchai.message(somchai.chat, "status");
    await product.settled();
    for (const text of allSaid(said()).slice(2)) expect(text).toMatch(/\p{Script=Thai}/u);
    const opened = await somchai.openFeedback(answer!, "dislike");
    expect(JSON.stringify(opened.answer)).toMatch(/\p{Script=Thai}/u);
    expect(JSON.stringify((await somchai.click(card!, card!.buttons[0]!)).answer)).toMatch(
      /\p{Script=Thai}/u,
    );
    await product.settled();
    expect(saidBy(said().at(-1))).toMatch(/\p{Script=Thai}/u);

    const dieter = product.tenant.person({ name: "Dieter Deutsch", locale: "de-DE" });
    await product.tenant.installFor(dieter);
    await product.settled();
    expect(saidBy(product.ofBot(dieter.chat.messages())[0])).toMatch(/Hello Dieter[^]*You are a guest here/);
  });

  it("tells whom nobody has connected so, in their language, once, and keeps nothing of it", async () => {
    const { platform } = product;
    const foreign = platform.tenant({ name: "Stranger Ltd" });
    const stranger = foreign.person({ name: "Stella Stranger" });
    const thaiStranger = foreign.person({ name: "สมหญิง", locale: "th-TH" });
    await foreign.installFor(stranger);
    await foreign.installFor(thaiStranger);
    await stranger.message(stranger.chat, "How do I start the pump?");
    await product.settled();
    const said = (person: Person): readonly Message[] => product.ofBot(person.chat.messages());
    // Nothing of it is kept, so that nobody could tell that it is still to come.
    for (const person of [stranger, thaiStranger])
      await until(`${person.name} is told`, async () => said(person).length > 0);
    const told = said(stranger);
    expect(told.map(({ text }) => text)).toEqual([
      expect.stringContaining("not connected to The Expert yet"),
    ]);
    expect(said(thaiStranger).map(({ text }) => text)).toEqual([expect.stringMatching(/\p{Script=Thai}/u)]);
    const found = await stranger.search(stranger.chat, "pump");
    expect(found.results).toEqual([]);
    expect(found.said).toContain("not connected");
    expect(JSON.stringify((await stranger.askAbout(told[0]!)).answer)).toContain("not connected");
    const rows = await product.rows<{ kept: number }>(
      "select count(*)::integer as kept from inbox where payload::text like $1",
      [`%${foreign.id}%`],
    );
    expect(rows).toEqual([{ kept: 0 }]);
  });

  it("refuses what a wrong key signed, with an audit row", async () => {
    const { platform } = product;
    const [first] = platform.deliveries;
    const forged = platform.issuer.token(platform.serviceUrl, { key: "unpublished" });
    expect(await platform.send(first!.activity, forged)).toMatchObject({ status: 401 });
    const denied = await product.rows("select 1 from audit_events where event = 'auth.denied'");
    expect(denied.length).toBeGreaterThan(0);
  });
});
