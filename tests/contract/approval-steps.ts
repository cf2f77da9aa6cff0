import { beforeAll, describe, expect, it } from "@jest/globals";
import type { ApprovalCard } from "../../core/approvals/approval.ts";
import type { ApprovalStore, HeldApproval } from "../../core/approvals/approval-store.ts";
import { type ApprovalId, type DeliveryId, type DepartmentId, newId, type UserId } from "../../core/ids.ts";
import { departmentOf, pause, personOf } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";
import { waitingAnswers } from "./waiting-answers.ts";

/** Longer than any machine stands still. */
const leaseMs = 600_000;
const hour = 3_600_000;

/** What becomes of approvals by themselves, and whom they wait for. */
export function approvalStepsContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`steps of approvals: ${name}`, () => {
    let tenant: TenantUnderTest;
    let ada: UserId;
    let fay: UserId;
    const { approvals, asked, now, vote } = waitingAnswers(open, () => tenant);
    const take = (id: ApprovalId, at = new Date(), lease = leaseMs): Promise<HeldApproval | null> =>
      approvals((store) => store.takeDue(id, at, lease));
    const hold = async (id: ApprovalId, at = new Date()): Promise<HeldApproval> => {
      const held = await take(id, at);
      if (!held) throw new Error("nothing is due");
      return held;
    };
    const settle = (held: HeldApproval, due: HeldApproval["approval"]["due"], level = 0): Promise<boolean> =>
      approvals((store) => store.settleStep(held, { due, level }));
    beforeAll(async () => {
      tenant = await open().tenant();
      ada = personOf(tenant.company, "ada");
      fay = personOf(tenant.company, "fay");
    });

    it("lets one process take a step that is due, and the next one when its time has come", async () => {
      const { id } = await asked();
      const takers = (await Promise.all([take(id), take(id), take(id)])).filter((taker) => taker !== null);
      expect(takers).toMatchObject([{ step: "offer", attempt: 1, approval: { id, state: "pending" } }]);
      const [held] = takers;
      if (!held) throw new Error("nobody took it");
      const at = new Date(Date.now() + hour);
      expect(await settle(held, { step: "remind", at }, 1)).toBe(true);
      expect(await now(id)).toMatchObject({ level: 1, due: { step: "remind", at }, version: 1 });
      expect(await settle(held, null)).toBe(false);
      expect(await take(id)).toBeNull();
      expect(await take(id, new Date(at.getTime() - 1))).toBeNull();
      expect(await take(id, at)).toMatchObject({ step: "remind", attempt: 2 });
    });

    it("lets another process take over once the hold has run out, and the first one settles nothing", async () => {
      const { id } = await asked();
      const first = await take(id, new Date(), 1);
      if (!first) throw new Error("nothing is due");
      await pause(10);
      const second = await hold(id);
      expect(second.attempt).toBe(2);
      expect(await settle(first, null)).toBe(false);
      expect(await take(id)).toBeNull();
      expect(await settle(second, null)).toBe(true);
      expect(await now(id)).toMatchObject({ due: null, state: "pending" });
      expect(await take(id, new Date(Date.now() + hour))).toBeNull();
      expect(await take(newId<ApprovalId>())).toBeNull();
    });

    it("never loses what follows a decision that is made while a step is taken", async () => {
      const approval = await asked();
      const held = await hold(approval.id);
      await vote(approval, ada, { required: 2 });
      expect(await take(approval.id)).toBeNull();
      await vote(approval, fay, { required: 2 });
      expect(await settle(held, { step: "remind", at: new Date() })).toBe(false);
      const carried = await hold(approval.id);
      expect(carried).toMatchObject({ step: "carry_out", approval: { state: "approved" } });
      await approvals((store) => store.withdraw(approval.id, ada, []));
      expect(await settle(carried, null)).toBe(false);
      const undone = await hold(approval.id);
      expect(undone).toMatchObject({ step: "carry_out", approval: { state: "withdrawn" } });
      expect(await settle(undone, null)).toBe(true);
      expect(await take(approval.id)).toBeNull();
    });

    it("settles a step although somebody has voted meanwhile, and not where it escalated meanwhile", async () => {
      const approval = await asked();
      const offered = await hold(approval.id);
      await vote(approval, ada, { required: 2 });
      expect(await settle(offered, { step: "next_level", at: new Date() })).toBe(true);
      const overdue = await hold(approval.id);
      await approvals((store) => store.escalate(approval.id, null, []));
      expect(await settle(overdue, null)).toBe(false);
      expect(await hold(approval.id)).toMatchObject({ step: "carry_out", approval: { state: "escalated" } });
    });

    it("is found by the sweeper where nobody does what is due", async () => {
      const { id: approvalId } = await asked();
      const { tenantId } = tenant.company;
      const isStale = async (idleForMs = 0): Promise<boolean> => {
        await pause(5);
        const jobs = await open().database.staleJobs(idleForMs, 1_000);
        return jobs.some(
          ({ queue, job }) =>
            queue === "approval" && job.approvalId === approvalId && job.tenantId === tenantId,
        );
      };
      expect(await isStale(60_000)).toBe(false);
      expect(await isStale()).toBe(true);
      const held = await hold(approvalId);
      expect(await isStale()).toBe(false);
      await open().database.releaseHolds();
      expect(await isStale()).toBe(true);
      const again = await hold(approvalId);
      expect(again.attempt).toBe(held.attempt + 1);
      await settle(again, { step: "remind", at: new Date(Date.now() + 1) });
      expect(await isStale(60_000)).toBe(true);
      await settle(await hold(approvalId), { step: "remind", at: new Date(Date.now() + hour) });
      expect(await isStale()).toBe(false);
      await settle(await hold(approvalId, new Date(Date.now() + 2 * hour)), null);
      expect(await isStale()).toBe(false);
    });

    it("keeps a card for each person and channel, with the message that shows it now", async () => {
      const { id } = await asked();
      const card = (userId: UserId, address: ApprovalCard["address"] = { user: "U1" }): ApprovalCard => ({
        userId,
        channel: "slack",
        threadKey: `slack:${userId}`,
        address,
        deliveryId: newId<DeliveryId>(),
      });
      const [first, second] = [card(ada), card(fay, { user: "U2", responseUrl: "https://slack.example/r" })];
      for (const each of [first, second]) await approvals((store) => store.cardShown(id, each));
      expect(await approvals((store) => store.cards(id))).toEqual([
        first,
        { ...second, address: { user: "U2" } },
      ]);
      const changed = { ...first, deliveryId: newId<DeliveryId>() };
      await approvals((store) => store.cardShown(id, changed));
      await approvals((store) => store.cardShown(id, { ...first, channel: "teams" }));
      const cards = await approvals((store) => store.cards(id));
      expect(cards).toHaveLength(3);
      expect(cards.find(({ userId, channel }) => userId === ada && channel === "slack")).toEqual(changed);
    });

    it("waits for those of its department and those who have a card, the oldest first", async () => {
      const operations = departmentOf(tenant.company, "operations");
      const vic = personOf(tenant.company, "vic");
      const [one, two, none] = [
        await asked(),
        await asked({ departmentId: departmentOf(tenant.company, "finance") }),
        await asked({ departmentId: null }),
      ];
      const follower = await asked({ sameAs: one.id });
      const mine = [one.id, two.id, none.id, follower.id];
      const waiting = async (user: UserId, departments: readonly (DepartmentId | null)[]) =>
        (await approvals((store) => store.waitingFor(user, departments, 100)))
          .map(({ id }) => id)
          .filter((id) => mine.includes(id));
      expect(await waiting(ada, [operations])).toEqual([one.id]);
      expect(await waiting(ada, [operations, null])).toEqual([one.id, none.id]);
      expect(await waiting(vic, [])).toEqual([]);
      const card = { userId: vic, channel: "slack", threadKey: "slack:v", address: {} } as const;
      await approvals((store) => store.cardShown(two.id, { ...card, deliveryId: newId<DeliveryId>() }));
      expect(await waiting(vic, [])).toEqual([two.id]);
      const inOperations = await approvals((store) => store.openIn(operations, 100));
      expect(inOperations.map(({ id }) => id)).toContain(one.id);
      expect(inOperations.map(({ id }) => id)).not.toContain(follower.id);
      expect(
        inOperations.every(({ departmentId, state }) => departmentId === operations && state !== "approved"),
      ).toBe(true);
      expect((await approvals((store) => store.openIn(null, 100))).map(({ id }) => id)).toContain(none.id);
      await vote(one, ada);
      expect(await waiting(ada, [operations])).toEqual([]);
      expect((await approvals((store) => store.openIn(operations, 100))).map(({ id }) => id)).not.toContain(
        one.id,
      );
    });

    it("lists what was decided to those who decided or could have, the last first", async () => {
      const quiet = await open().tenant();
      const { approvals, asked, vote } = waitingAnswers(open, () => quiet);
      const [boss, expert, guest] = (["ada", "fay", "vic"] as const).map((each) =>
        personOf(quiet.company, each),
      );
      if (!boss || !expert || !guest) throw new Error("somebody is missing");
      const operations = departmentOf(quiet.company, "operations");
      const ids: ApprovalId[] = [];
      for (let count = 0; count < 3; count += 1) {
        const approval = await asked();
        await vote(approval, count === 1 ? expert : boss);
        ids.push(approval.id);
        await pause(5);
      }
      await asked();
      const listed = (...values: Parameters<ApprovalStore["decidedFor"]>) =>
        approvals((store) => store.decidedFor(...values));
      const all = await listed(guest, [operations], null, 10);
      expect(all.map(({ id }) => id)).toEqual(ids.toReversed());
      expect((await listed(expert, [], null, 10)).map(({ id }) => id)).toEqual([ids[1]]);
      expect(await listed(guest, [null], null, 10)).toEqual([]);
      const before = all[0]?.decision?.at ?? null;
      expect((await listed(guest, [operations], before, 1)).map(({ id }) => id)).toEqual([ids[1]]);
    });

    it("tells of those that wait or have changed lately, by another mark after each change", async () => {
      const approval = await asked();
      const { id, turnId, askedBy } = approval;
      const marked = async () => (await approvals((store) => store.changing())).find((one) => one.id === id);
      const first = await marked();
      expect(first).toMatchObject({ id, turnId, askedBy });
      expect(await marked()).toEqual(first);
      const held = await hold(id);
      await settle(held, null);
      const offered = await marked();
      expect(offered?.mark).not.toBe(first?.mark);
      await vote(approval, ada);
      const decided = await marked();
      expect(decided?.mark).not.toBe(offered?.mark);
      await approvals((store) => store.withdraw(id, ada, []));
      expect((await marked())?.mark).not.toBe(decided?.mark);
    });
  });
}
