import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { writeNotes } from "../../core/delivery/write-notes.ts";
import type { Escalation } from "../../core/escalation/escalation.ts";
import type { Channel, Message, Person, View } from "../slack-platform/slack-platform.ts";
import { escalateQuestion } from "../support/escalated-question.ts";
import { departmentOf, personOf } from "../support/sample-work.ts";
import { handlingBench, type HandlingBench } from "./handling-bench.ts";

describe("an escalation in a thread of Slack", () => {
  let bench: HandlingBench;
  let general: Channel;
  let root: string;
  let raised: Escalation;
  beforeEach(async () => {
    bench = await handlingBench();
    const { sam, vic, ada } = bench.people;
    general = bench.acme.channel({ name: "general", members: [sam, vic, ada, bench.bot] });
    const { ts } = await sam.mention(general, "operations: how do I start the pump?");
    root = ts;
    await bench.settled();
    await bench.answer(bench.questions()[0]!.id);
    raised = await escalateQuestion(bench.escalations, bench.company, bench.questions()[0]!.id);
    await bench.settled();
  });
  afterEach(() => bench.close());
  const clean = (): void => expect(bench.platform.violations).toEqual([]);
  const told = (person: Person, channel = general): readonly string[] =>
    channel.ephemerals(person).map(({ text }) => text);
  const shown = (): readonly string[] => general.thread(root).map(({ text }) => text);
  const card = (): Message => {
    const found = general.thread(root).filter(({ text }) => text.includes("OPS-12 (Jira)"));
    expect(found).toHaveLength(1);
    return found[0]!;
  };
  const click = async (person: Person, action: string, message = card()): Promise<void> => {
    await person.click(message, `escalation_${action}`);
    await bench.settled();
  };
  const form = async (person: Person, action: string, message = card()): Promise<View> => {
    await click(person, action, message);
    return person.modals().at(-1)!;
  };
  const calls = () => bench.database.tables(bench.company.tenantId).dispatches.map(({ call }) => call.body);
  const now = () =>
    bench.database.withTenant(bench.company.tenantId, ({ escalations }) => escalations.find(raised.id));

  it("is acknowledged and resolved on its card, which says so where it stands, and the ticket follows", async () => {
    const { ada } = bench.people;
    const first = card();
    expect(first.text).toContain("Escalated: nobody has it in hand yet");
    expect(first.actionIds).toEqual(["escalation_acknowledge", "escalation_resolve", "escalation_comment"]);
    await Promise.all([
      ada.click(first, "escalation_acknowledge"),
      ada.click(first, "escalation_acknowledge"),
    ]);
    await bench.settled();
    expect(card().ts).toBe(first.ts);
    expect(card().text).toContain("Escalated: Ada Admin has it in hand");
    expect(card().actionIds).toEqual(["escalation_resolve", "escalation_comment"]);
    await click(ada, "resolve");
    expect(card().text).toContain("Ada Admin resolved the escalation");
    expect(card().actionIds).toEqual([]);
    expect(shown().filter((text) => text === "Ada Admin acknowledged it.")).toHaveLength(1);
    expect(shown().filter((text) => text === "Resolved by Ada Admin.")).toHaveLength(1);
    expect(calls().filter(({ kind }) => kind === "ticket_transition")).toMatchObject([{ to: "resolve" }]);
    clean();
  });

  it("tells whoever may not, and whoever is too late, why, and nobody else", async () => {
    const { vic, ada } = bench.people;
    await click(vic, "resolve");
    expect(told(vic)).toEqual([
      expect.stringContaining("Only leads and approvers of the department, and admins"),
    ]);
    expect((await now())?.state).toBe("open");
    const fay = { userId: personOf(bench.company, "fay"), name: "Fay Finance" };
    await bench.database.withTenant(bench.company.tenantId, ({ escalations }) =>
      escalations.setState(raised.id, "resolved", fay, [], []),
    );
    await click(ada, "acknowledge");
    expect(told(ada)).toEqual([expect.stringContaining("Fay Finance")]);
    expect(shown().join()).not.toContain("acknowledged it");
    clean();
  });

  it("takes a comment in a form, also of whoever asked, and thanks them alone", async () => {
    const { sam } = bench.people;
    const view = await form(sam, "comment");
    expect(JSON.stringify(view.blocks)).toContain("how do I start the pump?");
    await sam.submit(view, { escalation_text: "It is *urgent* now." });
    await bench.settled();
    expect(calls().at(-1)).toMatchObject({
      kind: "ticket_comment",
      by: "Sam Staff",
      text: "It is *urgent* now.",
    });
    expect(told(sam)).toEqual(["Your comment was added to the escalation."]);
    clean();
  });

  it("gives back what somebody wrote whose comment does not count", async () => {
    const { vic } = bench.people;
    await vic.submit(await form(vic, "comment"), { escalation_text: "Take *this*." });
    await bench.settled();
    expect(told(vic)).toEqual([expect.stringMatching(/^Only leads[^]*What you wrote:[^]*Take this\.$/)]);
    expect(calls().filter(({ kind }) => kind === "ticket_comment")).toEqual([]);
    clean();
  });

  it("gets a message of its thread as a comment, in the name of whoever wrote it", async () => {
    const { vic, ada } = bench.people;
    const { message } = await vic.message(general, "The pump is <@U0NOBODY0>'s & it *leaks*", {
      threadTs: root,
    });
    await ada.shortcut(message, "add_to_ticket");
    await bench.settled();
    expect(calls().at(-1)).toMatchObject({
      kind: "ticket_comment",
      by: "Ada Admin",
      text: expect.stringMatching(/^Vic[^]* wrote:\n\nThe pump is [^]* & it \*\*leaks\*\*$/),
    });
    expect(told(ada)).toEqual(["Your comment was added to the escalation."]);
    const own = await ada.message(general, "I look at it.", { threadTs: root });
    await ada.shortcut(own.message, "add_to_ticket");
    await bench.settled();
    expect(calls().at(-1)).toMatchObject({ text: "I look at it." });
  });

  it("says where nothing was escalated, or nothing was said", async () => {
    const { ada } = bench.people;
    const { message } = await ada.message(general, "What is for lunch?");
    await ada.shortcut(message, "add_to_ticket");
    const files = [{ name: "pump.md", content: "x", mimetype: "text/markdown" }];
    const silent = await ada.message(general, "", { threadTs: root, files });
    await ada.shortcut(silent.message, "add_to_ticket");
    await bench.settled();
    expect(told(ada)).toEqual([
      expect.stringContaining("Nothing in this thread was escalated"),
      expect.stringContaining("This message has no words"),
    ]);
    expect(calls().filter(({ kind }) => kind === "ticket_comment")).toEqual([]);
    clean();
  });

  it("opens no form for what is no more", async () => {
    const { ada } = bench.people;
    bench.database.tables(bench.company.tenantId).escalations.clear();
    const view = await form(ada, "comment");
    expect(view.callbackId).not.toBe("escalation_form");
    expect(JSON.stringify(view.blocks)).toContain("This escalation does not exist any more.");
    clean();
  });

  it("has whoever resolved it write the answer in a form, which is put before those who decide", async () => {
    const { ada } = bench.people;
    const { tenantId } = bench.company;
    await bench.database.withTenant(tenantId, ({ escalations }) =>
      escalations.wantAnswer(raised.id, personOf(bench.company, "ada")),
    );
    const wish = {
      kind: "answer_wanted",
      escalationId: raised.id,
      resolvedAs: "OPS-12",
      askedBy: "Sam Staff",
      department: "Operations",
      question: raised.question,
    } as const;
    await writeNotes(bench.escalations, tenantId, [
      {
        about: raised.id,
        which: "answer wanted",
        channel: "slack",
        threadKey: `slack:${bench.acme.id}:@${ada.id}`,
        address: { user: ada.id, team: bench.acme.id },
        turnId: raised.turnId,
        language: "en",
        note: wish,
      },
    ]);
    await bench.settled();
    const message = bench.acme.dm(ada).messages().at(-1)!;
    expect(message.text).toContain("You resolved OPS-12.");
    const view = await form(ada, "answer", message);
    await ada.submit(view, { escalation_text: "Turn the green key." });
    await bench.settled();
    expect(told(ada, bench.acme.dm(ada))).toEqual([
      expect.stringContaining("Thank you. Your answer is sent"),
    ]);
    const [approval] = bench.database.tables(tenantId).approvals.values();
    expect(approval).toMatchObject({
      departmentId: departmentOf(bench.company, "operations"),
      answer: { text: "Turn the green key." },
    });
    clean();
  });
});
