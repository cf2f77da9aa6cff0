import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { pause, until } from "../../support/sample-work.ts";
import { allSaid, answersAmong, cardOf, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import type { Delivery, Message, Person, Place, Team } from "../../teams-platform/teams-platform.ts";

const inlet = "open the inlet valve and turn the green key";

/** What people do with an answer: ask a human, take the thread over, give it back. */
describe("people behind the bot in Teams", () => {
  let product: TeamsProduct;
  let model: ModelServer;
  let people: TeamsProduct["people"];
  let team: Team;
  let general: Place;
  beforeAll(async () => {
    model = await startModelServer();
    product = await startTeamsProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "test-chat" },
      plan: (plan) => ({
        ...plan,
        people: plan.people.map((person) =>
          person.email.startsWith("fay@")
            ? { ...person, departments: { ...person.departments, operations: "lead" } }
            : person,
        ),
      }),
    });
    ({ people } = product);
    await product.teach(
      "pump.md",
      `# Pump manual\n\nTo start the pump, ${inlet}.\n\nTo stop the pump, press the red button.\n`,
    );
    team = product.tenant.team({ name: "Plant", members: Object.values(people) });
    await team.install(people.ada);
    general = team.channel({ name: "Pumps" });
    await product.installForAll();
  });
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
    expect(model.violations).toEqual([]);
  });
  afterAll(async () => {
    await product.close();
    await model.close();
  });

  const own = (threadId: string, place = general): readonly Message[] =>
    product.ofBot(place.thread(threadId));
  const offers = ({ chat }: Person): readonly Message[] =>
    product.ofBot(chat.messages()).filter((message) => saidBy(message).includes("asks for a human"));
  const listen = ({ chat }: Person): (() => readonly string[]) => {
    const before = product.ofBot(chat.messages()).length;
    return () => allSaid(product.ofBot(chat.messages()).slice(before));
  };
  const withButton = (messages: readonly Message[], title: string): Message => {
    const found = messages.findLast(({ buttons }) => buttons.includes(title));
    if (!found) throw new Error(`nothing offers “${title}”`);
    return found;
  };
  /** Asks in the channel, and for a human. */
  const askHuman = async (
    question = "How do I start the pump?",
    as: "execute" | "submit" = "execute",
    place = general,
  ): Promise<{ readonly id: string; readonly clicked: Delivery }> => {
    const { sam } = people;
    const { id } = await sam.mention(place, question);
    await product.settled();
    const clicked = await sam.click(withButton(own(id, place), "Ask a human"), "Ask a human", { as });
    await product.settled();
    return { id, clicked };
  };
  /** What became of an expert's own card. */
  const latest = ({ chat }: Person, { id }: Message): Message => {
    const found = chat.message(id);
    if (!found) throw new Error("the card is gone");
    return found;
  };

  it("are told by a card that opens the thread; one takes it over, the bot is silent, and it is given back", async () => {
    const { ada, fay, sam, vic } = people;
    const before = { ada: offers(ada).length, fay: offers(fay).length };
    const { id, clicked } = await askHuman();
    expect(clicked.answer).toMatchObject({ statusCode: 200, value: expect.stringContaining("Done") });
    const [, , told] = own(id);
    expect(saidBy(told)).toMatch(/Sam Staff asked for a human in Operations[^]*Told: .*Ada Admin/);
    const again = listen(sam);
    await sam.click(withButton(own(id), "Ask a human"), "Ask a human");
    await product.settled();
    expect(again()).toEqual([expect.stringContaining("has been asked about this before")]);
    const [adasCard, ...more] = offers(ada).slice(before.ada);
    const [faysCard] = offers(fay).slice(before.fay);
    expect(more).toEqual([]);
    expect(offers(sam)).toEqual([]);
    expect(saidBy(adasCard)).toContain("How do I start the pump?");
    expect(adasCard?.buttons).toEqual(["Take over", "Open"]);
    expect(JSON.stringify(cardOf(adasCard!))).toContain(
      `https://teams.microsoft.com/l/message/${encodeURIComponent(general.id)}/${id}`,
    );

    await Promise.all([ada.click(adasCard!, "Take over"), fay.click(faysCard!, "Take over")]);
    await product.settled();
    const notes = allSaid(own(id)).slice(3);
    expect(notes).toEqual([expect.stringMatching(/(Ada Admin|Fay Finance) has taken over/)]);
    const [first, second] = notes[0]!.includes("Ada") ? [ada, fay] : [fay, ada];
    const [firstCard, secondCard] = first === ada ? [adasCard!, faysCard!] : [faysCard!, adasCard!];
    expect(saidBy(latest(first, firstCard))).toContain("You have taken over.");
    expect(latest(first, firstCard).buttons).toEqual(["Give back", "Open"]);
    const seen = await second.look(latest(second, secondCard));
    expect(saidBy(seen)).toContain(`${first.name} has taken over.`);
    expect(seen.buttons).toEqual(["Open"]);
    expect(allSaid(product.ofBot(second.chat.messages())).at(-1)).toContain(
      `${first.name} has taken this over already`,
    );

    await vic.message(general, "And how do I stop it?", { threadId: id });
    await first.message(general, "Press the red button twice.", { threadId: id });
    await product.settled();
    expect(own(id)).toHaveLength(4);
    await vic.mention(general, "how do I stop it?", { threadId: id });
    await product.settled();
    expect(allSaid(own(id)).slice(4)).toEqual([
      expect.stringContaining(`${first.name} has taken over here, so I stay silent`),
    ]);

    const refused = listen(vic);
    await vic.click(own(id)[3]!, "Give back");
    await product.settled();
    expect(refused()).toEqual([expect.stringMatching(/may not give this back/)]);
    await first.click(own(id)[3]!, "Give back");
    await first.click(own(id)[3]!, "Give back");
    await product.settled();
    expect(allSaid(own(id)).slice(5)).toEqual([expect.stringContaining("has given the thread back")]);
    expect(saidBy(await second.look(latest(second, secondCard)))).not.toContain("Take over");
    await vic.message(general, "How do I stop the pump?", { threadId: id });
    await product.settled();
    expect(answersAmong(own(id)).at(-1)?.text).toContain("press the red button");
  });

  it("do the same from clients that know Action.Submit alone, each click once", async () => {
    const { ada, sam } = people;
    const before = offers(ada).length;
    const { id, clicked } = await askHuman("How do I start the pump today?", "submit");
    expect(clicked).toMatchObject({ kind: "message", status: 200 });
    await product.platform.redeliver(clicked, 2);
    await product.settled();
    const [card, ...more] = offers(ada).slice(before);
    expect(more).toEqual([]);
    await ada.click(card!, "Take over", { as: "submit" });
    await product.settled();
    expect(saidBy(own(id).at(-1))).toContain("Ada Admin has taken over");
    expect(latest(ada, card!).buttons).toContain("Give back");
    await ada.click(latest(ada, card!), "Give back", { as: "submit" });
    await product.settled();
    expect(saidBy(own(id).at(-1))).toContain("Ada Admin has given the thread back");
    expect(latest(ada, card!).buttons).toEqual(["Open"]);
    expect(offers(sam)).toEqual([]);
  });

  it("may not be somebody who is no expert any more; they are told who may, and their card offers nothing", async () => {
    const { fay } = people;
    const { id } = await askHuman("How do I start the pump at night?");
    const card = offers(fay).at(-1)!;
    const { tenantId } = product.company;
    const taken = await product.rows<{ department_id: string }>(
      `delete from department_members m using users u
       where u.id = m.user_id and u.tenant_id = $1 and u.email = 'fay@small.example' returning m.department_id`,
      [tenantId],
    );
    expect(taken.length).toBeGreaterThan(0);
    product.parts().people.forget(tenantId);
    const heard = listen(fay);
    await fay.click(card, "Take over");
    await product.settled();
    expect(heard()).toEqual([expect.stringMatching(/may not take this over[^]*Ada Admin/)]);
    expect(allSaid(own(id)).join("\n")).not.toContain("has taken over");
    expect(await fay.look(card)).toEqual(card);
  });

  it("find each other where the asker alone sees the question: mentioned, with a chat to open, until it is done", async () => {
    const { ada, sam } = people;
    await sam.message(sam.chat, "Who paints the roof on Mars?");
    await product.settled();
    const asked = withButton(product.ofBot(sam.chat.messages()), "Ask a human");
    await sam.click(asked, "Ask a human");
    await product.settled();
    expect(saidBy(product.ofBot(sam.chat.messages()).at(-1))).toContain("writes to you directly");
    const offer = offers(ada).at(-1)!;
    expect(offer.buttons).toEqual(["Take over"]);
    await ada.click(offer, "Take over");
    await product.settled();
    const found = product.ofBot(sam.chat.messages()).at(-1)!;
    expect(saidBy(found)).toMatch(/Ada Admin has taken over your question[^]*Write to Ada Admin/);
    expect(cardOf(found)["msteams"]).toMatchObject({
      entities: [
        { type: "mention", text: "<at>Ada Admin</at>", mentioned: { id: ada.id, name: "Ada Admin" } },
      ],
    });
    expect(JSON.stringify(found)).toContain(
      `https://teams.microsoft.com/l/chat/0/0?tenantId=${product.tenant.id}&users=ada%40small.example`,
    );
    const waits = withButton(product.ofBot(ada.chat.messages()), "Open a chat");
    expect(saidBy(waits)).toMatch(/Sam Staff alone sees the thread[^]*Mars[^]*Write to Sam Staff/);
    expect(JSON.stringify(waits)).toContain("users=sam%40small.example");
    await sam.message(sam.chat, "How do I start the pump?");
    await product.settled();
    expect(answersAmong(product.ofBot(sam.chat.messages())).at(-1)?.text).toContain(inlet);
    await ada.click(waits, "I am done");
    await product.settled();
    expect(saidBy(product.ofBot(sam.chat.messages()).at(-1))).toContain("is done with your question");
  });

  it("stop an answer that is being written in the thread, and leave nothing of it", async () => {
    const { ada, sam } = people;
    // What is being done is shown where there is room for it beside answers.
    const quiet = team.channel({ name: "Valves" });
    const { id } = await askHuman("How do I start the pump in winter?", "execute", quiet);
    const before = own(id, quiet).length;
    const words = `To stop the pump, press the red button. [1] `.match(/\S+\s*/g) ?? [];
    let isTakenOver = false;
    const afterwards = () => until("it is taken over", async () => isTakenOver).catch(() => undefined);
    model.script({ kind: "text", pieces: words, before: afterwards });
    await sam.message(quiet, "And how do I stop it?", { threadId: id });
    await until("it is being answered", async () => own(id, quiet).length === before + 1);
    expect(own(id, quiet)[before]?.text).toMatch(/…/);
    await ada.click(offers(ada).at(-1)!, "Take over");
    await until("the thread is told", async () =>
      allSaid(own(id, quiet)).some((text) => text.includes("has taken over")),
    );
    isTakenOver = true;
    await product.settled();
    await pause(100);
    expect(allSaid(own(id, quiet)).slice(before)).toEqual([expect.stringContaining("has taken over")]);
    expect(await product.rows("select from outbox where state = 'withheld'")).toHaveLength(1);
  });
});
