import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../../support/sample-work.ts";
import { cardOf, labelOf, saidBy } from "../../support/teams-messages.ts";
import { type ApprovalBench, openApprovalBench } from "../approval-bench.ts";

describe("answers that an expert approves in Teams", () => {
  let bench: ApprovalBench;
  beforeAll(async () => {
    bench = await openApprovalBench();
  });
  afterEach(() => {
    expect(bench.product.platform.violations).toEqual([]);
  });
  afterAll(() => bench.product.close());

  it("are told to be asked for, without a word of the draft, and come approved and marked", async () => {
    const { product, people, general, policy, own, ask, cards, card, click } = bench;
    await policy();
    const id = await ask("How do I start the pump?");
    expect(own(id)).toEqual([
      expect.stringMatching(/I have asked (Ada Admin.*Fay Finance|Fay Finance.*Ada Admin)/),
    ]);
    expect(JSON.stringify(general.messages())).not.toContain("inlet valve");

    const adas = card(people.ada, "start the pump");
    expect(saidBy(adas)).toMatch(/^An answer waits for your decision · Operations/);
    expect(saidBy(adas)).toContain("inlet valve");
    expect(saidBy(adas)).toContain("Sam Staff asked");
    expect(JSON.stringify(cardOf(adas))).toContain(`/l/message/${encodeURIComponent(general.id)}/${id}`);
    expect(JSON.stringify(cardOf(adas))).toContain(`${product.url}/sources/`);
    expect(adas.buttons).toEqual([
      "Approve",
      "Edit and approve",
      "Correct",
      "Reject",
      "Take over",
      "Escalate",
    ]);
    const { status, answer } = await click(people.ada, "start the pump", "Approve");
    expect(status).toBe(200);
    expect(answer).toMatchObject({ statusCode: 200, type: "application/vnd.microsoft.activity.message" });
    const [, told, below, ...more] = own(id);
    expect(more).toEqual([]);
    expect(told).toContain("inlet valve");
    expect(below).toMatch(/^For Sam Staff\n✓ Verified by Ada Admin, \d{4}-\d\d-\d\d\n/);
    for (const person of [people.ada, people.fay]) {
      const [decided, ...others] = cards(person, "start the pump");
      expect(others).toEqual([]);
      expect(saidBy(decided)).toContain("Ada Admin approved this answer");
      expect(decided?.buttons).toEqual(["Take the answer back"]);
    }

    const again = await ask("How do I start the pump?", people.vic);
    expect(own(again).at(-1)).toContain("✓ Answered before: verified by Ada Admin");

    await click(people.fay, "start the pump", "Yes, take it back");
    expect(own(id)).toHaveLength(2);
    expect(own(id).at(-1)).toContain("Fay Finance took this answer back");
    expect(own(id).join()).not.toContain("inlet valve");
    expect(saidBy(card(people.ada, "start the pump"))).toContain("Fay Finance took this answer back");
  });

  it("are edited before they are approved, where clicks come as messages too", async () => {
    const { product, people, general, policy, own, ask, card, click } = bench;
    await policy();
    const id = await ask("How do I light the boiler?");
    expect(JSON.stringify(cardOf(card(people.ada, "light the boiler")))).toContain(
      '"value":"To light the boiler, purge the burner for two minutes',
    );
    const approval_edited = "Purge the burner for three minutes first [1].";
    await click(people.ada, "light the boiler", "Approve as edited", { approval_edited }, "submit");
    const [, answer] = product.ofBot(general.thread(id));
    expect(answer?.text).toContain("Purge the burner for three minutes first");
    expect(labelOf(answer!)).toMatchObject({ additionalType: ["AIGeneratedContent"] });
    expect(own(id).at(-1)).toContain("Verified by Ada Admin");
    expect(saidBy(card(people.fay, "light the boiler"))).toContain(
      "Ada Admin edited and approved this answer",
    );
  });

  it("are corrected in words of the expert's own, which are no AI's, and what is wrong with them is said", async () => {
    const { product, people, general, policy, ask, card, last, click } = bench;
    await policy();
    const id = await ask("How do I lower the crane?");
    const send = (approval_correction: string) =>
      click(people.ada, "lower the crane?", "Send the correction", { approval_correction });
    await send("Never do that alone [7].");
    expect(last(people.ada)).toContain("There is no source [7]");
    expect(last(people.ada)).toContain("What you wrote:");
    await expect(send("")).rejects.toThrow("Write the answer.");
    await send("Never do that alone.");
    const [, answer] = product.ofBot(general.thread(id));
    expect(answer?.text).toBe("Never do that alone.");
    expect(labelOf(answer!)).toMatchObject({ additionalType: [] });
    expect(saidBy(card(people.ada, "lower the crane?"))).toContain("Ada Admin corrected this answer");
  });

  it("are rejected with a reason, after a second look", async () => {
    const { people, policy, own, ask, card, click } = bench;
    await policy();
    const id = await ask("How do I cool the kiln?");
    await click(people.ada, "cool the kiln", "Yes, reject", { approval_rejection: "The kiln was sold." });
    expect(own(id)).toHaveLength(2);
    expect(own(id).at(-1)).toMatch(/Ada Admin looked at it: there is no answer\.[^]*The kiln was sold\./);
    const fays = card(people.fay, "cool the kiln");
    expect(saidBy(fays)).toContain("Ada Admin rejected this answer");
    expect(saidBy(fays)).toContain("The kiln was sold.");
    expect(fays.buttons).toEqual([]);
  });

  it("are decided by one of two who click at once, and the other is told who it was", async () => {
    const { people, policy, own, ask, card, last, settled } = bench;
    await policy();
    const id = await ask("How do I grease the hoist?");
    const both = [people.ada, people.fay];
    await Promise.all(both.map((person) => person.click(card(person, "grease the hoist"), "Approve")));
    await settled();
    expect(own(id).filter((text) => text.includes("white grease"))).toHaveLength(1);
    const told = both.map(last).filter((text) => text.includes("has decided on this already"));
    expect(told).toEqual([expect.stringMatching(/^(Ada Admin|Fay Finance) has decided/)]);
  });

  it("are left to whoever takes the conversation over, who gives it back", async () => {
    const { product, people, general, policy, own, ask, card, click, settled } = bench;
    await policy();
    const id = await ask("How do I clean the mixer?");
    await click(people.ada, "clean the mixer", "Yes, take over");
    expect(own(id).join()).toContain("Ada Admin has taken over");
    expect(saidBy(card(people.fay, "clean the mixer"))).toContain("Ada Admin took over the conversation");
    await people.sam.message(general, "Is it you?", { threadId: id });
    await settled();
    const taken = product.ofBot(general.thread(id)).at(-1)!;
    expect(saidBy(taken)).toContain("Ada Admin has taken over");
    await people.ada.click(taken, "Give back");
    await settled();
    expect(own(id).at(-1)).toContain("has given the thread back");
  });

  it("are escalated by hand, and can still be decided", async () => {
    const { people, policy, own, ask, card, click } = bench;
    await policy();
    const id = await ask("How do I unlock the press?");
    await click(people.ada, "unlock the press", "Yes, escalate");
    expect(own(id).at(-1)).toContain("escalated");
    expect(saidBy(card(people.ada, "unlock the press"))).toContain("You can still decide");
    await click(people.ada, "unlock the press", "Approve");
    expect(own(id).join()).toContain("safety pin");
  });

  it("need as many as the policy says, who agree on the same words", async () => {
    const { people, policy, own, ask, card, click } = bench;
    await policy({ levels: [{ approvers: { role: "lead" }, required: 2 }] });
    const id = await ask("How do I oil the lathe?");
    await click(people.ada, "oil the lathe", "Approve");
    expect(own(id)).toHaveLength(1);
    expect(saidBy(card(people.fay, "oil the lathe"))).toContain("1 of 2 agreed: Ada Admin");
    expect(card(people.ada, "oil the lathe").buttons).not.toContain("Approve");
    await click(people.fay, "oil the lathe", "Approve");
    expect(own(id).join()).toContain("grade 32 oil");
  });

  it("are decided and seen neither by whoever asked nor by somebody whom the policy does not name", async () => {
    const { people, policy, own, ask, cards, card, last, click, settled } = bench;
    await policy();
    const id = await ask("How do I charge the forklift?", people.ada);
    expect(cards(people.ada, "charge the forklift")).toEqual([]);
    const { body, refresh } = cardOf(card(people.fay, "charge the forklift")) as {
      body: readonly { readonly actions?: readonly object[] }[];
      refresh: { readonly action: object };
    };
    const [action] = body.flatMap(({ actions = [] }) => actions);
    for (const [person, told] of [
      [people.ada, "Nobody decides on the answer to a question of their own"],
      [people.sam, "You may not decide on this answer"],
    ] as const) {
      await person.invoke(person.chat, "adaptiveCard/action", { action, trigger: "manual" });
      await settled();
      expect(last(person)).toContain(told);
      const value = { action: refresh.action, trigger: "automatic" };
      const { answer } = await person.invoke(person.chat, "adaptiveCard/action", value);
      expect(answer).toMatchObject({ type: "application/vnd.microsoft.activity.message" });
      expect(JSON.stringify(answer)).not.toContain("bay four");
    }
    await click(people.fay, "charge the forklift", "Approve");
    expect(own(id).join()).toContain("bay four");
  });

  it("are posted anew to whoever deleted their card, and looked at anew by each as they see them", async () => {
    const { product, people, policy, ask, cards, card, click } = bench;
    await policy({ levels: [{ approvers: { role: "lead" }, required: 2 }] });
    await ask("How do I align the saw?");
    const fays = card(people.fay, "align the saw");
    await product
      .parts()
      .teams!.client.bot(product.tenant.id)
      .remove({ serviceUrl: product.platform.serviceUrl, conversationId: people.fay.chat.id }, fays.id);
    expect(cards(people.fay, "align the saw")).toEqual([]);
    await click(people.ada, "align the saw", "Approve");
    const [anew, ...more] = cards(people.fay, "align the saw");
    expect(more).toEqual([]);
    expect(anew?.id).not.toBe(fays.id);
    expect(product.platform.forgive()).toEqual(["ActivityNotFoundInConversation"]);
    expect(saidBy(anew)).toContain("1 of 2 agreed: Ada Admin");
    const seen = await people.fay.look(anew!);
    expect(seen.buttons).toContain("Approve");
    expect((await people.ada.look(card(people.ada, "align the saw"))).buttons).not.toContain("Approve");
    await click(people.fay, "align the saw", "Approve");
    expect(cards(people.fay, "align the saw")).toHaveLength(1);
  });

  it("are asked and approved in Thai", async () => {
    const { people, policy, own, ask, card, click } = bench;
    await policy();
    const id = await ask("หม้อไอน้ำใหม่ต้องตรวจทุกกี่เดือน");
    expect(own(id)[0]).toContain("คำตอบจะส่งมาที่นี่");
    const adas = card(people.ada, "ต้องตรวจทุกกี่เดือน");
    expect(saidBy(adas)).toContain("มีคำตอบรอการตัดสินใจของคุณ");
    expect(adas.buttons[0]).toBe("อนุมัติ");
    await click(people.ada, "ต้องตรวจทุกกี่เดือน", "อนุมัติ");
    expect(own(id).at(-1)).toContain("ตรวจสอบโดย Ada Admin");
    expect(saidBy(card(people.fay, "ต้องตรวจทุกกี่เดือน"))).toContain("Ada Admin อนุมัติคำตอบนี้");
  });

  it("show the draft meanwhile where the department wants that, as not checked", async () => {
    const { people, policy, own, ask, click } = bench;
    await policy({ show_draft: true });
    const id = await ask("How do I drain the furnace?");
    expect(own(id)[1]).toMatch(/^\*\*Draft, not checked by an expert yet\*\*\n\n.*lower hatch/);
    await click(people.ada, "drain the furnace", "Approve");
    expect(own(id).at(-1)).toContain("Verified by Ada Admin");
  });

  it("want a recent sign-in where the policy does, and say where", async () => {
    const { product, people, policy, own, ask, last, click } = bench;
    await policy({ sign_in_within: "1h" });
    const id = await ask("How do I sharpen the grinder?");
    await click(people.ada, "sharpen the grinder", "Approve");
    expect(last(people.ada)).toContain("signed in to the web console lately");
    expect(last(people.ada)).toContain(`(${product.url}/approvals/`);
    expect(own(id)).toHaveLength(1);
  });

  it("are reminded of once, by a short message", async () => {
    const { product, people, policy, ask, cards, settled } = bench;
    const at = product.parts().approvals.clock;
    await policy({ levels: [{ approvers: { role: "lead" }, remind_after: "1m", next_after: "8h" }] });
    await ask("How do I change the filter of the welder?");
    const [row] = await product.rows<{ id: string }>(
      "select a.id from approvals a join turns t on t.id = a.turn_id where t.question like '%welder%'",
    );
    Object.assign(product.parts().approvals, {
      clock: { now: () => new Date(at.now().getTime() + 120_000) },
    });
    await product
      .parts()
      .queue.enqueue(
        "approval",
        { tenantId: product.company.tenantId, approvalId: row!.id },
        { key: "test" },
      );
    await until("Ada is reminded", async () => cards(people.ada, "welder").length >= 2);
    await settled();
    Object.assign(product.parts().approvals, { clock: at });
    const [shown, reminder, ...more] = cards(people.ada, "welder");
    expect(more).toEqual([]);
    expect(shown?.buttons).toContain("Approve");
    expect(reminder?.text).toContain("This still waits for your decision:");
    expect(reminder?.attachments).toEqual([]);
  });
});
