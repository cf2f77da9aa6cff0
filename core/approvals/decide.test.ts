import { describe, expect, it } from "@jest/globals";
import { approvalBench, directThread } from "../../tests/support/approval-bench.ts";
import { personOf } from "../../tests/support/sample-work.ts";
import type { ApprovalPolicyText } from "./policy.ts";
import { withdrawAnswer } from "./act.ts";
import { presentNote, presentApproval } from "./present-approval.ts";

const twoApprovers: ApprovalPolicyText = {
  required_for: "all",
  levels: [{ approvers: { people: ["ada@small.example", "sam@small.example"] }, required: 2 }],
};

describe("deciding", () => {
  it("brings the answer to the thread, marked, updates the card, and learns", async () => {
    const bench = await approvalBench();
    await bench.seen("ada");
    const approval = await bench.asked();
    expect(bench.notes(directThread("ada"))).toMatchObject([
      { kind: "approval_card", approvalId: approval.id },
    ]);
    const decided = await bench.decide(approval.id, "ada", { kind: "approve" });
    expect(decided).toMatchObject({ state: "approved", decision: { kind: "approved", byName: "Ada Admin" } });
    expect(bench.notes(approval.threadKey)).toMatchObject([
      { kind: "answer_verified", reply: { verified: { by: "Ada Admin" } } },
    ]);
    expect(bench.row(approval.turnId)).toMatchObject({ state: "answered", reply: { kind: "answer" } });
    expect(bench.notes(directThread("ada"))).toHaveLength(2);
    expect(bench.learned).toEqual([`learn ${approval.id}`]);
    expect((await bench.find(approval.id)).due).toBeNull();
  });

  it("counts as an edit what was changed, with the sources that are still named", async () => {
    const bench = await approvalBench();
    const approval = await bench.asked();
    await bench.decide(approval.id, "ada", { kind: "edit", text: "Turn the green key. [1]" });
    expect(await bench.find(approval.id)).toMatchObject({
      state: "approved",
      decision: { kind: "edited" },
      answer: { text: "Turn the green key. [1]", citations: [{ number: 1 }] },
    });
  });

  it("refuses a source that the draft does not have", async () => {
    const bench = await approvalBench();
    const approval = await bench.asked();
    await expect(
      bench.decide(approval.id, "ada", { kind: "edit", text: "Turn the key. [7]" }),
    ).rejects.toMatchObject({ code: "invalid_input", facts: { source: 7 } });
  });

  it("tells the asker the reason of a rejection, and learns nothing", async () => {
    const bench = await approvalBench();
    const approval = await bench.asked();
    await bench.decide(approval.id, "ada", { kind: "reject", reason: "Call the shift lead." });
    expect(bench.notes(approval.threadKey)).toMatchObject([
      { kind: "approval_rejected", by: "Ada Admin", reason: "Call the shift lead." },
    ]);
    expect(bench.row(approval.turnId).state).toBe("not_found");
    expect(bench.learned).toEqual([]);
  });

  it("gives the thread to whoever takes it over", async () => {
    const bench = await approvalBench();
    const approval = await bench.asked({ channel: "slack", shared: true });
    await bench.decide(approval.id, "ada", { kind: "take_over" });
    expect(bench.notes(approval.threadKey)).toMatchObject([{ kind: "taken_over", by: "Ada Admin" }]);
  });

  it("refuses the asker, and whoever the policy does not name", async () => {
    const bench = await approvalBench();
    const own = await bench.asked({ userId: personOf(bench.company, "ada") });
    await expect(bench.decide(own.id, "ada", { kind: "approve" })).rejects.toMatchObject({
      code: "forbidden",
      facts: { reason: "approval_own_question" },
    });
    const approval = await bench.asked();
    for (const name of ["vic", "fay"] as const) {
      await expect(bench.decide(approval.id, name, { kind: "approve" })).rejects.toMatchObject({
        code: "forbidden",
        facts: { reason: "approval_not_approver" },
      });
    }
    expect((await bench.find(approval.id)).state).toBe("pending");
  });

  it("tells whoever is late who decided, and forgives the same again", async () => {
    const bench = await approvalBench({
      required_for: "all",
      levels: [{ approvers: { people: ["ada@small.example", "sam@small.example"] } }],
    });
    const approval = await bench.asked({ userId: personOf(bench.company, "vic") });
    await bench.decide(approval.id, "ada", { kind: "approve" });
    await expect(bench.decide(approval.id, "sam", { kind: "approve" })).rejects.toMatchObject({
      code: "conflict",
      facts: { reason: "approval_late", name: "Ada Admin" },
    });
    await expect(bench.decide(approval.id, "ada", { kind: "approve" })).resolves.toMatchObject({
      state: "approved",
    });
    expect(bench.notes(approval.threadKey)).toHaveLength(1);
  });

  it("wants as many as the policy says, for the same words", async () => {
    const bench = await approvalBench(twoApprovers);
    const approval = await bench.asked({ userId: personOf(bench.company, "vic") });
    await bench.decide(approval.id, "ada", { kind: "approve" });
    expect((await bench.find(approval.id)).state).toBe("pending");
    await bench.decide(approval.id, "sam", { kind: "edit", text: "Turn it. [1]" });
    const edited = await bench.find(approval.id);
    expect(edited).toMatchObject({ state: "pending", revision: 2, votes: [{ name: "Sam Staff" }] });
    await expect(bench.decide(approval.id, "ada", { kind: "approve" }, 1)).rejects.toMatchObject({
      facts: { reason: "approval_changed" },
    });
    await bench.decide(approval.id, "ada", { kind: "approve" }, 2);
    expect(await bench.find(approval.id)).toMatchObject({
      state: "approved",
      answer: { text: "Turn it. [1]" },
    });
    const said = "approval.voted success";
    expect(bench.auditedAbout(approval)).toEqual([
      "approval.requested success",
      said,
      said,
      said,
      "approval.decided success",
    ]);
  });

  it("wants a recent sign-in where the policy does", async () => {
    const bench = await approvalBench({ required_for: "all", sign_in_within: "15m" });
    const approval = await bench.asked();
    await expect(bench.decide(approval.id, "ada", { kind: "approve" })).rejects.toMatchObject({
      facts: { reason: "approval_sign_in" },
    });
    await bench.database.withTenant(bench.company.tenantId, ({ members }) =>
      members.signedIn(personOf(bench.company, "ada"), new Date()),
    );
    await bench.decide(approval.id, "ada", { kind: "approve" });
    expect((await bench.find(approval.id)).state).toBe("approved");
  });

  it("answers everyone who waited for the same, and takes all back with one undo", async () => {
    const bench = await approvalBench();
    const first = await bench.asked();
    const second = await bench.asked({
      question: "How can I start the pump?",
      userId: personOf(bench.company, "vic"),
    });
    await bench.decide(first.id, "ada", { kind: "approve" });
    expect(bench.notes(second.threadKey)).toMatchObject([{ kind: "answer_verified" }]);
    expect((await bench.find(second.id)).state).toBe("approved");
    await withdrawAnswer(bench.ports, { identity: await bench.identity("ada"), approvalId: first.id });
    for (const { threadKey, turnId } of [first, second]) {
      expect(bench.notes(threadKey)).toMatchObject([
        { kind: "answer_verified" },
        { kind: "answer_withdrawn", by: "Ada Admin" },
      ]);
      expect(bench.row(turnId).state).toBe("not_found");
    }
    expect(bench.learned).toEqual([`learn ${first.id}`, `forget ${first.id}`]);
  });

  it("shows each viewer what they may do now", async () => {
    const bench = await approvalBench();
    await bench.seen("ada");
    const { id } = await bench.asked();
    const seenBy = async (name: "ada" | "sam") =>
      await presentApproval(bench.ports, bench.company.tenantId, id, personOf(bench.company, name));
    expect((await seenBy("ada"))?.actions).toEqual([
      "approve",
      "edit",
      "correct",
      "reject",
      "take_over",
      "escalate",
    ]);
    expect((await seenBy("sam"))?.actions).toEqual([]);
    const card = { kind: "approval_card", approvalId: id, viewer: personOf(bench.company, "ada") } as const;
    const present = presentNote(bench.ports);
    expect(await present(bench.company.tenantId, { ...card, reminder: true })).toMatchObject({
      reminder: true,
    });
    await bench.decide(id, "ada", { kind: "approve" });
    expect((await seenBy("ada"))?.actions).toEqual(["undo"]);
    expect(await present(bench.company.tenantId, { ...card, reminder: true })).toBeNull();
  });
});
