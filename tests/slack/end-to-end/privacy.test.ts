import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Channel, Message, Person } from "../../slack-platform/slack-platform.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";

const inlet = "open the inlet valve and turn the green key";
const code = "send the override code 7719 to the pump";

/** Who is who in Slack, and what is said where others read along. */
describe("people and privacy in Slack", () => {
  let product: SlackProduct;
  let small: SlackCompany;
  let people: SlackCompany["people"];
  let general: Channel;
  beforeAll(async () => {
    product = await startSlackProduct();
    small = await product.join();
    ({ people } = small);
    await small.teach("pump.md", `# Pump manual\n\nTo start the pump after a trip, ${inlet}.\n`);
    await small.teach("override.md", `# Override\n\nTo start the pump after a trip, ${code}.\n`, {
      label: "confidential",
    });
    await small.teach("invoices.md", "# Invoices\n\nInvoices of suppliers are due after 45 days.\n", {
      department: "finance",
    });
    const { ada, sam, vic, fay } = people;
    general = small.workspace.channel({ name: "general", members: [ada, sam, vic, fay, small.bot] });
  }, 180_000);
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
  });
  afterAll(() => product.close());

  const ask = async (person: Person, channel: Channel, question: string): Promise<readonly Message[]> => {
    const { ts } = await person.mention(channel, question);
    await product.settled();
    return channel.thread(ts).filter(({ user }) => user === small.bot.botUserId);
  };
  const texts = (messages: readonly Message[]): readonly string[] => messages.map(({ text }) => text);
  const told = (person: Person, channel: Channel): readonly string[] => texts(channel.ephemerals(person));
  const askers = async ({ id }: Person): Promise<readonly { email: string; guest: boolean }[]> =>
    product.rows(
      `select u.email, 'guest' = any (u.roles) as guest from turns t join users u on u.id = t.user_id
       where t.address ->> 'user' = $1 order by t.created_at`,
      [id],
    );

  describe("who somebody is", () => {
    it("is known by a confirmed e-mail address once, and by id after it has changed", async () => {
      const person = small.workspace.person({ name: "Fay F.", email: "FAY@small.example" });
      await general.join(person);
      await person.dm("When are invoices of suppliers due?");
      await product.settled();
      const other = small.workspace.person({ id: person.id, name: "Renamed", email: "other@else.example" });
      await product.stop();
      await product.start();
      await other.dm("When are invoices of suppliers due?");
      await product.settled();
      expect(await askers(person)).toEqual([
        { email: "fay@small.example", guest: false },
        { email: "fay@small.example", guest: false },
      ]);
      const own = small.workspace
        .dm(other)
        .messages()
        .filter(({ user }) => user === small.bot.botUserId);
      expect(texts(own)).toEqual([expect.stringContaining("45 days"), expect.stringContaining("45 days")]);
    }, 120_000);

    it.each([
      ["an unconfirmed address", { email: "ada@small.example", emailConfirmed: false }],
      ["another address and the same name", { email: "somebody@else.example" }],
      ["no address and the same name", {}],
      ["an address of the company, from another workspace", { email: "ada@small.example", stranger: true }],
    ])("is a guest with %s", async (_what, options) => {
      const person = small.workspace.person({ name: "Ada Admin", ...options });
      const place = small.workspace.channel({ name: "visitors", members: [person, small.bot] });
      const answers = await ask(person, place, "How do I start the pump?");
      expect(await askers(person)).toEqual([
        { email: expect.stringContaining("guest.invalid"), guest: true },
      ]);
      expect(texts(answers)).toEqual([expect.stringContaining(inlet)]);
      expect(answers[0]?.text).not.toContain("7719");
      expect(told(person, place)).toEqual([]);
    });

    it("is told plainly where no department answers guests, and so on the Home tab and in commands", async () => {
      await product.rows("update departments set guests = false");
      await product.stop();
      await product.start();
      try {
        const person = small.workspace.person({ name: "Ada Admin", email: "somebody@else.example" });
        const place = small.workspace.channel({ name: "visitors", members: [person, small.bot] });
        expect(await ask(person, place, "How do I start the pump?")).toEqual([]);
        expect(told(person, place)).toEqual([expect.stringContaining("I do not know you here")]);
        await person.slash("/expert", "ask How do I start the pump?", place);
        await person.openHome("home");
        await product.settled();
        expect(told(person, place).slice(1)).toEqual([expect.stringContaining("I do not know you here")]);
        expect(JSON.stringify(person.home()?.blocks)).toContain("no department is open to guests");
        expect(person.home()?.actionIds).toEqual([]);
      } finally {
        await product.rows("update departments set guests = true where slug = 'operations'");
        await product.stop();
        await product.start();
      }
    }, 120_000);
  });

  describe("what is said where others read along", () => {
    const trip = "How do I start the pump after a trip?";
    const isOffer = expect.stringContaining("fuller answer");

    it("is what every person of the company may read in a public channel; more is offered to those who may", async () => {
      const [answer, ...more] = await ask(people.sam, general, trip);
      expect(more).toEqual([]);
      expect(answer?.text).toContain(inlet);
      expect(answer?.text).not.toContain("7719");
      const [offer, ...others] = general.ephemerals(people.sam);
      expect(offer?.text).toEqual(isOffer);
      expect(others).toEqual([]);
      for (const other of [people.ada, people.vic, people.fay]) expect(told(other, general)).toEqual([]);

      await people.sam.click(offer!, "show_fuller");
      await product.settled();
      const shown = general.ephemerals(people.sam).at(-1);
      expect(shown?.text).toContain(code);
      expect(general.messages().some(({ text }) => text.includes("7719"))).toBe(false);
      expect(shown?.actionIds).toContain("show_everyone");

      await people.sam.click(shown!, "show_everyone");
      await product.settled();
      const shared = general.thread(answer!.threadTs!).at(-1);
      expect(shared?.text).toContain(code);
      expect(shared?.text).toContain("Shared by Sam Staff");
      await people.sam.click(shown!, "show_everyone");
      await product.settled();
      expect(general.thread(answer!.threadTs!).filter(({ text }) => text.includes("7719"))).toHaveLength(1);
    });

    it("is not offered to those who may read no more", async () => {
      const [answer] = await ask(people.vic, general, trip);
      expect(answer?.text).toContain(inlet);
      expect(told(people.vic, general)).toEqual([]);
    });

    it("cannot be shown to everyone where the department does not permit it", async () => {
      const question = "When are invoices of suppliers due?";
      const before = general.ephemerals(people.fay).length;
      await people.fay.slash("/expert", `ask ${question}`, general);
      await product.settled();
      const shown = general.ephemerals(people.fay).slice(before).at(-1);
      expect(shown?.text).toContain("45 days");
      expect(shown?.actionIds).not.toContain("show_everyone");
      expect(general.messages().some(({ text }) => text.includes("45 days"))).toBe(false);
    });

    it("is what all members may read in a private channel", async () => {
      const { sam, ada, vic } = people;
      const closed = small.workspace.channel({ name: "crew", private: true, members: [sam, ada, small.bot] });
      const [answer] = await ask(sam, closed, trip);
      expect(answer?.text).toContain(code);
      await closed.join(vic);
      await product.settled();
      const [after] = await ask(sam, closed, trip);
      expect(after?.text).toContain(inlet);
      expect(after?.text).not.toContain("7719");
      await closed.leave(vic);
      await product.settled();
      const [again] = await ask(sam, closed, trip);
      expect(again?.text).toContain(code);
    });

    it("is what guests may read where a guest of the workspace is in the channel", async () => {
      const { sam, ada } = people;
      const guest = small.workspace.person({
        name: "Gus Guest",
        email: "gus@else.example",
        restricted: true,
      });
      const closed = small.workspace.channel({
        name: "with-guest",
        private: true,
        members: [sam, ada, guest, small.bot],
      });
      const [answer] = await ask(sam, closed, trip);
      expect(answer?.text).toContain(inlet);
      expect(answer?.text).not.toContain("7719");
      expect(told(sam, closed)).toEqual([isOffer]);
      const [money] = await ask(people.ada, closed, "When are invoices of suppliers due?");
      expect(money?.text).not.toContain("45 days");
    });

    it("is what guests may read in a channel that is shared with another company, for everybody", async () => {
      const { sam, ada } = people;
      const stranger = small.workspace.person({
        name: "Sly Other",
        email: "sly@other.example",
        stranger: true,
      });
      const shared = small.workspace.channel({
        name: "with-supplier",
        shared: true,
        members: [sam, ada, stranger, small.bot],
      });
      const [answer] = await ask(sam, shared, trip);
      expect(answer?.text).toContain(inlet);
      expect(answer?.text).not.toContain("7719");
      const [theirs] = await ask(stranger, shared, trip);
      expect(theirs?.text).toContain(inlet);
      expect(told(stranger, shared)).toEqual([]);
      const offer = shared.ephemerals(sam)[0];
      await sam.click(offer!, "show_fuller");
      await product.settled();
      const shown = shared.ephemerals(sam).at(-1);
      expect(shown?.text).toContain(code);
      await sam.click(shown!, "show_everyone");
      await product.settled();
      expect(shared.messages().some(({ text }) => text.includes("7719"))).toBe(false);
      expect(shared.ephemerals(sam).at(-1)?.text).toMatch(
        /may not|cannot|outside|another company|other companies/i,
      );
    });

    it("is guests' knowledge where Slack does not tell who reads along", async () => {
      const { sam, ada } = people;
      const closed = small.workspace.channel({
        name: "unknown",
        private: true,
        members: [sam, ada, small.bot],
      });
      product.platform.fail({ method: "conversations.members", how: "http-500", times: 5 });
      const [answer] = await ask(sam, closed, trip);
      expect(answer?.text).toContain(inlet);
      expect(answer?.text).not.toContain("7719");
    });

    it("stays with the person in direct messages, with all that they may read", async () => {
      const { ts } = await people.sam.dm(trip);
      await product.settled();
      const dm = small.workspace.dm(people.sam);
      expect(dm.thread(ts).at(-1)?.text).toContain(code);
    });
  });
});
