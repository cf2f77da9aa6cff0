import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { allSaid, answersAmong, cardOf, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import type { Json, Message, Place } from "../../teams-platform/teams-platform.ts";

const inlet = "open the inlet valve and turn the green key";
const code = "the override code is 7719";

interface Verdict {
  readonly verdict: string;
  readonly reason: string | null;
  readonly email: string;
}

/** Besides asking: the message extension, and the feedback below an answer. */
describe("what people do with messages in Teams", () => {
  let product: TeamsProduct;
  let people: TeamsProduct["people"];
  let general: Place;
  beforeAll(async () => {
    product = await startTeamsProduct();
    ({ people } = product);
    await product.teach("pump.md", `# Pump manual\n\nTo start the pump, ${inlet}.\n`);
    await product.teach("override.md", `# Override of the pump\n\nFor the pump ${code}.\n`, {
      label: "confidential",
    });
    await product.teach("invoices.md", "# Invoices\n\nInvoices of suppliers are due after 45 days.\n", {
      department: "finance",
    });
    const team = product.tenant.team({ name: "Plant", members: Object.values(people) });
    await team.install(people.ada);
    general = team.channel({ name: "Pumps" });
    await product.installForAll();
  });
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
  });
  afterAll(() => product.close());

  describe("the message extension", () => {
    /** Whether the bot is in a conversation is found out by asking for a member of it, who is remembered for a while. */
    const forgiveOutside = (): void => {
      for (const refused of product.platform.forgive()) expect(refused).toBe("BotNotInConversationRoster");
    };
    const listen = (place: Place): (() => readonly Message[]) => {
      const before = product.ofBot(place.messages()).length;
      return () => product.ofBot(place.messages()).slice(before);
    };

    describe("its search", () => {
      it("finds what the searcher may read, as cards with their sources, and keeps nothing", async () => {
        const { sam, vic, fay } = people;
        const before = await product.rows("select from inbox");
        const found = JSON.stringify((await sam.search(general, "start the pump")).results);
        expect(found).toContain(inlet);
        expect(found).toContain(`${product.url}/sources/`);
        expect(JSON.stringify((await sam.search(general, "override code pump")).results)).toContain("7719");
        expect(JSON.stringify(await vic.search(general, "override code pump"))).not.toContain("7719");
        expect(JSON.stringify((await fay.search(general, "invoices due")).results)).toContain("45 days");
        expect(JSON.stringify(await sam.search(general, "invoices due"))).not.toContain("45 days");
        expect(await product.rows("select from inbox")).toHaveLength(before.length);
      });

      it("says what to do where nothing is written yet, and that nothing was found", async () => {
        const { sam } = people;
        expect(await sam.search(general, "")).toMatchObject({
          results: [],
          said: "Write what you look for.",
          delivery: { status: 200 },
        });
        const none = await sam.search(general, "zeppelins of Mars");
        expect(none).toMatchObject({ results: [], said: "Nothing that you may read was found." });
        const beyond = await sam.search(general, "start the pump", { skip: 25, count: 25 });
        expect(beyond.results).toEqual([]);
      });

      it("works where the bot is not, and gives a stranger what guests may read", async () => {
        const { sam, vic } = people;
        const elsewhere = product.tenant.groupChat({ members: [sam, vic], bot: false });
        expect(JSON.stringify((await sam.search(elsewhere, "start the pump")).results)).toContain(inlet);
        const guest = product.tenant.person({ name: "Gus Guest", role: "guest" });
        const place = product.tenant.groupChat({ members: [guest, sam] });
        const found = JSON.stringify(await guest.search(place, "override code of the pump"));
        expect(found).not.toContain("7719");
        expect(JSON.stringify((await guest.search(place, "start the pump")).results)).toContain(inlet);
        const kept = await product.rows("select from users where display_name = 'Gus Guest'");
        expect(kept).toEqual([]);
        forgiveOutside();
      });
    });

    describe("its form about a message", () => {
      const formOf = (answer: unknown): Json =>
        cardOf({
          attachments: [(answer as { task: { value: { card: Json } } }).task.value.card],
        });
      const input = (form: Json, id: string): Json =>
        (form["body"] as readonly Json[]).find((element) => element["id"] === id) ?? {};

      it("is filled with the message, answers in its thread, and tells there who asked what", async () => {
        const { sam, vic } = people;
        const talk = await vic.message(general, "Does anybody know how to start the pump?");
        const form = formOf((await sam.askAbout(talk.message)).answer);
        expect(input(form, "question")["value"]).toBe("Does anybody know how to start the pump?");
        expect(JSON.stringify(input(form, "department"))).toContain("Operations");
        expect(JSON.stringify(input(form, "department"))).not.toContain("Finance");
        expect(input(form, "answer_where")["value"]).toBe("thread");
        const values = { question: "How do I start the pump?", department: "any", answer_where: "thread" };
        const sent = await sam.sendAskAbout(talk.message, values);
        expect(JSON.stringify(sent.answer)).toContain("The answer comes in the conversation.");
        await product.settled();
        await product.platform.redeliver(sent, 2);
        await product.settled();
        const said = product.ofBot(general.thread(talk.id));
        expect(allSaid(said)[0]).toMatch(/Sam Staff asked about a message[^]*How do I start the pump\?/);
        expect(answersAmong(said).map(({ text }) => text)).toEqual([expect.stringContaining(inlet)]);
        await vic.message(general, "And how do I start it?", { threadId: talk.id });
        await product.settled();
        expect(answersAmong(product.ofBot(general.thread(talk.id)))).toHaveLength(2);
      });

      it("answers to the person alone in their own chat with all that they may read, to be shown to everyone", async () => {
        const { sam, vic } = people;
        const talk = await vic.message(general, "What is the override code of the pump?");
        const heard = listen(sam.chat);
        const values = {
          question: "What is the override code of the pump?",
          department: "any",
          answer_where: "person",
        };
        const sent = await sam.sendAskAbout(talk.message, values);
        expect(JSON.stringify(sent.answer)).toContain("The answer comes to you in our chat.");
        await product.settled();
        expect(product.ofBot(general.thread(talk.id))).toEqual([]);
        const [answer, card] = heard();
        expect(answer?.text).toContain(code);
        expect(card?.buttons).toContain("Show to everyone");
        await sam.click(card!, "Show to everyone");
        await product.settled();
        const shared = product.ofBot(general.thread(talk.id));
        expect(allSaid(shared).join("\n")).toMatch(/7719[^]*Shared by Sam Staff/);
        await sam.click(card!, "Show to everyone");
        await product.settled();
        expect(answersAmong(product.ofBot(general.thread(talk.id)))).toHaveLength(1);
      });

      it("offers the answer to the person alone where the bot is not, and says why", async () => {
        const { sam, vic } = people;
        const elsewhere = product.tenant.groupChat({ members: [sam, vic], bot: false });
        const talk = await vic.message(elsewhere, "How do I start the pump?");
        const form = formOf((await sam.askAbout(talk.message)).answer);
        expect(JSON.stringify(input(form, "answer_where")["choices"])).not.toContain("thread");
        expect(String(form["speak"])).toContain("I am not in this conversation");
        const heard = listen(sam.chat);
        await sam.sendAskAbout(talk.message, {
          question: "How do I start the pump?",
          answer_where: "person",
        });
        await product.settled();
        expect(heard()[0]?.text).toContain(inlet);
        expect(product.ofBot(elsewhere.messages())).toEqual([]);
        forgiveOutside();
      });

      it("tells the person what is wrong with an empty question", async () => {
        const { sam, vic } = people;
        const talk = await vic.message(general, "How do I start the pump?");
        const heard = listen(sam.chat);
        await sam.sendAskAbout(talk.message, { question: "   ", answer_where: "thread" });
        await product.settled();
        expect(allSaid(heard())).toEqual([expect.stringMatching(/empty|write/i)]);
        expect(product.ofBot(general.thread(talk.id))).toEqual([]);
      });

      it("asks a stranger's question as a guest's, and refuses clearly where guests may ask nothing", async () => {
        const stranger = product.tenant.person({ name: "Stella Strange" });
        const place = product.tenant.groupChat({ members: [stranger, people.sam] });
        const talk = await people.sam.message(place, "How do I start the pump?");
        const opened = JSON.stringify((await stranger.askAbout(talk.message)).answer);
        expect(opened).toContain("Operations");
        await product.rows("update departments set guests = false");
        product.parts().people.forget(product.company.tenantId);
        try {
          const refused = JSON.stringify((await stranger.askAbout(talk.message)).answer);
          expect(refused).toContain("I do not know you here");
          const none = await stranger.search(place, "start the pump");
          expect(none.results).toEqual([]);
        } finally {
          await product.rows("update departments set guests = true where slug = 'operations'");
          product.parts().people.forget(product.company.tenantId);
        }
      });
    });
  });

  describe("opinions about answers", () => {
    const ask = async (): Promise<Message> => {
      const { id } = await people.sam.mention(general, "How do I start the pump?");
      await product.settled();
      const [answer] = answersAmong(general.thread(id));
      if (!answer) throw new Error("there is no answer");
      return answer;
    };
    /** The verdicts on an answer, by whom. */
    const verdicts = ({ id }: Message): Promise<readonly Verdict[]> =>
      product.rows<Verdict & Record<string, unknown>>(
        `select f.verdict, f.reason, u.email from feedback f join users u on u.id = f.user_id
       where f.turn_id = (select turn_id from outbox where message_ref ->> 'activityId' = $1)
       order by u.email`,
        [id],
      );
    const formOf = (answer: unknown): Json => {
      const { task } = answer as { task: { value: { title: string; card: { content: Json } } } };
      return { title: task.value.title, card: task.value.card.content };
    };

    it("are asked for in a form that knows why an answer is bad, and stored with the reason", async () => {
      const { sam } = people;
      const answer = await ask();
      const opened = await sam.openFeedback(answer, "dislike");
      const { title, card } = formOf(opened.answer);
      expect(title).toBe("Your feedback");
      const body = (card as { body: readonly { id: string; choices?: readonly { value: string }[] }[] }).body;
      expect(body.map(({ id }) => id)).toEqual(["feedback_reason", "feedback_comment"]);
      expect(body[0]?.choices?.map(({ value }) => value)).toContain("outdated");
      const sent = await sam.rate(answer, "dislike", {
        feedback_reason: "outdated",
        feedback_comment: "The key is blue now.",
      });
      expect(sent).toMatchObject({ status: 200, answer: {} });
      await product.settled();
      const [stored, ...more] = await verdicts(answer);
      expect(more).toEqual([]);
      expect(stored).toMatchObject({ verdict: "down", email: "sam@small.example" });
      expect(stored?.reason).toMatch(/outdated[^]*The key is blue now\./i);
    });

    it("ask for no reason where an answer is good, and count without words", async () => {
      const { sam } = people;
      const answer = await ask();
      const { card } = formOf((await sam.openFeedback(answer, "like")).answer);
      expect(JSON.stringify(card)).not.toContain("feedback_reason");
      await sam.rate(answer, "like");
      await product.settled();
      expect(await verdicts(answer)).toEqual([{ verdict: "up", reason: null, email: "sam@small.example" }]);
    });

    it("are each person's own, the last one counts, and sent again they change nothing", async () => {
      const { sam, vic } = people;
      const answer = await ask();
      const first = await sam.rate(answer, "dislike", { feedback_reason: "wrong", feedback_comment: "No." });
      await product.settled();
      await vic.rate(answer, "like", { feedback_comment: "Right." });
      await sam.rate(answer, "like");
      await product.settled();
      await product.platform.redeliver(first, 3);
      await product.settled();
      expect(await verdicts(answer)).toEqual([
        { verdict: "up", reason: null, email: "sam@small.example" },
        { verdict: "up", reason: "Right.", email: "vic@small.example" },
      ]);
      const audit = await product.rows<{ verdict: string }>(
        "select metadata ->> 'verdict' as verdict from audit_events where event = 'chat.feedback' order by position desc limit 3",
      );
      expect(audit.map(({ verdict }) => verdict).toSorted()).toEqual(["down", "up", "up"]);
    });

    it("may be given in the personal chat, whichever part of an answer Teams rates, and below no card", async () => {
      const { vic } = people;
      await vic.message(vic.chat, "How do I start the pump?");
      await product.settled();
      const [answer, card] = product.ofBot(vic.chat.messages()).slice(-2);
      await vic.rate(answer!, "like");
      await product.settled();
      expect(await verdicts(answer!)).toMatchObject([{ verdict: "up", email: "vic@small.example" }]);
      await expect(vic.rate(card!, "like")).rejects.toThrow("cannot be rated");
      expect(cardOf(card!)).not.toHaveProperty("refresh");
    });

    it("about what is no answer any more end with a clear word to the person alone", async () => {
      const { sam } = people;
      const answer = await ask();
      const before = product.ofBot(sam.chat.messages()).length;
      await product.rows("update outbox set message_ref = '{}' where message_ref ->> 'activityId' = $1", [
        answer.id,
      ]);
      const sent = await sam.rate(answer, "like");
      expect(sent.status).toBe(200);
      await product.settled();
      const told = product.ofBot(sam.chat.messages()).slice(before);
      expect(told.map(saidBy)).toEqual([expect.stringContaining("does not exist any more")]);
    });
  });
});
