import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { type ApprovalBench, approvalBench, directThread } from "../../tests/support/approval-bench.ts";
import { personOf } from "../../tests/support/sample-work.ts";
import type { ApprovalPolicyText } from "./policy.ts";
import { presentNote } from "./present-approval.ts";

const bothDecide: ApprovalPolicyText = {
  required_for: "all",
  levels: [{ approvers: { people: ["ada@small.example", "sam@small.example"] }, required: 2 }],
};

const confidential = {
  sensitivity: "confidential",
  text: "To start the pump at night, turn the red key and open the outlet valve.",
} as const;
const atNight = "How do I start the pump at night with the red key?";

async function leaves({ database, company }: ApprovalBench, name: "sam"): Promise<void> {
  const { members } = database.tables(company.tenantId);
  const id = personOf(company, name);
  const member = members.get(id);
  if (!member) throw new Error(`there is no ${name}`);
  members.set(id, { ...member, departments: new Map() });
  // People are kept for a millisecond.
  await setTimeout(5);
}

describe("questions that are decided together", () => {
  it("do not hold one of somebody who decides on the first", async () => {
    const bench = await approvalBench(bothDecide);
    const first = await bench.asked({ userId: personOf(bench.company, "vic") });
    const own = await bench.asked({
      question: "How can I start the pump?",
      userId: personOf(bench.company, "sam"),
    });
    expect(own.sameAs).toBeNull();
    await bench.decide(first.id, "sam", { kind: "approve" });
    await bench.decide(first.id, "ada", { kind: "approve" });
    expect((await bench.find(first.id)).state).toBe("approved");
    expect((await bench.find(own.id)).state).toBe("pending");
  });

  it("do not hold one of somebody whom a later level asks", async () => {
    const bench = await approvalBench({
      required_for: "all",
      levels: [{ approvers: { role: "lead" } }, { approvers: { people: ["sam@small.example"] } }],
    });
    await bench.asked({ userId: personOf(bench.company, "vic") });
    const question = "How can I start the pump?";
    expect((await bench.asked({ question, userId: personOf(bench.company, "sam") })).sameAs).toBeNull();
  });

  it("are not decided by somebody who asked one of them and decides since", async () => {
    const bench = await approvalBench({ required_for: "all" });
    const first = await bench.asked({ userId: personOf(bench.company, "vic") });
    const own = await bench.asked({
      question: "How can I start the pump?",
      userId: personOf(bench.company, "sam"),
    });
    expect(own.sameAs).toBe(first.id);
    await bench.database.withTenant(bench.company.tenantId, ({ approvals }) =>
      approvals.setAway(
        personOf(bench.company, "ada"),
        { until: new Date(Date.now() + 3_600_000), delegate: personOf(bench.company, "sam") },
        [],
      ),
    );
    await expect(bench.decide(first.id, "sam", { kind: "approve" })).rejects.toMatchObject({
      facts: { reason: "approval_own_question" },
    });
    const card = {
      kind: "approval_card",
      approvalId: first.id,
      viewer: personOf(bench.company, "sam"),
    } as const;
    expect(await presentNote(bench.ports)(bench.company.tenantId, card)).toMatchObject({
      view: { actions: [] },
    });
  });
});

describe("whoever may no longer read an answer", () => {
  it("sees nothing of it on the card that they have, and is not reminded", async () => {
    const bench = await approvalBench(bothDecide);
    await bench.seen("ada", "sam");
    const { id } = await bench.asked({ userId: personOf(bench.company, "vic") });
    const row = bench.database.tables(bench.company.tenantId).approvals.get(id);
    if (!row) throw new Error("there is no approval");
    row.label = "confidential";
    const card = { kind: "approval_card", approvalId: id, viewer: personOf(bench.company, "sam") } as const;
    const present = presentNote(bench.ports);
    expect(await present(bench.company.tenantId, card)).toMatchObject({
      view: { answer: { citations: [{}] } },
    });
    await leaves(bench, "sam");
    expect(await present(bench.company.tenantId, card)).toMatchObject({
      view: { answer: null, actions: [] },
    });
    expect(await present(bench.company.tenantId, { ...card, reminder: true })).toBeNull();
  });

  it("gets none where they asked", async () => {
    const bench = await approvalBench();
    await bench.addPassage(confidential);
    const approval = await bench.asked({ question: atNight });
    expect(approval.label).toBe("confidential");
    await leaves(bench, "sam");
    await bench.decide(approval.id, "ada", { kind: "approve" });
    expect(bench.notes(approval.threadKey)).toEqual([{ kind: "approval_rejected", by: null, reason: null }]);
    expect(bench.row(approval.turnId).reply?.text).not.toContain("red key");
  });
});

describe("a reminder", () => {
  it("leaves out whoever has agreed already", async () => {
    const bench = await approvalBench(bothDecide);
    await bench.seen("ada", "sam");
    const { id } = await bench.asked({ userId: personOf(bench.company, "vic") });
    await bench.decide(id, "sam", { kind: "approve" });
    const remind = async (name: "ada" | "sam") =>
      await presentNote(bench.ports)(bench.company.tenantId, {
        kind: "approval_card",
        approvalId: id,
        viewer: personOf(bench.company, name),
        reminder: true,
      });
    expect(await remind("sam")).toBeNull();
    expect(await remind("ada")).toMatchObject({ reminder: true });
    expect(bench.notes(directThread("sam"))).not.toHaveLength(0);
  });
});
