import { describe, expect, it } from "@jest/globals";
import { approvalBench } from "../../tests/support/approval-bench.ts";
import type { ApprovalPolicyText } from "./policy.ts";
import { answerText } from "../../tests/support/turn-bench.ts";

describe("a turn whose department wants approval", () => {
  it("waits for an expert, says who was asked, and shows nothing of the draft", async () => {
    const bench = await approvalBench();
    const { id } = await bench.receive();
    await bench.run(id);
    const { reply, state } = bench.row(id);
    expect(state).toBe("waiting");
    expect(reply).toMatchObject({ kind: "pending" });
    expect(reply?.text).toContain("Ada Admin");
    expect(JSON.stringify([reply, bench.events])).not.toContain("green key");
    const approval = await bench.ofTurn(id);
    expect(approval).toMatchObject({ state: "pending", why: "policy_all", label: "public", level: 0 });
    expect(approval?.answer?.text).toContain(answerText);
    expect(approval?.due?.step).toBe("offer");
    expect(bench.auditedAbout(approval)).toEqual(["approval.requested success"]);
  });

  it("shows the draft, marked, where the department wants that", async () => {
    const bench = await approvalBench({ required_for: "all", show_draft: true });
    const { id } = await bench.receive();
    await bench.run(id);
    expect(bench.row(id).reply).toMatchObject({
      kind: "pending",
      draft: { text: expect.stringContaining(answerText) },
    });
  });

  it("is answered at once where it is sure enough", async () => {
    const bench = await approvalBench({ required_for: "new_answers", auto_approve_confidence: 0 });
    const { id } = await bench.receive();
    await bench.run(id);
    expect(bench.row(id).state).toBe("answered");
  });

  it.each<[ApprovalPolicyText, string]>([
    [{ sensitive_labels: ["confidential"] }, "sensitive"],
    [{ required_for: "new_answers", auto_approve_confidence: 1 }, "low_confidence"],
  ])("says why: %j", async (policy, why) => {
    const bench = await approvalBench(policy);
    await bench.addPassage({
      sensitivity: "confidential",
      text: "To start the pump at night, turn the red key and open the outlet valve.",
    });
    const { id } = await bench.receive({ question: "How do I start the pump at night with the red key?" });
    await bench.run(id);
    expect(await bench.ofTurn(id)).toMatchObject({ why, label: "confidential" });
  });

  it("asks a human at once where nothing was found and the department wants that", async () => {
    const bench = await approvalBench({ ask_when_nothing_found: true });
    const { id } = await bench.receive({ question: "What is the moon made of, and who has eaten it?" });
    await bench.run(id);
    const approval = await bench.ofTurn(id);
    if (approval) expect(approval.why).toBe("nothing_found");
    // The router may find no department for it: then nobody is asked.
    expect(bench.row(id).state).toBe(approval ? "waiting" : "not_found");
  });

  it("goes together with an earlier question of the same meaning, for readers who may read its answer", async () => {
    const bench = await approvalBench();
    await bench.seen("ada");
    const first = await bench.asked();
    const second = await bench.asked({
      question: "How can I start the pump?",
      userId: (await bench.identity("vic")).member.id,
    });
    expect(second.sameAs).toBe(first.id);
    expect(bench.notes("slack:T1:@ADA")).toHaveLength(2);
  });
});
