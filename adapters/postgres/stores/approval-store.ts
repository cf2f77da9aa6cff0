import type { Approval, ApprovalCard, ProposedAnswer } from "../../../core/approvals/approval.ts";
import type { ApprovalStore, Approver, Voted } from "../../../core/approvals/approval-store.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { ApprovalId, DepartmentId } from "../../../core/ids.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { type ApprovalRow, presentApproval } from "./approval-row.ts";
import * as sql from "./approval-statements.ts";
import * as people from "./approver-statements.ts";
import { auditParameter } from "./audit-rows.ts";

interface ApproverRow {
  id: Approver["id"];
  name: string;
  email: string;
  approval_channel: Approver["channel"];
  until: Date | null;
  delegate_id: Approver["delegate"];
}

const presentApprover = (row: ApproverRow): Approver => ({
  id: row.id,
  name: row.name,
  email: row.email,
  channel: row.approval_channel,
  awayUntil: row.until,
  delegate: row.delegate_id,
});

interface CardRow {
  user_id: ApprovalCard["userId"];
  channel: ApprovalCard["channel"];
  thread_key: string;
  address: ApprovalCard["address"];
  delivery_id: ApprovalCard["deliveryId"];
}

type MarkRow = Pick<ApprovalRow, "id" | "turn_id" | "conversation_id" | "department_id" | "asked_by"> & {
  mark: string;
};

/** Departments as two parameters: their ids, and whether those of none are meant too. */
const named = (departments: readonly (DepartmentId | null)[]): [DepartmentId[], boolean] => [
  departments.filter((id) => id !== null),
  departments.includes(null),
];

export function approvalStore(run: TenantRunner): ApprovalStore {
  const list = async (statement: Statement, values: unknown[]): Promise<readonly Approval[]> =>
    (await run<ApprovalRow>(statement, values)).map(presentApproval);
  const one = async (statement: Statement, values: unknown[]): Promise<Approval | null> => {
    const [approval] = await list(statement, values);
    return approval ?? null;
  };
  return {
    find: (id) => one(sql.find, [id]),
    ofTurn: (id) => one(sql.ofTurn, [id]),
    async draft(id) {
      const [row] = await run<{ drafted: ProposedAnswer | null }>(sql.draft, [id]);
      return row?.drafted ?? null;
    },
    async openReview(review, audit) {
      const values = [JSON.stringify(review), auditParameter(audit)];
      const [opened] = await run<{ id: ApprovalId; fresh: boolean }>(sql.openReview, values);
      if (!opened) throw new ExpertError("not_found", "There is no such question.");
      return opened;
    },
    async openFor(turn, approval, audit) {
      const values = [turn, JSON.stringify(approval), auditParameter(audit)];
      const [opened] = await run<{ id: ApprovalId; fresh: boolean }>(sql.openFor, values);
      if (!opened) throw new ExpertError("not_found", "There is no such question.");
      return opened;
    },
    propose: (id, answer, audit) => one(sql.propose, [id, JSON.stringify(answer), auditParameter(audit)]),
    openIn: (department, limit) => list(sql.openIn, [department, limit]),
    following: (id) => list(sql.following, [id]),
    decideFollowing: (id) => list(sql.decideFollowing, [id]),
    async vote(id, { by, kind, revision, answer, reason, required }, audit) {
      const values = [
        id,
        by,
        kind,
        revision,
        answer && JSON.stringify(answer),
        reason,
        required,
        auditParameter(audit),
      ];
      const [row] = await run<ApprovalRow & Pick<Voted, "outcome">>(sql.vote, values);
      return row ? { outcome: row.outcome, approval: presentApproval(row) } : null;
    },
    escalate: (id, _by, audit) => one(sql.escalate, [id, auditParameter(audit)]),
    withdraw: (id, by, audit) => one(sql.withdraw, [id, by, auditParameter(audit)]),
    async takeDue(id, now, leaseMs) {
      const [row] = await run<ApprovalRow & { attempts: number }>(sql.takeDue, [id, now, leaseMs], "soon");
      if (!row?.due_step) return null;
      return { approval: presentApproval(row), step: row.due_step, attempt: row.attempts };
    },
    async settleStep({ approval: { id }, step, attempt }, { due, level }) {
      const values = [id, attempt, step, due?.step ?? null, due?.at ?? null, level];
      return (await run(sql.settleStep, values)).length > 0;
    },
    async cards(id) {
      return (await run<CardRow>(sql.cards, [id])).map((row) => ({
        userId: row.user_id,
        channel: row.channel,
        threadKey: row.thread_key,
        address: row.address,
        deliveryId: row.delivery_id,
      }));
    },
    async cardShown(id, { userId, channel, threadKey, address, deliveryId }) {
      await run(sql.cardShown, [id, userId, channel, threadKey, JSON.stringify(address), deliveryId]);
    },
    async replaceReply(turn, reply) {
      await run(sql.replaceReply, [turn, JSON.stringify(reply)]);
    },
    async approvers(department, { role, emails }) {
      const addresses = emails.map((email) => email.toLowerCase());
      const rows = await run<ApproverRow>(people.approvers, [department, role ?? null, addresses]);
      return rows.map(presentApprover);
    },
    async people(ids) {
      return (await run<ApproverRow>(people.people, [ids])).map(presentApprover);
    },
    async setAway(user, away, audit) {
      if (away) await run(people.setAway, [user, away.until, away.delegate, auditParameter(audit)]);
      else await run(people.endAway, [user, auditParameter(audit)]);
    },
    async away(user) {
      const [row] = await run<Pick<ApproverRow, "delegate_id"> & { until: Date }>(people.away, [user]);
      return row ? { until: row.until, delegate: row.delegate_id } : null;
    },
    async signedInAt(user) {
      const [row] = await run<{ signed_in_at: Date | null }>(people.signedInAt, [user]);
      return row?.signed_in_at ?? null;
    },
    waitingFor: (user, departments, limit) => list(sql.waitingFor, [user, ...named(departments), limit]),
    decidedFor: (user, departments, before, limit) =>
      list(sql.decidedFor, [user, ...named(departments), limit, before]),
    async changing() {
      return (await run<MarkRow>(sql.changing, [])).map((row) => ({
        id: row.id,
        turnId: row.turn_id,
        conversationId: row.conversation_id,
        departmentId: row.department_id,
        askedBy: row.asked_by,
        mark: row.mark,
      }));
    },
    labels: (department, limit) =>
      run<{ confidence: number; approved: boolean }>(sql.labels, [department, limit]),
  };
}
