import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Channel, Message, Person, View } from "../../slack-platform/slack-platform.ts";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { pause, until } from "../../support/sample-work.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";

const inlet = "open the inlet valve and turn the green key";

/** What people do with an answer: judge it, ask a human, take the thread over, look at the Home tab. */
describe("people behind the bot in Slack", () => {
  let product: SlackProduct;
  let model: ModelServer;
  let small: SlackCompany;
  let people: SlackCompany["people"];
  let general: Channel;
  beforeAll(async () => {
    model = await startModelServer();
    product = await startSlackProduct({
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
    small = await product.join();
    ({ people } = small);
    await small.teach(
      "pump.md",
      `# Pump manual\n\nTo start the pump, ${inlet}.\n\nTo stop the pump, press the red button.\n`,
    );
    const { ada, sam, vic, fay } = people;
    general = small.workspace.channel({ name: "general", members: [ada, sam, vic, fay, small.bot] });
    // Experts are told in Slack once they are known there.
    for (const person of [ada, fay]) await person.openHome("home");
    await product.settled();
  }, 180_000);
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
    expect(model.violations).toEqual([]);
  });
  afterAll(async () => {
    await product.close();
    await model.close();
  });

  const own = (channel: Channel, ts: string): readonly Message[] =>
    channel.thread(ts).filter(({ user }) => user === small.bot.botUserId);
  const texts = (messages: readonly Message[]): readonly string[] => messages.map(({ text }) => text);
  const ask = async (question = "How do I start the pump?"): Promise<{ ts: string; answer: Message }> => {
    const { ts } = await people.sam.mention(general, question);
    await product.settled();
    const [answer] = own(general, ts);
    if (!answer) throw new Error("there is no answer");
    return { ts, answer };
  };
  const last = (person: Person, channel = general): Message | undefined => channel.ephemerals(person).at(-1);
  const cards = (person: Person): readonly Message[] =>
    small.workspace
      .dm(person)
      .messages()
      .filter(({ actionIds }) => actionIds.includes("take_over"));
  const rating = (message: Message, verdict: "up" | "down"): string =>
    new RegExp(`${verdict}:[0-9a-f-]{36}`).exec(JSON.stringify(message.blocks))?.[0] ?? "";
  const verdicts = (message: Message) =>
    product.rows<{ verdict: string; reason: string | null; email: string }>(
      "select f.verdict, f.reason, u.email from feedback f join users u on u.id = f.user_id where turn_id = $1 order by u.email",
      [rating(message, "up").slice(3)],
    );
  const modalOf = async (person: Person): Promise<View> => {
    await until("a form is open", async () => person.modals().length > 0);
    return person.modals().at(-1)!;
  };

  describe("an opinion", () => {
    it("is thanked for, and stored once for each person", async () => {
      const { answer } = await ask();
      await people.sam.click(answer, "feedback", rating(answer, "up"));
      await people.sam.click(answer, "feedback", rating(answer, "up"));
      await product.settled();
      expect(last(people.sam)?.text).toBe("Thank you, noted.");
      expect(await verdicts(answer)).toEqual([{ verdict: "up", reason: null, email: "sam@small.example" }]);
    });

    it("asks for the reason of a bad one in a form, and counts without it, too", async () => {
      const { answer } = await ask();
      await people.sam.click(answer, "feedback", rating(answer, "down"));
      const form = await modalOf(people.sam);
      await product.settled();
      expect(await verdicts(answer)).toEqual([{ verdict: "down", reason: null, email: "sam@small.example" }]);
      const [reason] = form.actionIds;
      await people.sam.submit(form, { [reason!]: "outdated", feedback_comment: "The key is blue now." });
      await product.settled();
      const [stored, ...more] = await verdicts(answer);
      expect(more).toEqual([]);
      expect(stored).toMatchObject({ verdict: "down", email: "sam@small.example" });
      expect(stored?.reason).toMatch(/outdated[^]*The key is blue now\./i);
      expect(people.sam.modals()).toEqual([]);
      await people.vic.click(answer, "feedback", rating(answer, "up"));
      await people.sam.click(answer, "feedback", rating(answer, "up"));
      await product.settled();
      expect((await verdicts(answer)).map(({ verdict, email }) => [email, verdict])).toEqual([
        ["sam@small.example", "up"],
        ["vic@small.example", "up"],
      ]);
    });
  });

  describe("a human who is asked for", () => {
    it("is told by a card, takes the thread over alone, and gives it back; the bot is silent meanwhile", async () => {
      const { ada, fay, sam, vic } = people;
      const { ts, answer } = await ask();
      const before = { ada: cards(ada).length, fay: cards(fay).length };
      await sam.click(answer, "ask_human");
      await sam.click(answer, "ask_human");
      await product.settled();
      expect(texts(own(general, ts)).slice(1)).toEqual([
        expect.stringContaining("Sam Staff asked for a human"),
      ]);
      expect(own(general, ts)[1]?.text).toMatch(/Told: .*Ada Admin/);
      expect(last(sam)?.text).toMatch(/asked/i);
      const [adasCard, ...more] = cards(ada).slice(before.ada);
      const [faysCard] = cards(fay).slice(before.fay);
      expect(more).toEqual([]);
      expect(adasCard?.text).toContain("How do I start the pump?");
      expect(cards(sam)).toEqual([]);

      await Promise.all([ada.click(adasCard!, "take_over"), fay.click(faysCard!, "take_over")]);
      await product.settled();
      const notes = texts(own(general, ts)).slice(2);
      expect(notes).toEqual([expect.stringMatching(/(Ada Admin|Fay Finance) has taken over/)]);
      const [first, second] = notes[0]!.includes("Ada") ? [ada, fay] : [fay, ada];
      const toldTo = (person: Person) => texts(small.workspace.dm(person).ephemerals(person)).at(-1);
      expect(toldTo(first)).toContain("The thread is yours");
      expect(toldTo(second)).toContain(`${first.name} has taken this over already`);

      await vic.message(general, "And how do I stop it?", { threadTs: ts });
      await first.message(general, "Press the red button twice.", { threadTs: ts });
      await product.settled();
      expect(own(general, ts)).toHaveLength(3);
      await vic.mention(general, "how do I stop it?", { threadTs: ts });
      await product.settled();
      expect(own(general, ts)).toHaveLength(3);
      expect(last(vic)?.text).toContain(`${first.name} has taken over this thread`);

      const note = own(general, ts)[2]!;
      await second.click(note, "give_back");
      await first.click(note, "give_back");
      await first.click(note, "give_back");
      await product.settled();
      expect(texts(own(general, ts)).slice(3)).toEqual([
        expect.stringContaining("has given the thread back"),
      ]);
      await vic.message(general, "How do I stop the pump?", { threadTs: ts });
      await product.settled();
      expect(own(general, ts)).toHaveLength(5);
      expect(own(general, ts).at(-1)?.text).toContain("press the red button");
    });

    it("may not be somebody who is no expert any more; they are told who may", async () => {
      const { fay, sam } = people;
      const { ts, answer } = await ask();
      await sam.click(answer, "ask_human");
      await product.settled();
      const card = cards(fay).at(-1)!;
      const { tenantId } = small.company;
      await product.rows(
        `delete from department_members m using users u
         where u.id = m.user_id and u.tenant_id = $1 and u.email = 'fay@small.example'`,
        [tenantId],
      );
      product.parts().people.forget(tenantId);
      await fay.click(card, "take_over");
      await product.settled();
      const told = texts(small.workspace.dm(fay).ephemerals(fay)).at(-1);
      expect(told).toMatch(/may not take this over[^]*Ada Admin/);
      expect(texts(own(general, ts)).some((text) => text.includes("has taken over"))).toBe(false);
    });

    it("stops an answer that is being written in the thread", async () => {
      const { ada, sam } = people;
      const { ts, answer } = await ask();
      await sam.click(answer, "ask_human");
      await product.settled();
      const words = `To stop the pump, press the red button. [1] `.match(/\S+\s*/g) ?? [];
      let goOn = (): void => undefined;
      const stopped = new Promise<void>((resolve) => (goOn = resolve));
      const before = async (at: number): Promise<void> => {
        if (at === words.length - 1) await stopped;
      };
      model.script({ kind: "text", pieces: words, betweenMs: 100, thinkMs: 100, before });
      await sam.message(general, "And how do I stop it?", { threadTs: ts });
      await until("the answer is being written", async () => own(general, ts).length === 3);
      expect(own(general, ts)[2]?.streaming).toBe("streaming");
      await ada.click(cards(ada).at(-1)!, "take_over");
      await until("it is taken over", async () =>
        texts(own(general, ts)).some((text) => text.includes("has taken over")),
      );
      goOn();
      await product.settled();
      await pause(300);
      expect(texts(own(general, ts)).slice(2)).toEqual([expect.stringContaining("has taken over")]);
      const rows = await product.rows("select from outbox where state = 'withheld'");
      expect(rows).toHaveLength(1);
      expect(product.platform.calls.filter(({ method }) => method === "chat.delete")).toHaveLength(1);
    });
  });

  describe("the Home tab", () => {
    const home = (person: Person): string => JSON.stringify(person.home()?.blocks ?? []);

    it("shows what is open, what waits and whom to ask, and answers what is asked in it", async () => {
      const { ada, sam, vic } = people;
      await vic.openHome("home");
      await product.settled();
      expect(home(vic)).toContain("Operations");
      await vic.click(vic.home()!, "home_question", "How do I start the pump?");
      await product.settled();
      const dm = small.workspace.dm(vic);
      const [question] = dm.messages();
      expect(question?.text).toContain("How do I start the pump?");
      expect(texts(dm.thread(question!.ts)).slice(1)).toEqual([expect.stringContaining(inlet)]);
      await until("it is confirmed", async () => home(vic).includes("Asked."));

      const { answer } = await ask("How do I start the pump today?");
      await sam.click(answer, "ask_human");
      await product.settled();
      await sam.openHome("home");
      await ada.openHome("home");
      await product.settled();
      expect(home(sam)).toContain("How do I start the pump today?");
      expect(home(sam)).toContain("waits for a human");
      expect(home(ada)).toContain("How do I start the pump today?");
      expect(ada.home()?.actionIds).toContain("take_over");
      expect(sam.home()?.actionIds).not.toContain("take_over");
      const taking = ada.home()!.actionIds.filter((id) => id === "take_over").length;
      await ada.click(ada.home()!, "take_over");
      await product.settled();
      await until(
        "it is taken",
        async () => ada.home()!.actionIds.filter((id) => id === "take_over").length === taking - 1,
      );
      expect(ada.home()?.actionIds).toContain("give_back");
    });

    it("tells what is wrong with an empty question", async () => {
      const { vic } = people;
      await vic.openHome("home");
      await product.settled();
      const before = small.workspace.dm(vic).messages().length;
      await vic.click(vic.home()!, "home_ask");
      await product.settled();
      expect(small.workspace.dm(vic).messages()).toHaveLength(before);
      expect(home(vic)).toMatch(/empty|write/i);
    });
  });
});
