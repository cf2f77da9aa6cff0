import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { allSaid, answersAmong, cardOf, labelOf, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsCompany, type TeamsProduct } from "../../support/teams-product.ts";
import type { Message, Person, Place, Team } from "../../teams-platform/teams-platform.ts";

const inlet = "open the inlet valve and turn the green key";
const code = "send the override code 7719 to the pump";
const trip = "How do I start the pump after a trip?";

/** Who is who in Teams, and what is said where others read along. */
describe("people and privacy in Teams", () => {
  let product: TeamsProduct;
  let people: TeamsProduct["people"];
  let team: Team;
  let general: Place;
  beforeAll(async () => {
    product = await startTeamsProduct({ settings: { TEAMS_APP_TYPE: "multi" } });
    ({ people } = product);
    await product.teach("pump.md", `# Pump manual\n\nTo start the pump after a trip, ${inlet}.\n`);
    await product.teach("override.md", `# Override\n\nTo start the pump after a trip, ${code}.\n`, {
      label: "confidential",
    });
    await product.teach("invoices.md", "# Invoices\n\nInvoices of suppliers are due after 45 days.\n", {
      department: "finance",
    });
    team = product.tenant.team({ name: "Plant", members: Object.values(people) });
    await team.install(people.ada);
    general = team.channel({ name: "Pumps" });
    await product.installForAll();
  });
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
  });
  afterAll(() => product.close());

  const ask = async (person: Person, place: Place, question: string): Promise<readonly Message[]> => {
    const before = place.messages().length;
    await person.mention(place, question);
    await product.settled();
    return product.ofBot(place.messages().slice(before));
  };
  /** What a person is told in their own chat from now on. */
  const listen = (place: Place): (() => readonly Message[]) => {
    const before = product.ofBot(place.messages()).length;
    return () => product.ofBot(place.messages()).slice(before);
  };
  const askers = async ({ aadObjectId }: Person): Promise<readonly { email: string; guest: boolean }[]> =>
    product.rows(
      `select u.email, 'guest' = any (u.roles) as guest from turns t join users u on u.id = t.user_id
       where t.address ->> 'user' = $1 order by t.created_at`,
      [aadObjectId],
    );

  describe("who somebody is", () => {
    it("is known by the company's address once, and by the Entra id after it has changed", async () => {
      const person = product.tenant.person({ name: "Fay F.", email: "FAY@small.example" });
      await product.tenant.installFor(person);
      const heard = listen(person.chat);
      await person.message(person.chat, "When are invoices of suppliers due?");
      await product.settled();
      const renamed = product.tenant.person({
        id: person.aadObjectId,
        name: "Renamed",
        email: "other@else.example",
      });
      await product.tenant.installFor(renamed);
      await product.settled();
      const later = listen(renamed.chat);
      await renamed.message(renamed.chat, "When are invoices of suppliers due?");
      await product.settled();
      expect(await askers(person)).toEqual([
        { email: "fay@small.example", guest: false },
        { email: "fay@small.example", guest: false },
      ]);
      expect(answersAmong(heard())[0]?.text).toContain("45 days");
      expect(answersAmong(later())[0]?.text).toContain("45 days");
    });

    it.each([
      ["another address and the same name", { email: "somebody@else.example" }],
      ["no address and the same name", {}],
      ["an address of the company, as a guest of another one", { email: "ada@small.example", role: "guest" }],
    ] as const)("is a guest with %s", async (_what, options) => {
      const person = product.tenant.person({ name: "Ada Admin", ...options });
      const place = product.tenant.groupChat({ name: "Visitors", members: [person] });
      const answers = await ask(person, place, "How do I start the pump after a trip?");
      expect(await askers(person)).toEqual([
        { email: expect.stringContaining("guest.invalid"), guest: true },
      ]);
      expect(answers[0]?.text).toContain(inlet);
      expect(allSaid(answers).join()).not.toContain("7719");
      expect(product.ofBot(person.chat.messages())).toEqual([]);
    });

    it("is told plainly where no department answers guests, and asked for an account that is switched off", async () => {
      const { tenantId } = product.company;
      await product.rows("update departments set guests = false");
      product.parts().people.forget(tenantId);
      const person = product.tenant.person({ name: "Ada Admin", email: "somebody@else.example" });
      const place = product.tenant.groupChat({ members: [person] });
      try {
        expect(allSaid(await ask(person, place, "How do I start the pump?"))).toEqual([
          expect.stringContaining("I do not know you here"),
        ]);
      } finally {
        await product.rows("update departments set guests = true where slug = 'operations'");
        product.parts().people.forget(tenantId);
      }
      await people.vic.message(people.vic.chat, "status");
      await product.settled();
      await product.rows("update users set active = false where email = 'vic@small.example'");
      product.parts().people.forget(tenantId);
      try {
        const heard = listen(people.vic.chat);
        await people.vic.message(people.vic.chat, "How do I start the pump?");
        await product.settled();
        expect(allSaid(heard())).toEqual([expect.stringContaining("Your account here is switched off")]);
      } finally {
        await product.rows("update users set active = true where email = 'vic@small.example'");
        product.parts().people.forget(tenantId);
      }
    });
  });

  describe("what is said where others read along", () => {
    it("is what everyone in the channel may read; more is offered to the asker alone, and shown where policy lets", async () => {
      const { sam, vic } = people;
      const heard = listen(sam.chat);
      const others = [people.ada, people.vic, people.fay].map(({ chat }) => listen(chat));
      const [answer, card, ...more] = await ask(sam, general, trip);
      expect(more).toEqual([]);
      expect(answer?.text).toContain(inlet);
      expect(answer?.text).not.toContain("7719");
      expect(labelOf(answer!)).not.toHaveProperty("usageInfo");
      expect(allSaid(heard())).toEqual([expect.stringContaining("fuller answer")]);
      for (const other of others) expect(other()).toEqual([]);
      // The card is the asker's own where they look at it.
      expect(card?.buttons).toEqual(["Ask a human"]);
      const own = await sam.look(card!);
      expect(own.buttons).toEqual(["Fuller answer", "Ask a human"]);
      expect(saidBy(own)).toContain("You may read more about this");
      expect(await vic.look(card!)).toEqual(card);

      await sam.click(heard()[0]!, "Fuller answer");
      await product.settled();
      const [, fuller, fullerCard] = heard();
      expect(fuller?.text).toContain(code);
      expect(labelOf(fuller!)).toMatchObject({ usageInfo: { "@id": "confidential", name: "Confidential" } });
      expect(allSaid(general.messages()).join()).not.toContain("7719");
      expect(fullerCard?.buttons).toContain("Show to everyone");

      await sam.click(fullerCard!, "Show to everyone");
      await sam.click(fullerCard!, "Show to everyone");
      await product.settled();
      const thread = product.ofBot(general.thread(answer!.conversationId.split("=")[1]!));
      const shared = answersAmong(thread).filter(({ text }) => text.includes("7719"));
      expect(shared).toHaveLength(1);
      expect(allSaid(thread).join("\n")).toContain("Shared by Sam Staff");
      expect(allSaid(heard()).slice(3).join()).toContain("Everyone there sees the answer now.");
    });

    it("gives nobody else the fuller answer by the asker's button", async () => {
      const { sam, vic } = people;
      const [, card] = await ask(sam, general, trip);
      const own = await sam.look(card!);
      const heard = listen(vic.chat);
      await vic.click(own, "Fuller answer");
      await product.settled();
      expect(allSaid(heard()).join()).not.toContain("7719");
      expect(allSaid(heard())).toHaveLength(1);
    });

    it("is not offered to those who may read no more", async () => {
      const heard = listen(people.vic.chat);
      const [answer, card] = await ask(people.vic, general, trip);
      expect(answer?.text).toContain(inlet);
      expect(heard()).toEqual([]);
      expect(await people.vic.look(card!)).toEqual(card);
    });

    it("cannot be shown to everyone where the department does not permit it", async () => {
      const { fay, vic } = people;
      const talk = await vic.message(general, "When are invoices of suppliers due?");
      const heard = listen(fay.chat);
      await fay.sendAskAbout(talk.message, {
        question: "When are invoices of suppliers due?",
        answer_where: "person",
      });
      await product.settled();
      expect(heard()[0]?.text).toContain("45 days");
      expect(heard()[1]?.buttons).toEqual(["Ask a human"]);
      expect(product.ofBot(general.thread(talk.id))).toEqual([]);
    });

    it("is what all members of a group chat may read, those who come and go included", async () => {
      const { sam, ada, vic } = people;
      const { tenant } = product;
      const crew = tenant.groupChat({ name: "Crew", members: [sam, ada] });
      expect((await ask(sam, crew, trip))[0]?.text).toContain(code);
      await tenant.join(crew, vic);
      await product.settled();
      const after = await ask(sam, crew, trip);
      expect(after[0]?.text).toContain(inlet);
      expect(allSaid(after).join()).not.toContain("7719");
      await tenant.leave(crew, vic);
      await product.settled();
      expect((await ask(sam, crew, trip))[0]?.text).toContain(code);
    });

    it("is what guests may read where a guest of the Microsoft tenant is in the chat", async () => {
      const { sam, ada } = people;
      const guest = product.tenant.person({ name: "Gus Guest", email: "gus@else.example", role: "guest" });
      const place = product.tenant.groupChat({ members: [sam, ada, guest] });
      const heard = listen(sam.chat);
      const answers = await ask(sam, place, trip);
      expect(answers[0]?.text).toContain(inlet);
      expect(allSaid(answers).join()).not.toContain("7719");
      expect(allSaid(heard())).toEqual([expect.stringContaining("fuller answer")]);
      expect(
        allSaid(await ask(people.ada, place, "When are invoices of suppliers due?")).join(),
      ).not.toContain("45 days");
      await sam.click(heard()[0]!, "Fuller answer");
      await product.settled();
      await sam.click(heard()[2]!, "Show to everyone");
      await product.settled();
      expect(allSaid(place.messages()).join()).not.toContain("7719");
      expect(allSaid(heard()).at(-1)).toMatch(/outside|another company|other companies|guests/i);
    });

    it("is what guests may read in a channel that is shared with another company, and where Teams does not tell who reads", async () => {
      const { sam } = people;
      const shared = team.channel({ name: "With supplier", type: "shared" });
      expect(allSaid(await ask(sam, shared, trip)).join()).toMatch(new RegExp(`${inlet}(?![^]*7719)`));
      const unknown = product.tenant.groupChat({ members: [sam, people.ada] });
      product.platform.fail({
        operation: "members",
        how: { status: 503 },
        times: 5,
        where: ({ conversationId }) => conversationId.startsWith(unknown.id),
      });
      const answers = await ask(sam, unknown, trip);
      expect(answers[0]?.text).toContain(inlet);
      expect(allSaid(answers).join()).not.toContain("7719");
    });

    it("stays with the person in their own chat, with all that they may read, and offers to show it to nobody", async () => {
      const heard = listen(people.sam.chat);
      await people.sam.message(people.sam.chat, trip);
      await product.settled();
      expect(heard()[0]?.text).toContain(code);
      expect(heard()[1]?.buttons).toEqual(["Ask a human"]);
    });
  });

  describe("two companies", () => {
    let other: TeamsCompany;
    beforeAll(async () => {
      other = await product.join("globex");
      await other.teach("pump.md", "# Pump manual\n\nTo start the pump after a trip, pull the blue lever.\n");
      await product.installForAll(other);
    });

    it("never see each other's anything, asked at once, searched or with the same Entra id", async () => {
      const { sam } = people;
      const theirs = other.people.sam;
      const [mine, heard] = [listen(sam.chat), listen(theirs.chat)];
      await Promise.all([sam.message(sam.chat, trip), theirs.message(theirs.chat, trip)]);
      await product.settled();
      expect(allSaid(mine()).join()).not.toContain("blue lever");
      expect(answersAmong(heard()).map(({ text }) => text)).toEqual([
        expect.stringContaining("pull the blue lever"),
      ]);
      expect(allSaid(heard()).join()).not.toMatch(/7719|green key/);
      expect(JSON.stringify(await theirs.search(theirs.chat, "pump trip"))).not.toMatch(/7719|green key/);
      expect(JSON.stringify(await sam.search(sam.chat, "pump trip"))).not.toContain("blue lever");
      const twin = other.tenant.person({ id: sam.aadObjectId, name: "Twin", email: "none@else.example" });
      await other.tenant.installFor(twin);
      await product.settled();
      const told = listen(twin.chat);
      await twin.message(twin.chat, "status");
      await product.settled();
      expect(saidBy(told()[0])).toContain("You are a guest here");
    });

    it("cannot use each other's cards", async () => {
      const { sam } = people;
      const [, card] = await ask(sam, general, trip);
      const [, offer] = await ask(sam, general, trip);
      const own = await sam.look(offer!);
      const [first] = cardOf(own)["actions"] as readonly { readonly data: { readonly id: string } }[];
      const { id } = first!.data;
      const theirs = other.people.sam;
      const heard = listen(theirs.chat);
      for (const verb of ["show_fuller", "ask_human", "show_everyone"]) {
        const action = { type: "Action.Execute", verb, data: { id } };
        await theirs.invoke(theirs.chat, "adaptiveCard/action", { action, trigger: "manual" });
      }
      const refresh = { type: "Action.Execute", verb: "refresh_reply", data: { id } };
      const seen = await theirs.invoke(theirs.chat, "adaptiveCard/action", {
        action: refresh,
        trigger: "automatic",
      });
      await product.settled();
      expect(JSON.stringify(seen.answer)).not.toMatch(/pump/i);
      expect(heard()).toHaveLength(3);
      expect(allSaid(heard()).join()).not.toMatch(/pump|7719/i);
      expect(card?.buttons).toEqual(["Ask a human"]);
    });
  });
});
