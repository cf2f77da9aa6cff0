import { describe, expect, it } from "@jest/globals";
import type { EscalationStore } from "../../core/escalation/escalation-store.ts";
import type { EscalationTrigger } from "../../core/escalation/trigger.ts";
import { type EscalationId, type HandoffId, newId, type TurnId } from "../../core/ids.ts";
import { sampleRaise } from "../support/sample-raise.ts";
import {
  departmentOf,
  pause,
  personOf,
  sampleApproval,
  sampleEnd,
  sampleQuestion,
  sampleWait,
} from "../support/sample-work.ts";
import type { DatabaseUnderTest } from "./database-under-test.ts";

/** What is looked up of escalations, and of what would have become one. */
export function escalationListContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`lists of escalations: ${name}`, () => {
    it("lists those of departments by state, newest first, in pages", async () => {
      const own = await open().tenant();
      const stores = <T>(work: (store: EscalationStore) => Promise<T>) =>
        own.stores(({ escalations: store }) => work(store));
      const made: EscalationId[] = [];
      for (const slug of ["operations", "finance", null, "operations"] as const) {
        const question = sampleQuestion(own.company);
        await open().inbox.receive(question);
        await own.stores(({ turns }) => turns.take(question.id, 10_000));
        const departmentId = slug === null ? null : departmentOf(own.company, slug);
        const { escalation } = sampleRaise(own.company, question.id, {}, { departmentId });
        made.push((await stores((store) => store.raise(escalation, [], []))).escalation.id);
        await pause(2);
      }
      const states = ["open", "acknowledged", "resolved"] as const;
      const list = (
        departments: Parameters<EscalationStore["list"]>[0]["departments"],
        cursor: string | null = null,
        limit = 10,
      ) => stores((store) => store.list({ departments, states, cursor, limit }));
      const of = (slug: "operations" | "finance") => departmentOf(own.company, slug);
      const ids = async (...page: Parameters<typeof list>) => (await list(...page)).items.map(({ id }) => id);
      expect(await ids([of("operations"), of("finance"), null])).toEqual(made.toReversed());
      expect(await ids([of("finance")])).toEqual([made[1]]);
      expect(await ids([null])).toEqual([made[2]]);
      const other = await open().tenant();
      expect(await ids([departmentOf(other.company, "operations")])).toEqual([]);
      const first = await list([of("operations"), null], null, 2);
      expect(first.items.map(({ id }) => id)).toEqual([made[3], made[2]]);
      const second = await list([of("operations"), null], first.nextCursor, 2);
      expect(second).toMatchObject({ items: [{ id: made[0] }], nextCursor: null });
      const by = { userId: personOf(own.company, "ada"), name: "Ada" };
      await stores((store) => store.setState(made[0] ?? newId<EscalationId>(), "resolved", by, [], []));
      const open_ = await stores((store) =>
        store.list({ departments: [of("operations")], states: ["open"], cursor: null, limit: 10 }),
      );
      expect(open_.items.map(({ id }) => id)).toEqual([made[3]]);
      await expect(list([null], "nowhere")).rejects.toMatchObject({ code: "invalid_input" });
    });

    it("tells of a department's last questions what would have escalated them", async () => {
      const own = await open().tenant();
      const operations = departmentOf(own.company, "operations");
      const sam = personOf(own.company, "sam");
      const ask = async (why: EscalationTrigger | null): Promise<TurnId> => {
        const question = sampleQuestion(own.company, { question: why ?? "nothing" });
        const approval = sampleApproval(own.company);
        await open().inbox.receive(question);
        await own.stores(async ({ turns, approvals, handoffs, conversations }) => {
          await turns.take(question.id, 10_000);
          await turns.advance(question.id, {
            attempt: 1,
            from: "received",
            to: "routed",
            work: { departmentId: operations },
            audit: [],
            leaseMs: 10_000,
          });
          const waits = why === "overdue" || why === "rejected";
          const end = waits ? sampleWait(question.id, approval) : sampleEnd(question.id);
          await turns.end(question.id, { ...end, from: "routed" });
          const vote = { by: sam, revision: 1, answer: null, required: 1 };
          if (why === "overdue") {
            await approvals.escalate(approval.id, null, []);
            await approvals.vote(approval.id, { ...vote, kind: "approved", reason: null }, []);
          }
          if (why === "rejected")
            await approvals.vote(approval.id, { ...vote, kind: "rejected", reason: "No." }, []);
          if (why === "asked_for")
            await handoffs.open({ id: newId<HandoffId>(), turnId: question.id, requestedBy: sam }, []);
          if (why === "wrong")
            await conversations.setFeedback(sam, question.id, { verdict: "down", reason: null }, []);
        });
        await pause(5);
        return question.id;
      };
      const reasons = ["overdue", "rejected", "asked_for", "wrong", null] as const;
      const turns: TurnId[] = [];
      for (const reason of reasons) turns.push(await ask(reason));
      const history = (limit: number) =>
        own.stores(({ escalations: store }) => store.history(operations, limit));
      expect(await history(10)).toEqual(
        reasons
          .map((why, place) => ({
            turnId: turns[place],
            question: why ?? "nothing",
            askedAt: expect.any(Date),
            triggers: why === null ? [] : [why],
          }))
          .toReversed(),
      );
      expect((await history(2)).map(({ turnId }) => turnId)).toEqual(turns.toReversed().slice(0, 2));
      const finance = departmentOf(own.company, "finance");
      expect(await own.stores(({ escalations: store }) => store.history(finance, 5))).toEqual([]);
    });
  });
}
