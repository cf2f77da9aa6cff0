import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { newId, type PassageId, type TurnId } from "../../core/ids.ts";
import type { Channel, Message, Person, Workspace } from "../slack-platform/slack-platform.ts";
import { personOf, sampleUpload } from "../support/sample-work.ts";
import { handlingBench, type HandlingBench } from "./handling-bench.ts";

describe("clicks below an answer", () => {
  let bench: HandlingBench;
  let general: Channel;
  let turn: TurnId;
  let answer: Message;
  beforeEach(async () => {
    bench = await handlingBench();
    const { sam, vic, ada } = bench.people;
    general = bench.acme.channel({ name: "general", members: [sam, vic, ada, bench.bot] });
    const { ts } = await sam.mention(general, "operations: how do I start the pump?");
    await bench.settled();
    turn = bench.questions()[0]!.id;
    await bench.answer(turn, "Open the valve first.");
    answer = general.thread(ts).at(-1)!;
  });
  afterEach(() => bench.close());
  const tables = () => bench.database.tables(bench.company.tenantId);
  const clean = (): void => expect(bench.platform.violations).toEqual([]);
  const told = (person: Person): readonly string[] => general.ephemerals(person).map(({ text }) => text);
  const click = async (person: Person, action: string, value?: string): Promise<void> => {
    await person.click(answer, action, value);
    await bench.settled();
  };

  it("keep who found it helpful, and thank them alone", async () => {
    await click(bench.people.vic, "feedback", `up:${turn}`);
    expect([...tables().turns.get(turn)!.feedback]).toEqual([
      [personOf(bench.company, "vic"), { verdict: "up", reason: null }],
    ]);
    expect(told(bench.people.vic)).toEqual([expect.stringContaining("Thank you")]);
    clean();
  });

  it("keep a bad verdict at once, and its reason when it is sent", async () => {
    const { sam } = bench.people;
    await click(sam, "feedback", `down:${turn}`);
    const verdict = () => tables().turns.get(turn)!.feedback.get(personOf(bench.company, "sam"));
    expect(verdict()).toEqual({ verdict: "down", reason: null });
    await sam.submit(sam.modals().at(-1)!, { feedback_reason: "outdated", feedback_comment: "New pump." });
    await bench.settled();
    expect(verdict()).toEqual({ verdict: "down", reason: "It is outdated: New pump." });
    expect(told(sam)).toEqual([expect.stringContaining("Thank you")]);
    clean();
  });

  it("ask a human once, let them take over and give back, and keep everybody informed", async () => {
    const { sam, ada } = bench.people;
    await ada.dm("how do I stop the pump?");
    await bench.settled();
    await click(sam, "ask_human");
    await click(sam, "ask_human");
    expect(tables().handoffs).toHaveLength(1);
    expect(told(sam)).toEqual([
      expect.stringContaining("Asked: Ada Admin"),
      expect.stringContaining("asked about this before"),
    ]);
    const offer = bench.acme.dm(ada).messages().at(-1)!;
    expect(offer.actionIds).toContain("take_over");
    await ada.click(offer, "take_over");
    await bench.settled();
    expect(tables().conversations.get(bench.questions()[0]!.conversationId)?.heldBy).toBe(
      personOf(bench.company, "ada"),
    );
    const held = general.thread(answer.threadTs!).at(-1)!;
    expect(held.text).toContain("Ada Admin");
    await ada.click(held, "give_back");
    await bench.settled();
    expect(tables().conversations.get(bench.questions()[0]!.conversationId)?.heldBy).toBeNull();
    expect(told(ada)).toEqual([expect.stringContaining("Given back")]);
    clean();
  });

  it("tell whoever may not take over who may", async () => {
    const { sam, ada, vic } = bench.people;
    await ada.dm("hello, how do I stop the pump?");
    await bench.settled();
    await click(sam, "ask_human");
    const offer = bench.acme.dm(ada).messages().at(-1)!;
    const { id } = tables().handoffs[0]!;
    expect(offer.actionIds).toContain("take_over");
    await ada.click(offer, "take_over");
    await bench.settled();
    const held = general.thread(answer.threadTs!).at(-1)!;
    await vic.click(held, "give_back");
    await bench.settled();
    expect(told(vic)).toEqual([expect.stringContaining("You may not give this back")]);
    expect(tables().handoffs).toMatchObject([{ id, state: "taken" }]);
    clean();
  });
});

