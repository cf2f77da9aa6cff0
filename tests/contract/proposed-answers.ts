import { beforeAll, describe, expect, it } from "@jest/globals";
import type { ProposedAnswer } from "../../core/approvals/approval.ts";
import { type ApprovalId, newId, type TurnId, type UserId } from "../../core/ids.ts";
import { personOf, sampleApproval, sampleEnd, sampleQuestion } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";
import { told, waitingAnswers } from "./waiting-answers.ts";

const words = (text: string): ProposedAnswer => ({ text, citations: [], answeredBy: "human" });

/** How an answer that was written elsewhere comes before the approvers. */
export function proposedAnswersContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`proposed answers: ${name}`, () => {
    let tenant: TenantUnderTest;
    let ada: UserId;
    let fay: UserId;
    const { approvals, asked, now, vote, eventsOf } = waitingAnswers(open, () => tenant);
    const propose = (id: ApprovalId, text = "Restart it.") =>
      approvals((store) => store.propose(id, words(text), told("approval.proposed")));
    beforeAll(async () => {
      tenant = await open().tenant();
      ada = personOf(tenant.company, "ada");
      fay = personOf(tenant.company, "fay");
    });

    it("opens one for a question that had none, once", async () => {
      const question = sampleQuestion(tenant.company);
      await open().inbox.receive(question);
      await tenant.stores(async ({ turns }) => {
        await turns.take(question.id, 10_000);
        await turns.end(question.id, sampleEnd(question.id));
      });
      const begun = () => sampleApproval(tenant.company, { why: "resolved", answer: words("Restart it.") });
      const outcomes = await Promise.all(
        Array.from({ length: 5 }, () => {
          const approval = begun();
          return approvals((store) => store.openFor(question.id, approval, told("approval.requested")));
        }),
      );
      expect(outcomes.filter(({ fresh }) => fresh)).toHaveLength(1);
      expect(new Set(outcomes.map(({ id }) => id)).size).toBe(1);
      const approval = await now(outcomes[0]?.id ?? newId<ApprovalId>());
      expect(approval).toMatchObject({
        turnId: question.id,
        reviewOf: null,
        why: "resolved",
        answer: words("Restart it."),
        state: "pending",
        askedBy: question.userId,
        revision: 1,
        due: { step: "offer" },
      });
      expect(await approvals((store) => store.ofTurn(question.id))).toEqual(approval);
      expect(await eventsOf(approval.id)).toEqual(["approval.requested"]);
      expect(await approvals((store) => store.takeDue(approval.id, new Date(), 1_000))).toMatchObject({
        step: "offer",
      });
    });

    it("gives the one that a question has, and none for a question that does not exist", async () => {
      const { id, turnId } = await asked();
      const open_ = (turn: TurnId) =>
        approvals((store) => store.openFor(turn, sampleApproval(tenant.company), told("approval.requested")));
      expect(await open_(turnId)).toEqual({ id, fresh: false });
      expect(await eventsOf(id)).toEqual([]);
      await expect(open_(newId<TurnId>())).rejects.toMatchObject({ code: "not_found" });
    });

    it("puts other words before the first level's approvers, without the votes of the words before", async () => {
      const approval = await asked();
      const held = await approvals((store) => store.takeDue(approval.id, new Date(), 10_000));
      if (!held) throw new Error("nothing is due");
      await approvals((store) =>
        store.settleStep(held, { due: { step: "remind", at: new Date(Date.now() + 60_000) }, level: 1 }),
      );
      await vote(approval, ada, { required: 2 });
      const before = await now(approval.id);
      const proposed = await propose(approval.id);
      expect(proposed).toMatchObject({
        state: "pending",
        why: "resolved",
        answer: words("Restart it."),
        revision: before.revision + 1,
        votes: [],
        level: 0,
        due: { step: "offer" },
        decision: null,
      });
      expect(proposed?.version).toBeGreaterThan(before.version);
      expect(await now(approval.id)).toEqual(proposed);
      expect(await approvals((store) => store.draft(approval.id))).toEqual(approval.answer);
      expect(await eventsOf(approval.id)).toContain("approval.proposed");
      expect((await vote(approval, ada)).outcome).toBe("late");
    });

    it("does so again after it was escalated, rejected, taken over or taken back", async () => {
      const ends: readonly ((id: ApprovalId) => Promise<unknown>)[] = [
        (id) => approvals((store) => store.escalate(id, null, [])),
        (id) => vote({ id, revision: 1 }, ada, { kind: "rejected", reason: "No." }),
        (id) => vote({ id, revision: 1 }, ada, { kind: "taken_over" }),
        async (id) => {
          await vote({ id, revision: 1 }, ada);
          await approvals((store) => store.withdraw(id, ada, []));
        },
      ];
      for (const end of ends) {
        const { id } = await asked();
        const before = await approvals((store) => store.takeDue(id, new Date(), 10_000));
        await end(id);
        expect(await propose(id)).toMatchObject({
          state: "pending",
          decision: null,
          withdrawn: null,
          due: { step: "offer" },
        });
        // Whoever held what was due before holds nothing any more.
        if (before)
          expect(await approvals((store) => store.settleStep(before, { due: null, level: 0 }))).toBe(false);
        const current = await now(id);
        expect(await vote(current, fay)).toMatchObject({
          outcome: "decided",
          approval: { state: "approved", answer: words("Restart it."), decision: { by: fay } },
        });
      }
    });

    it("proposes nothing where an answer was sent, or where these words stand already", async () => {
      const sent = await asked();
      await vote(sent, ada);
      expect(await propose(sent.id)).toBeNull();
      const corrected = await asked();
      await vote(corrected, ada, { kind: "corrected", answer: words("Turn it off.") });
      expect(await propose(corrected.id)).toBeNull();
      const rejected = await asked();
      await propose(rejected.id);
      const before = await now(rejected.id);
      expect(await propose(rejected.id)).toBeNull();
      await vote(before, ada, { kind: "rejected", reason: "No." });
      // Told twice by the vendor, it is not asked twice.
      expect(await propose(rejected.id)).toBeNull();
      expect((await now(rejected.id)).state).toBe("rejected");
      expect((await eventsOf(rejected.id)).filter((event) => event === "approval.proposed")).toHaveLength(1);
      expect(await propose(newId<ApprovalId>())).toBeNull();
    });

    it("asks once, though the same words come several times at once", async () => {
      const { id } = await asked();
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => propose(id)));
      expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
    });

    it("lets a question stand for itself that was to be decided with another", async () => {
      const leading = await asked();
      const following = await asked({ sameAs: leading.id });
      expect(following.sameAs).toBe(leading.id);
      expect((await propose(following.id))?.sameAs).toBeNull();
      await vote(leading, ada, { kind: "rejected", reason: "No." });
      await approvals((store) => store.decideFollowing(leading.id));
      expect((await now(following.id)).state).toBe("pending");
    });
  });
}
