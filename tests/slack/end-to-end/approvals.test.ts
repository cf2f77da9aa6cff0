import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Person } from "../../slack-platform/slack-platform.ts";
import { type ApprovalBench, openApprovalBench } from "../approval-bench.ts";

describe("answers that an expert approves in Slack", () => {
  let bench: ApprovalBench;
  beforeAll(async () => {
    bench = await openApprovalBench([
      "pump",
      "boiler",
      "crane",
      "kiln",
      "hoist",
      "grinder",
      "หม้อไอน้ำ",
      "mixer",
      "press",
      "lathe",
      "forklift",
      "furnace",
    ]);
  }, 180_000);
  afterEach(() => {
    expect(bench.product.platform.violations).toEqual([]);
  });
  afterAll(() => bench.product.close());

  it("tells the asker who was asked, shows no word of the draft, and brings the approved answer", async () => {
    const { people, general, policy, own, ask, cards, card, click } = bench;
    await policy();
    const ts = await ask("How do I start the pump?");
    const [pending, ...none] = own(ts);
    expect(none).toEqual([]);
    expect(pending?.text).toContain("I have asked");
    expect(pending?.text).toMatch(/Ada Admin.*Fay Finance|Fay Finance.*Ada Admin/);
    expect(JSON.stringify(general.messages())).not.toContain("inlet valve");
    expect(pending?.actionIds).toEqual([]);

    const adas = card(people.ada, "start the pump");
    expect(adas.text).toContain("An answer waits for your decision");
    expect(adas.text).toContain("inlet valve");
    expect(adas.text).toContain("Asked by Sam Staff");
    expect(JSON.stringify(adas.blocks)).toContain("/sources/");
    expect(adas.actionIds).toEqual([
      "approval_approve",
      "approval_edit",
      "approval_correct",
      "approval_reject",
      "approval_more",
    ]);
    await click(people.ada, adas, "approve");

    const [, answer, ...more] = own(ts);
    expect(more).toEqual([]);
    expect(answer?.text).toContain("inlet valve");
    expect(answer?.text).toContain("✓ Verified by Ada Admin");
    for (const person of [people.ada, people.fay]) {
      const [decided, ...others] = cards(person, "start the pump");
      expect(others).toEqual([]);
      expect(decided?.text).toContain("Ada Admin approved this answer");
      expect(decided?.actionIds).toEqual(["approval_undo"]);
    }

    const again = await ask("How do I start the pump?", people.vic);
    expect(own(again)[0]?.text).toContain("Answered before: verified by Ada Admin");

    await click(people.fay, card(people.fay, "start the pump"), "undo");
    expect(own(ts).at(-1)?.text).toContain("Fay Finance took this answer back");
    expect(JSON.stringify(own(ts))).not.toContain("inlet valve");
    expect(card(people.ada, "start the pump").text).toContain("Fay Finance took this answer back");
  });

  it("is edited before it is approved", async () => {
    const { product, people, policy, own, ask, card, form } = bench;
    await policy();
    const ts = await ask("How do I light the boiler?");
    const view = await form(people.ada, card(people.ada, "light the boiler"), "edit");
    expect(JSON.stringify(view.blocks)).toContain("purge the burner for two minutes");
    await people.ada.submit(view, { approved_answer: "Purge the burner for three minutes first [1]." });
    await product.settled();
    expect(own(ts).at(-1)?.text).toContain("Purge the burner for three minutes first");
    expect(own(ts).at(-1)?.text).toContain("Verified by Ada Admin");
    expect(card(people.fay, "light the boiler").text).toContain("Ada Admin edited and approved this answer");
  });

  it("is corrected in words of the expert's own, and what is wrong with them is said", async () => {
    const { product, people, policy, own, ask, card, whispers, form } = bench;
    await policy();
    const ts = await ask("How do I lower the crane?");
    const view = await form(people.ada, card(people.ada, "lower the crane"), "correct");
    await people.ada.submit(view, { approved_answer: "Never do that alone [7]." });
    await product.settled();
    expect(whispers(people.ada).at(-1)).toContain("There is no source [7]");
    expect(whispers(people.ada).at(-1)).toContain("Never do that alone");
    const second = await form(people.ada, card(people.ada, "lower the crane"), "correct");
    await people.ada.submit(second, { approved_answer: "Never do that alone." });
    await product.settled();
    expect(own(ts).at(-1)?.text).toContain("Never do that alone.");
    expect(card(people.ada, "lower the crane").text).toContain("Ada Admin corrected this answer");
  });

  it("is rejected with a reason", async () => {
    const { product, people, policy, own, ask, card, form } = bench;
    await policy();
    const ts = await ask("How do I cool the kiln?");
    const view = await form(people.ada, card(people.ada, "cool the kiln"), "reject");
    await people.ada.submit(view, { reject_reason: "The kiln was sold." });
    await product.settled();
    expect(own(ts).at(-1)?.text).toContain("Ada Admin looked at it: there is no answer.");
    expect(own(ts).at(-1)?.text).toContain("The kiln was sold.");
    expect(own(ts)).toHaveLength(2);
    expect(card(people.fay, "cool the kiln").text).toContain("Ada Admin rejected this answer");
    expect(card(people.fay, "cool the kiln").actionIds).toEqual([]);
  });

  it("is decided by one of two who click at once, and the other is told who it was and when", async () => {
    const { product, people, policy, own, ask, card, whispers } = bench;
    await policy();
    const ts = await ask("How do I grease the hoist?");
    const both = [people.ada, people.fay];
    const before = both.map((person) => whispers(person).length);
    await Promise.all(
      both.map((person) => person.click(card(person, "grease the hoist"), "approval_approve")),
    );
    await product.settled();
    expect(own(ts)).toHaveLength(2);
    const told = both.flatMap((person, index) => whispers(person).slice(before[index]));
    expect(told).toEqual([
      expect.stringMatching(/^(Ada Admin|Fay Finance) has decided on this already\..*That was /),
    ]);
  });

  it("gives whoever is late with a form their words back", async () => {
    const { product, people, policy, own, ask, card, whispers, click, form } = bench;
    await policy();
    const ts = await ask("How do I sharpen the grinder?");
    const view = await form(people.fay, card(people.fay, "sharpen the grinder"), "edit");
    await click(people.ada, card(people.ada, "sharpen the grinder"), "approve");
    await people.fay.submit(view, { approved_answer: "Let Ben do that." });
    await product.settled();
    expect(whispers(people.fay).at(-1)).toContain("Ada Admin has decided on this already");
    expect(whispers(people.fay).at(-1)).toContain("Let Ben do that.");
    expect(own(ts)).toHaveLength(2);
    expect(JSON.stringify(own(ts))).not.toContain("Let Ben");
  });

  it("is asked and approved in Thai", async () => {
    const { people, policy, own, ask, card, click } = bench;
    await policy();
    const ts = await ask("หม้อไอน้ำใหม่ต้องตรวจทุกกี่เดือน");
    expect(own(ts)[0]?.text).toContain("คำตอบจะส่งมาที่นี่");
    const adas = card(people.ada, "ต้องตรวจทุกกี่เดือน");
    expect(adas.text).toContain("มีคำตอบรอการตัดสินใจของคุณ");
    await click(people.ada, adas, "approve");
    expect(own(ts).at(-1)?.text).toContain("ตรวจสอบโดย Ada Admin");
    expect(card(people.fay, "ต้องตรวจทุกกี่เดือน").text).toContain("Ada Admin อนุมัติคำตอบนี้");
  });

  it("is left to whoever takes the thread over, who gives it back", async () => {
    const { product, people, general, policy, own, ask, card, chooses } = bench;
    await policy();
    const ts = await ask("How do I clean the mixer?");
    await chooses(people.ada, card(people.ada, "clean the mixer"), "take_over");
    expect(own(ts).at(-1)?.text).toContain("Ada Admin has taken over");
    expect(card(people.fay, "clean the mixer").text).toContain("Ada Admin took over the thread");
    await people.sam.message(general, "Is it you?", { threadTs: ts });
    await product.settled();
    const taken = own(ts).at(-1)!;
    expect(taken.text).toContain("Ada Admin has taken over");
    await people.ada.click(taken, "give_back");
    await product.settled();
    expect(own(ts).at(-1)?.text).toContain("has given the thread back");
  });

  it("is escalated by hand, and can still be decided", async () => {
    const { people, policy, own, ask, card, click, chooses } = bench;
    await policy();
    const ts = await ask("How do I unlock the press?");
    await chooses(people.ada, card(people.ada, "unlock the press"), "escalate");
    expect(own(ts).at(-1)?.text).toContain("escalated");
    const adas = card(people.ada, "unlock the press");
    expect(adas.text).toContain("You can still decide");
    await click(people.ada, adas, "approve");
    expect(own(ts).at(-1)?.text).toContain("safety pin");
  });

  it("needs as many as the policy says, who agree on the same words", async () => {
    const { people, policy, own, ask, card, click } = bench;
    await policy({ levels: [{ approvers: { role: "lead" }, required: 2 }] });
    const ts = await ask("How do I oil the lathe?");
    await click(people.ada, card(people.ada, "oil the lathe"), "approve");
    expect(own(ts)).toHaveLength(1);
    expect(card(people.fay, "oil the lathe").text).toContain("1 of 2 agreed: Ada Admin");
    expect(card(people.ada, "oil the lathe").actionIds).not.toContain("approval_approve");
    await click(people.fay, card(people.fay, "oil the lathe"), "approve");
    expect(own(ts).at(-1)?.text).toContain("grade 32 oil");
  });

  it("is decided neither by whoever asked nor by somebody whom the policy does not name", async () => {
    const { product, small, people, policy, own, texts, ask, dm, cards, card, whispers, click } = bench;
    await policy();
    const ts = await ask("How do I charge the forklift?", people.ada);
    expect(cards(people.ada, "charge the forklift")).toEqual([]);
    const fays = card(people.fay, "charge the forklift");
    const value = /approve:[0-9a-f-]{36}:\d+/.exec(JSON.stringify(fays.blocks))![0];
    const told = async (person: Person) => {
      const parts = product.parts();
      const handler = parts.handlers.get("slack");
      if (!handler) throw new Error("Slack is not handled");
      const { id: installed } = small.workspace;
      const body = {
        kind: "click",
        teamId: installed,
        organisationId: null,
        userId: person.id,
        userTeamId: installed,
        actionId: "approval_approve",
        value,
        container: "message",
        channelId: dm(person).id,
        messageTs: null,
        threadTs: null,
        viewId: null,
        values: {},
        triggerId: "",
        responseUrl: null,
      };
      const id = `forged-${person.id}`;
      await handler.handle({
        id: id as never,
        tenantId: small.company.tenantId,
        channel: "slack",
        body,
        attempt: 1,
        pauses: 0,
        receivedAt: new Date(),
      });
      await product.settled();
      return whispers(person).at(-1) ?? texts(dm(person).messages()).at(-1);
    };
    expect(await told(people.ada)).toContain("Nobody decides on the answer to a question of their own");
    expect(await told(people.sam)).toContain("You may not decide on this answer");
    expect(own(ts)).toHaveLength(1);
    await click(people.fay, fays, "approve");
    expect(own(ts).at(-1)?.text).toContain("bay four");
  });

  it("is asked for where nothing was found, and written by the expert", async () => {
    const { product, people, policy, own, ask, card, form } = bench;
    await policy({ ask_when_nothing_found: true });
    const ts = await ask("Which zebra won the quiz yesterday?");
    expect(own(ts)[0]?.text).toContain("I found no answer in the documents");
    const adas = card(people.ada, "zebra");
    expect(adas.actionIds[0]).toBe("approval_correct");
    const view = await form(people.ada, adas, "correct");
    await people.ada.submit(view, { approved_answer: "The one from finance." });
    await product.settled();
    expect(own(ts).at(-1)?.text).toContain("The one from finance.");
  });

  it("shows the draft meanwhile where the department wants that, as not checked", async () => {
    const { people, policy, own, ask, card, click } = bench;
    await policy({ show_draft: true });
    const ts = await ask("How do I drain the furnace?");
    expect(own(ts)[0]?.text).toContain("Draft, not checked by an expert yet");
    expect(own(ts)[0]?.text).toContain("lower hatch");
    await click(people.ada, card(people.ada, "drain the furnace"), "approve");
    expect(own(ts).at(-1)?.text).toContain("Verified by Ada Admin");
  });
});