describe("a human who is asked for", () => {
  let bench: HandlingBench;
  beforeEach(async () => {
    bench = await handlingBench();
  });
  afterEach(() => {
    // Of a thread in another workspace the expert's bot gets no link.
    const refused = bench.platform.violations.filter(({ method }) => method !== "chat.getPermalink");
    expect(refused).toEqual([]);
    return bench.close();
  });
  const ownMessages = (person: Person, workspace = bench.acme): readonly Message[] =>
    workspace
      .dm(person)
      .messages()
      .filter(({ botId }) => botId !== undefined);
  const answered = async (person: Person, channel: Channel | null): Promise<Message> => {
    const question = "operations: how do I start the pump?";
    const { ts } = channel ? await person.mention(channel, question) : await person.dm(question);
    await bench.settled();
    await bench.answer(bench.questions().at(-1)!.id);
    return (channel ?? bench.acme.dm(person)).thread(ts).at(-1)!;
  };
  const click = async (person: Person, message: Message, action: string): Promise<void> => {
    await person.click(message, action);
    await bench.settled();
  };

  it("is found by e-mail address in a workspace where no expert has used the bot, and told", async () => {
    const { sam, ada } = bench.people;
    const general = bench.acme.channel({ name: "general", members: [sam, bench.bot] });
    await click(sam, await answered(sam, general), "ask_human");
    expect(ownMessages(ada).at(-1)?.actionIds).toContain("take_over");
    expect(general.ephemerals(sam).at(-1)?.text).toContain("Asked: Ada Admin");
  });

  it("is not told, nor said to be, whose address Slack has not confirmed or does not know", async () => {
    const { sam, ada } = bench.people;
    bench.acme.person({ id: ada.id, name: "Ada", email: "ada@small.example", emailConfirmed: false });
    const general = bench.acme.channel({ name: "general", members: [sam, bench.bot] });
    await click(sam, await answered(sam, general), "ask_human");
    expect(ownMessages(ada)).toEqual([]);
    expect(general.ephemerals(sam).at(-1)?.text).toContain("no expert can be reached");
  });

  it("is unnamed where a guest of the workspace reads along", async () => {
    const { sam, ada } = bench.people;
    const guest = bench.acme.person({ name: "Gus", email: "gus@else.example", restricted: true });
    const crew = bench.acme.channel({ name: "crew", members: [sam, guest, bench.bot] });
    const answer = await answered(sam, crew);
    await click(sam, answer, "ask_human");
    const said = [...crew.thread(answer.threadTs!), ...crew.ephemerals(sam)].map(({ text }) => text);
    expect(said.join()).toContain("The department's experts were");
    expect(said.join()).not.toContain("Ada");
    expect(ownMessages(ada).at(-1)?.actionIds).toContain("take_over");
  });

  it("is put in touch with whoever asked in a direct message, which stays the bot's", async () => {
    const { sam, ada } = bench.people;
    const answer = await answered(sam, null);
    await click(sam, answer, "ask_human");
    const thread = () => bench.acme.dm(sam).thread(answer.threadTs!);
    expect(thread().at(-1)?.text).toContain("writes to you directly");
    const offer = ownMessages(ada).at(-1)!;
    expect(JSON.stringify(offer.blocks)).not.toContain("Open the thread");
    await click(ada, offer, "take_over");
    expect(thread().at(-1)?.text).toContain("Ada Admin has taken over your question");
    expect(JSON.stringify(thread().at(-1)?.blocks)).toContain(`<@${ada.id}>`);
    const waits = ownMessages(ada).at(-1)!;
    expect(JSON.stringify(waits.blocks)).toContain(`<@${sam.id}>`);
    await sam.dm("and how do I stop it?", { threadTs: answer.threadTs! });
    await bench.settled();
    expect(bench.questions()).toHaveLength(2);
    await click(ada, waits, "give_back");
    expect(thread().some(({ text }) => text.includes("is done with your question"))).toBe(true);
  });

  describe("of a company with two workspaces", () => {
    let other: Workspace;
    let elsewhere: Person;
    beforeEach(async () => {
      other = bench.platform.workspace({ name: "Other" });
      await bench.adopt(other.install());
      elsewhere = other.person({ name: "Ada", email: "ada@small.example" });
    });
    const known = async (workspaceId: string, externalId: string): Promise<void> =>
      bench.database.withTenant(bench.company.tenantId, ({ identities }) =>
        identities.link({ channel: "slack", workspaceId, externalId }, personOf(bench.company, "ada")),
      );
    const askedInGeneral = async (): Promise<string | undefined> => {
      const { sam } = bench.people;
      const general = bench.acme.channel({ name: "general", members: [sam, bench.bot] });
      await click(sam, await answered(sam, general), "ask_human");
      return general.ephemerals(sam).at(-1)?.text;
    };

    it("is reached where the question was asked, though seen elsewhere since", async () => {
      const { ada } = bench.people;
      await known(bench.acme.id, ada.id);
      await known(other.id, elsewhere.id);
      expect(await askedInGeneral()).toContain("Asked: Ada Admin");
      expect(ownMessages(ada)).toHaveLength(1);
      expect(ownMessages(elsewhere, other)).toEqual([]);
    });

    it("is reached by the bot of their own workspace where they are not in the asker's", async () => {
      const { ada } = bench.people;
      bench.acme.person({ id: ada.id, name: "Ada", email: "ada@small.example", deleted: true });
      await known(bench.acme.id, ada.id);
      await known(other.id, elsewhere.id);
      expect(await askedInGeneral()).toContain("Asked: Ada Admin");
      expect(ownMessages(elsewhere, other)).toHaveLength(1);
    });

    it("is not said to be told whose account is switched off in both", async () => {
      const { ada } = bench.people;
      bench.acme.person({ id: ada.id, name: "Ada", email: "ada@small.example", deleted: true });
      other.person({ id: elsewhere.id, name: "Ada", email: "ada@small.example", deleted: true });
      await known(bench.acme.id, ada.id);
      await known(other.id, elsewhere.id);
      expect(await askedInGeneral()).toContain("no expert can be reached");
    });
  });
});

