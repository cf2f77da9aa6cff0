import { beforeAll, describe, expect, it } from "@jest/globals";
import type { ProposedAnswer } from "../../core/approvals/approval.ts";
import { type ApprovalId, newId, type UserId, type TurnId, type VerifiedAnswerId } from "../../core/ids.ts";
import { departmentOf, personOf, sampleApproval, sampleReply } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";
import { told, waitingAnswers } from "./waiting-answers.ts";

const better: ProposedAnswer = { text: "Turn the key.", citations: [], answeredBy: "human" };

/** How approvals begin and are decided. */
export function approvalStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`approvals: ${name}`, () => {
    let tenant: TenantUnderTest;
    let other: TenantUnderTest;
    let ada: UserId;
    let fay: UserId;
    let vic: UserId;
    const { approvals, asked, now, vote, eventsOf } = waitingAnswers(open, () => tenant);
    beforeAll(async () => {
      tenant = await open().tenant();
      other = await open().tenant();
      ada = personOf(tenant.company, "ada");
      fay = personOf(tenant.company, "fay");
      vic = personOf(tenant.company, "vic");
    });

    it("begins with the end of its turn, due to be offered, and keeps the policy that it began with", async () => {
      const policy = { ...sampleApproval(tenant.company).policy, show_draft: true };
      const address = { user: "U1", responseUrl: "https://slack.example/for-a-while" };
      const about = { channel: "slack", shared: true, address } as const;
      const begun = sampleApproval(tenant.company, { policy, readers: ["user:one"], label: "confidential" });
      const approval = await asked(begun, about);
      expect(approval).toMatchObject({
        ...begun,
        reviewOf: null,
        channel: "slack",
        threadKey: `slack:${approval.conversationId}`,
        address: { user: "U1" },
        shared: true,
        askedBy: personOf(tenant.company, "sam"),
        askedByName: "Sam Staff",
        language: "en",
        revision: 1,
        level: 0,
        state: "pending",
        version: 1,
        votes: [],
        decision: null,
        withdrawn: null,
        due: { step: "offer" },
      });
      expect(approval.address).toEqual({ user: "U1" });
      expect(await approvals((store) => store.ofTurn(approval.turnId))).toEqual(approval);
      expect(await approvals((store) => store.draft(approval.id))).toEqual(approval.answer);
      expect(await approvals((store) => store.draft(newId<ApprovalId>()))).toBeNull();
      expect(await approvals((store) => store.find(newId<ApprovalId>()))).toBeNull();
      expect(await approvals((store) => store.ofTurn(newId<TurnId>()))).toBeNull();
      expect(await other.stores((stores) => stores.approvals.find(approval.id))).toBeNull();
    });

    it("is decided by the first who agrees, and tells whoever comes later who that was", async () => {
      const approval = await asked();
      const { outcome, approval: decided } = await vote(approval, ada);
      expect(outcome).toBe("decided");
      expect(decided).toMatchObject({
        state: "approved",
        version: 2,
        revision: 1,
        answer: approval.answer,
        votes: [{ userId: ada, name: "Ada Admin" }],
        decision: { kind: "approved", by: ada, byName: "Ada Admin", reason: null },
        due: { step: "carry_out" },
      });
      expect(await vote(approval, fay)).toEqual({ outcome: "late", approval: decided });
      expect(await vote(approval, ada)).toEqual({ outcome: "late", approval: decided });
      expect(await now(approval.id)).toEqual(decided);
      expect(await eventsOf(approval.id)).toEqual(["approval.voted", "approval.decided"]);
      const unknown = {
        by: ada,
        kind: "approved",
        revision: 1,
        answer: null,
        reason: null,
        required: 1,
      } as const;
      expect(await approvals((store) => store.vote(newId<ApprovalId>(), unknown, []))).toBeNull();
    });

    it("waits for as many as are needed, and counts nobody twice", async () => {
      const approval = await asked();
      const first = await vote(approval, ada, { required: 3 });
      expect(first).toMatchObject({
        outcome: "counted",
        approval: { state: "pending", version: 2, decision: null },
      });
      expect(await vote(approval, ada, { required: 3 })).toEqual(first);
      const second = await vote(approval, fay, { required: 3 });
      expect(second.approval.votes.map((each) => each.name)).toEqual(["Ada Admin", "Fay Finance"]);
      expect(second).toMatchObject({ outcome: "counted", approval: { due: approval.due } });
      expect(await eventsOf(approval.id)).toEqual(["approval.voted", "approval.voted"]);
      expect(await vote(approval, vic, { required: 3 })).toMatchObject({
        outcome: "decided",
        approval: { decision: { by: vic }, votes: [{ userId: ada }, { userId: fay }, { userId: vic }] },
      });
    });

    it("takes an edit for the wording that stands, and asks the others for that one", async () => {
      const approval = await asked();
      await vote(approval, ada, { required: 2 });
      const edited = await vote(approval, fay, { kind: "edited", answer: better, required: 2 });
      expect(edited).toMatchObject({
        outcome: "counted",
        approval: { state: "pending", revision: 2, answer: better, votes: [{ userId: fay }], decision: null },
      });
      expect(await vote(approval, ada, { required: 2 })).toEqual({
        outcome: "late",
        approval: edited.approval,
      });
      expect(await vote(edited.approval, ada, { required: 2 })).toMatchObject({
        outcome: "decided",
        approval: { state: "approved", revision: 2, answer: better, decision: { kind: "approved", by: ada } },
      });
      const alone = await asked();
      expect(await vote(alone, ada, { kind: "edited", answer: better })).toMatchObject({
        outcome: "decided",
        approval: { state: "approved", revision: 2, decision: { kind: "edited", by: ada } },
      });
    });

    it("wants as many for a correction, which is sent as well", async () => {
      const corrected = await asked();
      expect(await vote(corrected, ada, { kind: "corrected", answer: better, required: 2 })).toMatchObject({
        outcome: "counted",
        approval: { state: "pending", answer: better, revision: 2, votes: [{ userId: ada }] },
      });
      expect(await vote(corrected, fay, { revision: 2, required: 2 })).toMatchObject({
        outcome: "decided",
        approval: { state: "approved", answer: better, revision: 2 },
      });
      const alone = await asked();
      expect(await vote(alone, ada, { kind: "corrected", answer: better })).toMatchObject({
        outcome: "decided",
        approval: { state: "corrected", answer: better, revision: 2 },
      });
    });

    it("needs nobody else to reject or to take over", async () => {
      const rejected = await asked();
      await vote(rejected, fay, { required: 3 });
      expect(
        await vote(rejected, ada, { kind: "rejected", reason: "Ask the plant.", required: 3 }),
      ).toMatchObject({
        outcome: "decided",
        approval: {
          state: "rejected",
          revision: 1,
          decision: { kind: "rejected", reason: "Ask the plant." },
        },
      });
      const taken = await asked({ answer: null });
      expect(await vote(taken, ada, { kind: "taken_over", required: 3 })).toMatchObject({
        outcome: "decided",
        approval: { state: "taken_over", answer: null, decision: { kind: "taken_over", by: ada } },
      });
    });

    it("decides once, whoever says what at the same time", async () => {
      for (const required of [1, 2]) {
        const approval = await asked();
        const outcomes = await Promise.all([
          vote(approval, ada, { required }),
          vote(approval, fay, { required }),
          vote(approval, vic, { required }),
        ]);
        const [first, ...more] = outcomes.filter(({ outcome }) => outcome === "decided");
        expect(more).toEqual([]);
        expect(outcomes.filter(({ outcome }) => outcome === "counted")).toHaveLength(required - 1);
        expect(first?.approval.votes).toHaveLength(required);
        expect(await now(approval.id)).toEqual(first?.approval);
      }
    });

    it("is escalated once while it is pending, and can be decided after", async () => {
      const approval = await asked();
      const escalate = () =>
        approvals((store) => store.escalate(approval.id, ada, told("approval.escalated")));
      const [first, ...more] = (await Promise.all([escalate(), escalate(), escalate()])).filter(Boolean);
      expect(more).toEqual([]);
      expect(first).toMatchObject({ state: "escalated", version: 2, due: { step: "carry_out" } });
      expect(await eventsOf(approval.id)).toEqual(["approval.escalated"]);
      expect(await vote(approval, ada)).toMatchObject({
        outcome: "decided",
        approval: { state: "approved" },
      });
      expect(await escalate()).toBeNull();
    });

    it("is taken back once, where something was sent", async () => {
      const approval = await asked();
      const withdraw = () =>
        approvals((store) => store.withdraw(approval.id, fay, told("approval.withdrawn")));
      expect(await withdraw()).toBeNull();
      await vote(approval, ada);
      const [first, ...more] = (await Promise.all([withdraw(), withdraw(), withdraw()])).filter(Boolean);
      expect(more).toEqual([]);
      expect(first).toMatchObject({
        state: "withdrawn",
        version: 3,
        decision: { kind: "approved", by: ada },
        withdrawn: { userId: fay, name: "Fay Finance" },
        due: { step: "carry_out" },
      });
      expect(await vote(approval, ada)).toMatchObject({ outcome: "late" });
      const rejected = await asked();
      await vote(rejected, ada, { kind: "rejected", reason: "No." });
      expect(await approvals((store) => store.withdraw(rejected.id, ada, []))).toBeNull();
      expect(await eventsOf(rejected.id)).toEqual(["approval.voted", "approval.decided"]);
    });

    it("decides together what means the same, and takes it back together", async () => {
      const leading = await asked();
      const followers = [await asked({ sameAs: leading.id }), await asked({ sameAs: leading.id })];
      const ids = followers.map(({ id }) => id);
      const following = () => approvals((store) => store.following(leading.id));
      const decideFollowing = () => approvals((store) => store.decideFollowing(leading.id));
      expect((await following()).map(({ id }) => id)).toEqual(ids);
      expect((await decideFollowing()).map(({ state }) => state)).toEqual(["pending", "pending"]);
      await vote(leading, ada, { kind: "edited", answer: better });
      const decided = await decideFollowing();
      expect(decided.map(({ id }) => id)).toEqual(ids);
      for (const each of decided) {
        expect(each).toMatchObject({
          state: "approved",
          answer: better,
          version: 2,
          sameAs: leading.id,
          decision: { kind: "edited", by: ada, byName: "Ada Admin" },
          due: null,
        });
      }
      expect(await decideFollowing()).toEqual(decided);
      expect(await following()).toEqual(decided);
      await approvals((store) => store.withdraw(leading.id, ada, []));
      for (const each of await decideFollowing())
        expect(each).toMatchObject({ state: "withdrawn", version: 3, withdrawn: { userId: ada } });
    });

    it("stands for itself where the one that it was to go with is decided already", async () => {
      const leading = await asked();
      await vote(leading, ada);
      expect(await asked({ sameAs: leading.id })).toMatchObject({ sameAs: null, state: "pending" });
    });

    it("opens one review of a verified answer at a time", async () => {
      const approval = await asked();
      await vote(approval, ada);
      const { id: _id, ...about } = sampleApproval(tenant.company, { why: "review" });
      const reviewOf = await verified(approval.id, approval.turnId);
      const review = (turnId = approval.turnId) =>
        approvals((store) =>
          store.openReview(
            { ...about, id: newId<ApprovalId>(), turnId, reviewOf },
            told("approval.requested"),
          ),
        );
      const opened = await Promise.all([review(), review(), review()]);
      const [first, ...more] = opened.filter(({ fresh }) => fresh);
      expect(more).toEqual([]);
      if (!first) throw new Error("none was opened");
      expect(new Set(opened.map(({ id }) => id))).toEqual(new Set([first.id]));
      expect(await now(first.id)).toMatchObject({
        turnId: approval.turnId,
        reviewOf,
        why: "review",
        state: "pending",
        due: { step: "offer" },
        askedByName: "Sam Staff",
      });
      expect(await eventsOf(first.id)).toEqual(["approval.requested"]);
      expect(await approvals((store) => store.ofTurn(approval.turnId))).toMatchObject({ id: approval.id });
      await vote(await now(first.id), ada);
      expect(await review()).toMatchObject({ fresh: true });
      await expect(review(newId<TurnId>())).rejects.toMatchObject({ code: "not_found" });
    });

    it("gives the turn what was decided, and leaves one alone that still runs", async () => {
      const { turnId } = await asked();
      const shown = async () =>
        await tenant.stores(({ conversations }) =>
          conversations.turn(personOf(tenant.company, "sam"), turnId),
        );
      const replace = (reply: Parameters<typeof sampleReply>[1]) =>
        approvals((store) => store.replaceReply(turnId, sampleReply(turnId, reply)));
      expect(await shown()).toMatchObject({ state: "waiting", reply: { kind: "pending" } });
      await replace("Turn the key.");
      expect(await shown()).toMatchObject({ state: "answered", reply: { text: "Turn the key." } });
      await approvals((store) =>
        store.replaceReply(turnId, {
          kind: "not_found",
          turnId,
          language: "en",
          text: "Taken back.",
          nearest: [],
          confidence: { value: 0, level: "low", reasons: [] },
        }),
      );
      expect(await shown()).toMatchObject({ state: "not_found", reply: { text: "Taken back." } });
    });

    it("says how drafts of a department fared, the last decision first", async () => {
      const finance = departmentOf(tenant.company, "finance");
      const draft = (value: number) =>
        ({ departmentId: finance, confidence: { value, level: "low", reasons: [] } }) as const;
      const [right, edited, agreed, rejected, undone] = [
        await asked(draft(0.9)),
        await asked(draft(0.8)),
        await asked(draft(0.7)),
        await asked(draft(0.1)),
        await asked(draft(0.6)),
      ];
      const follower = await asked({ ...draft(0.5), sameAs: right.id });
      await asked({ ...draft(0.2) });
      await vote(right, ada);
      await approvals((store) => store.decideFollowing(right.id));
      expect(await now(follower.id)).toMatchObject({ state: "approved" });
      await vote(edited, ada, { kind: "edited", answer: better });
      const { approval: reworded } = await vote(agreed, ada, { kind: "edited", answer: better, required: 2 });
      await vote(reworded, fay, { required: 2 });
      await vote(rejected, ada, { kind: "rejected", reason: null });
      await vote(undone, ada);
      await approvals((store) => store.withdraw(undone.id, ada, []));
      const unanswered = await asked({ ...draft(0), answer: null });
      await vote(unanswered, ada, { kind: "corrected", answer: better });
      const labels = await approvals((store) => store.labels(finance, 10));
      expect(labels.toSorted((one, two) => two.confidence - one.confidence)).toEqual([
        { confidence: 0.9, approved: true },
        { confidence: 0.8, approved: false },
        { confidence: 0.7, approved: false },
        { confidence: 0.6, approved: false },
        { confidence: 0.1, approved: false },
      ]);
      expect(await approvals((store) => store.labels(finance, 2))).toEqual(labels.slice(0, 2));
    });

    async function verified(approvalId: ApprovalId, turnId: TurnId): Promise<VerifiedAnswerId> {
      const id = newId<VerifiedAnswerId>();
      const at = new Date();
      await tenant.stores((stores) =>
        stores.verified.keep(
          {
            id,
            approvalId,
            turnId,
            documentId: newId(),
            departmentId: departmentOf(tenant.company, "operations"),
            language: "en",
            question: "How do I start the pump?",
            answer: better,
            sources: [],
            approvedBy: ada,
            approvedAt: at,
            expiresAt: at,
          },
          [],
        ),
      );
      return id;
    }
  });
}
