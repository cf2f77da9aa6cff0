import type { Approval } from "../../core/approvals/approval.ts";
import type { ApprovalStore, NewApproval, NewVote, Voted } from "../../core/approvals/approval-store.ts";
import type { AuditEvent } from "../../core/audit/audit-event.ts";
import type { ApprovalId, UserId } from "../../core/ids.ts";
import { sampleApproval, sampleQuestion, sampleWait } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** What is said of one approval, for the audit trail. */
export const told = (event: AuditEvent["event"]): readonly AuditEvent[] => [
  { event, status: "success", userId: null, resourceType: "approval" },
];

export interface WaitingAnswers {
  approvals<T>(work: (store: ApprovalStore) => Promise<T>): Promise<T>;
  /** Ends a turn of Sam's that waits for an expert. */
  asked(change?: Partial<NewApproval>, question?: Parameters<typeof sampleQuestion>[1]): Promise<Approval>;
  now(id: ApprovalId): Promise<Approval>;
  vote(
    approval: Pick<Approval, "id" | "revision">,
    by: UserId,
    change?: Partial<Omit<NewVote, "by">>,
  ): Promise<Voted>;
  /** Audit events about it, oldest first. */
  eventsOf(id: string): Promise<readonly string[]>;
}

/** A tenant's questions whose answers wait for an expert. */
export function waitingAnswers(open: () => DatabaseUnderTest, tenant: () => TenantUnderTest): WaitingAnswers {
  const approvals: WaitingAnswers["approvals"] = (work) =>
    tenant().stores((stores) => work(stores.approvals));
  const now = async (id: ApprovalId): Promise<Approval> => {
    const approval = await approvals((store) => store.find(id));
    if (!approval) throw new Error("there is no such approval");
    return approval;
  };
  return {
    approvals,
    now,
    async asked(change = {}, about = {}) {
      const { company } = tenant();
      const question = sampleQuestion(company, about);
      const approval = sampleApproval(company, change);
      await open().inbox.receive(question);
      await tenant().stores(async ({ turns, outbox }) => {
        await turns.take(question.id, 10_000);
        const end = await turns.end(question.id, sampleWait(question.id, approval));
        if (end?.delivery) await outbox.posted(end.delivery.id, 1, {});
      });
      return await now(approval.id);
    },
    async vote({ id, revision }, by, change = {}) {
      const vote = {
        by,
        kind: "approved",
        revision,
        answer: null,
        reason: null,
        required: 1,
        ...change,
      } as const;
      const voted = await approvals((store) =>
        store.vote(id, vote, [...told("approval.voted"), ...told("approval.decided")]),
      );
      if (!voted) throw new Error("there is no such approval");
      return voted;
    },
    async eventsOf(id) {
      const { items } = await tenant().stores(({ audit }) => audit.list({ cursor: null, limit: 200 }));
      return items
        .filter(({ resourceId }) => resourceId === id)
        .map(({ event }) => event)
        .toReversed();
    },
  };
}