describe("an answer for one person", () => {
  let bench: HandlingBench;
  beforeEach(async () => {
    bench = await handlingBench();
  });
  afterEach(() => bench.close());

  it("is asked for again where the asker may read more than the channel", async () => {
    const { sam, vic } = bench.people;
    const general = bench.acme.channel({ name: "general", members: [sam, vic, bench.bot] });
    const { ts } = await sam.mention(general, "how do I start the pump?");
    await bench.settled();
    const { id } = bench.questions()[0]!;
    const { turns } = bench.database.tables(bench.company.tenantId);
    await bench.answerFuller(id);
    expect(turns.get(id)?.reply).toMatchObject({ fuller: true });
    const [offer] = general.ephemerals(sam);
    await sam.click(offer!, "show_fuller");
    await bench.settled();
    const fuller = bench.questions()[1];
    expect(fuller).toMatchObject({ question: "how do I start the pump?", shared: false });
    expect(fuller?.placeScope).toBeUndefined();
    expect(fuller?.threadKey).toBe(`slack:${bench.acme.id}:${general.id}:${ts}:${sam.id}:${fuller!.id}`);
    expect(bench.platform.violations).toEqual([]);
  });

  it("is shown to nobody else where it cites nothing that may be shown, and the person is told why", async () => {
    const { sam } = bench.people;
    const general = bench.acme.channel({ name: "general", members: [sam, bench.bot] });
    await sam.slash("/expert", "ask how do I start the pump?", general);
    await bench.settled();
    await bench.answer(bench.questions()[0]!.id, "Open the valve.", { shareable: true });
    const shown = general.ephemerals(sam).at(-1)!;
    await sam.click(shown, "show_everyone");
    await bench.settled();
    expect(general.ephemerals(sam).at(-1)?.text).toContain("cites no document");
    expect(bench.platform.violations).toEqual([]);
  });

  it("is not shown where a guest of the workspace reads along, unless guests may read what it cites", async () => {
    const { sam } = bench.people;
    const guest = bench.acme.person({ name: "Gus", email: "gus@else.example", restricted: true });
    const crew = bench.acme.channel({ name: "crew", private: true, members: [sam, guest, bench.bot] });
    const { document } = await bench.database.withTenant(bench.company.tenantId, ({ documents }) =>
      documents.register({ ...sampleUpload(bench.company), sensitivity: "confidential" }, []),
    );
    await sam.slash("/expert", "ask how do I start the pump?", crew);
    await bench.settled();
    await bench.answer(bench.questions()[0]!.id, "The code is 7719. [1]", {
      shareable: true,
      citations: [
        {
          number: 1,
          passageId: newId<PassageId>(),
          documentId: document.id,
          title: "Pump",
          headingPath: [],
          page: null,
          quote: "The code is 7719.",
        },
      ],
    });
    await sam.click(crew.ephemerals(sam).at(-1)!, "show_everyone");
    await bench.settled();
    expect(crew.messages()).toEqual([]);
    expect(crew.ephemerals(sam).at(-1)?.text).toContain("Guests or people of other companies read along");
    expect(bench.platform.violations).toEqual([]);
  });

  it("is shown to everyone below its question, once, where the departments permit it", async () => {
    const { sam } = bench.people;
    const general = bench.acme.channel({ name: "general", members: [sam, bench.bot] });
    const { document } = await bench.database.withTenant(bench.company.tenantId, ({ documents }) =>
      documents.register(sampleUpload(bench.company), []),
    );
    await sam.slash("/expert", "ask how do I start the pump?", general);
    await bench.settled();
    await bench.answer(bench.questions()[0]!.id, "Open the valve. [1]", {
      shareable: true,
      citations: [
        {
          number: 1,
          passageId: newId<PassageId>(),
          documentId: document.id,
          title: "Pump",
          headingPath: [],
          page: null,
          quote: "Open the valve.",
        },
      ],
    });
    const shown = general.ephemerals(sam).at(-1)!;
    await sam.click(shown, "show_everyone");
    await bench.settled();
    await sam.click(shown, "show_everyone");
    await bench.settled();
    const [root, answer, ...more] = general.messages();
    expect(more).toEqual([]);
    expect(root?.text).toContain("how do I start the pump?");
    expect(answer).toMatchObject({
      threadTs: root!.ts,
      text: expect.stringContaining("Open the valve.") as unknown,
    });
    expect(answer?.text).toContain("Shared by Sam Staff");
    expect(bench.platform.violations).toEqual([]);
  });
});
