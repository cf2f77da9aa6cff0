import { describe, expect, it } from "@jest/globals";
import { approvalBench, directThread } from "../../tests/support/approval-bench.ts";
import { escalateApproval } from "./act.ts";
import type { ApprovalPolicyText } from "./policy.ts";
import { personOf } from "../../tests/support/sample-work.ts";

const minuteMs = 60_000;
const twoLevels: ApprovalPolicyText = {
  required_for: "all",
  levels: [
    { approvers: { people: ["ada@small.example"] }, remind_after: "10m", next_after: "30m" },
    { approvers: { people: ["sam@small.example"] }, remind_after: "10m", next_after: "30m" },
  ],
};

describe("an approval that nobody decides", () => {
  it("is offered, reminded of, offered to the next level, and escalated, each once", async () => {
    const bench = await approvalBench(twoLevels);
    await bench.seen("ada", "sam");
    const { id, threadKey } = await bench.asked({ userId: personOf(bench.company, "vic") });
    expect(bench.notes(directThread("ada"))).toHaveLength(1);
    expect((await bench.find(id)).due?.step).toBe("remind");
    await bench.step(id);
    expect(bench.notes(directThread("ada"))).toHaveLength(1);

    bench.pass(10 * minuteMs);
    await bench.step(id);
    expect(bench.notes(directThread("ada"))).toMatchObject([{}, { reminder: true }]);
    expect((await bench.find(id)).due?.step).toBe("next_level");

    bench.pass(20 * minuteMs);
    await bench.step(id);
    expect(bench.notes(directThread("sam"))).toHaveLength(1);
    expect(bench.notes(threadKey)).toMatchObject([
      { kind: "approval_progress", step: "asked_others", names: ["Sam Staff"] },
    ]);

    bench.pass(10 * minuteMs);
    await bench.step(id);
    bench.pass(20 * minuteMs);
    await bench.step(id);
    expect(await bench.find(id)).toMatchObject({ state: "escalated", due: null });
    expect(bench.notes(threadKey)).toMatchObject([{}, { step: "escalated" }]);

    await bench.decide(id, "ada", { kind: "approve" });
    expect((await bench.find(id)).state).toBe("approved");
    expect(bench.notes(threadKey)).toMatchObject([{}, {}, { kind: "answer_verified" }]);
  });

  it("shows other words on the cards that stand, tells once that they wait, and begins at the first level", async () => {
    const bench = await approvalBench(twoLevels);
    await bench.seen("ada", "sam");
    const { id } = await bench.asked({ userId: personOf(bench.company, "vic") });
    bench.pass(10 * minuteMs);
    await bench.step(id);
    bench.pass(20 * minuteMs);
    await bench.step(id);
    const before = { ada: bench.notes(directThread("ada")), sam: bench.notes(directThread("sam")) };
    const answer = { text: "Pull the plug.", citations: [], answeredBy: "human" };
    await bench.database.withTenant(bench.company.tenantId, ({ approvals }) =>
      approvals.propose(id, answer, []),
    );
    for (let again = 0; again < 2; again += 1) await bench.step(id);
    for (const name of ["ada", "sam"] as const) {
      const fresh = bench.notes(directThread(name)).slice(before[name].length);
      expect(fresh).toMatchObject([{ kind: "approval_card" }, { kind: "approval_card", reminder: true }]);
    }
    expect(await bench.find(id)).toMatchObject({ state: "pending", level: 0, due: { step: "remind" } });
  });

  it("gives a card with the reminder to whoever decides by now, and reminds nobody of a card that is new", async () => {
    const bench = await approvalBench(twoLevels);
    const { id } = await bench.asked({ userId: personOf(bench.company, "vic") });
    await bench.seen("ada");
    bench.pass(10 * minuteMs);
    await bench.step(id);
    expect(bench.notes(directThread("ada"))).toEqual([
      { kind: "approval_card", approvalId: id, viewer: personOf(bench.company, "ada") },
    ]);
  });

  it("is offered to every level that decides once it is escalated by hand", async () => {
    const bench = await approvalBench(twoLevels);
    await bench.seen("ada", "sam");
    const { id } = await bench.asked({ userId: personOf(bench.company, "vic") });
    await escalateApproval(bench.ports, { identity: await bench.identity("ada"), approvalId: id });
    expect(bench.notes(directThread("sam"))).toHaveLength(1);
    await bench.decide(id, "sam", { kind: "approve" });
    expect((await bench.find(id)).state).toBe("approved");
  });

  it("is told of in every thread that waits for the same answer", async () => {
    const bench = await approvalBench(twoLevels);
    const { id } = await bench.asked({ userId: personOf(bench.company, "vic") });
    const other = await bench.asked({
      question: "How can I start the pump?",
      userId: personOf(bench.company, "fay"),
    });
    expect(other.sameAs).toBe(id);
    for (const minutes of [10, 20, 10, 20]) {
      bench.pass(minutes * minuteMs);
      await bench.step(id);
    }
    expect(bench.notes(other.threadKey)).toMatchObject([{ step: "asked_others" }, { step: "escalated" }]);
    await bench.decide(id, "ada", { kind: "approve" });
    expect(bench.notes(other.threadKey).at(-1)).toMatchObject({ kind: "answer_verified" });
  });

  it("asks the next level at once where a level has nobody", async () => {
    const bench = await approvalBench({
      required_for: "all",
      levels: [{ approvers: { people: ["nobody@small.example"] } }, { approvers: { role: "lead" } }],
    });
    await bench.seen("ada");
    const { level } = await bench.asked();
    expect(level).toBe(1);
    expect(bench.notes(directThread("ada"))).toHaveLength(1);
  });

  it("goes to the delegate of whoever is away", async () => {
    const bench = await approvalBench();
    await bench.seen("ada", "vic");
    await bench.database.withTenant(bench.company.tenantId, ({ approvals }) =>
      approvals.setAway(
        personOf(bench.company, "ada"),
        { until: new Date(Date.now() + 60 * minuteMs), delegate: personOf(bench.company, "vic") },
        [],
      ),
    );
    const { id } = await bench.asked();
    expect(bench.notes(directThread("ada"))).toHaveLength(0);
    expect(bench.notes(directThread("vic"))).toHaveLength(1);
    await bench.decide(id, "vic", { kind: "approve" });
    expect((await bench.find(id)).state).toBe("approved");
  });

  it("wakes itself when the next step is due", async () => {
    const bench = await approvalBench(twoLevels);
    const { id } = await bench.asked({ userId: personOf(bench.company, "vic") });
    expect(bench.woken.some((key) => key.startsWith(`approval-${id}-remind-`))).toBe(true);
  });
});
