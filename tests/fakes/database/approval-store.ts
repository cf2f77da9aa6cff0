import {
  type Approval,
  type ApprovalCard,
  type ApprovalDecision,
  isOpen,
} from "../../../core/approvals/approval.ts";
import type {
  ApprovalStore,
  Approver,
  HeldApproval,
  NewApproval,
  NewVote,
  Voted,
} from "../../../core/approvals/approval-store.ts";
import { lastingAddress } from "../../../core/delivery/address.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { ApprovalId, DepartmentId, UserId } from "../../../core/ids.ts";
import type { Member } from "../../../core/identity/member.ts";
import { effectiveMember } from "./group-store.ts";
import { type ApprovalRow, record, type Tables, type TurnRow } from "./tables.ts";

/** An approval as it begins, due to be offered. */
export function beginApproval(
  tables: Tables,
  turn: TurnRow,
  { id, sameAs, ...begun }: NewApproval,
  reviewOf: Approval["reviewOf"] = null,
): ApprovalRow {
  const leading = sameAs === null ? undefined : tables.approvals.get(sameAs);
  const row: ApprovalRow = {
    ...begun,
    id,
    sameAs: leading && isOpen(leading.state) ? leading.id : null,
    turnId: turn.id,
    reviewOf,
    drafted: reviewOf === null ? begun.answer : null,
    revision: 1,
    level: 0,
    state: "pending",
    version: 1,
    votes: [],
    decision: null,
    withdrawn: null,
    due: { step: "offer", at: new Date(tables.now()) },
    leaseUntil: null,
    attempts: 0,
    escalatedAt: null,
    createdAt: new Date(tables.now()),
    cards: new Map(),
  };
  tables.approvals.set(id, row);
  return row;
}

export function fakeApprovalStore(tables: Tables): ApprovalStore {
  const { approvals, turns, conversations, members, absences, now } = tables;
  const nameOf = (user: UserId): string => members.get(user)?.name ?? "";

  function present(row: ApprovalRow): Approval {
    const turn = turns.get(row.turnId);
    if (!turn) throw new Error("an approval without its turn");
    const { drafted: _drafted, leaseUntil: _lease, attempts: _attempts, ...told } = row;
    const { escalatedAt: _escalated, cards: _cards, ...approval } = told;
    const { channel, payload, userId } = turn.event;
    const { conversationId, threadKey, address, language } = payload;
    return {
      ...approval,
      conversationId,
      channel,
      threadKey,
      address: lastingAddress(address ?? {}),
      shared: conversations.get(conversationId)?.shared ?? false,
      askedBy: userId,
      askedByName: nameOf(userId),
      language,
      votes: row.votes.map(({ userId: voter, at }) => ({ userId: voter, name: nameOf(voter), at })),
      decision: row.decision && { ...row.decision, byName: nameOf(row.decision.by) },
      withdrawn: row.withdrawn && { ...row.withdrawn, name: nameOf(row.withdrawn.userId) },
    };
  }

  const inOrder = (rows: readonly ApprovalRow[]): ApprovalRow[] =>
    rows.toSorted(
      (one, other) => one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1),
    );
  const where = (condition: (row: ApprovalRow) => boolean): ApprovalRow[] =>
    inOrder([...approvals.values()].filter(condition));
  const one = (row: ApprovalRow | undefined): Approval | null => (row ? present(row) : null);

  /** What follows is due at once, whoever holds what was due before. */
  const end = (row: ApprovalRow, change: Partial<ApprovalRow>): void => {
    const due = { step: "carry_out", at: new Date(now()) } as const;
    Object.assign(row, { version: row.version + 1, due, leaseUntil: null }, change);
  };

  function count(row: ApprovalRow, { by, kind, answer, reason, required }: NewVote): Voted["outcome"] {
    const at = new Date(now());
    const own = { userId: by, at };
    if (kind === "approved") row.votes = [...row.votes, own];
    if (kind === "edited" || kind === "corrected") row.votes = [own];
    if (answer) Object.assign(row, { answer, revision: row.revision + 1 });
    if (kind !== "rejected" && kind !== "taken_over" && row.votes.length < required) {
      row.version += 1;
      return "counted";
    }
    end(row, { state: kind === "edited" ? "approved" : kind, decision: { kind, by, at, reason } });
    return "decided";
  }

  const approver = ({ id, name, email }: Member): Approver => {
    const away = absences.get(id);
    const isAway = away !== undefined && away.until.getTime() > now();
    return {
      id,
      name,
      email,
      channel: tables.approvalChannels.get(id) ?? null,
      awayUntil: isAway ? away.until : null,
      delegate: isAway ? away.delegate : null,
    };
  };
  const byName = (some: readonly Approver[]): Approver[] =>
    some.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const concerns =
    (user: UserId, departments: readonly (DepartmentId | null)[]) =>
    (row: ApprovalRow): boolean =>
      row.sameAs === null &&
      (departments.includes(row.departmentId) ||
        [...row.cards.values()].some(({ userId }) => userId === user));

  return {
    find: async (id) => one(approvals.get(id)),
    draft: async (id) => approvals.get(id)?.drafted ?? null,
    ofTurn: async (id) => one(where(({ turnId, reviewOf }) => turnId === id && reviewOf === null)[0]),
    async openReview({ turnId, reviewOf, ...review }, audit) {
      const turn = turns.get(turnId);
      if (!turn) throw new ExpertError("not_found", "There is no such question.");
      const [standing] = where((row) => row.reviewOf === reviewOf && isOpen(row.state));
      if (standing) return { id: standing.id, fresh: false };
      beginApproval(tables, turn, review, reviewOf);
      record(tables, audit, review.id);
      return { id: review.id, fresh: true };
    },
    async openFor(turnId, approval, audit) {
      const turn = turns.get(turnId);
      if (!turn) throw new ExpertError("not_found", "There is no such question.");
      const [standing] = where((row) => row.turnId === turnId && row.reviewOf === null);
      if (standing) return { id: standing.id, fresh: false };
      beginApproval(tables, turn, approval);
      record(tables, audit, approval.id);
      return { id: approval.id, fresh: true };
    },
    async propose(id, answer, audit) {
      const row = approvals.get(id);
      if (!row || row.state === "approved" || row.state === "corrected") return null;
      if (row.answer?.text === answer.text) return null;
      Object.assign(row, {
        answer,
        why: "resolved",
        sameAs: null,
        revision: row.revision + 1,
        version: row.version + 1,
        state: "pending",
        level: 0,
        votes: [],
        decision: null,
        withdrawn: null,
        due: { step: "offer", at: new Date(now()) },
        leaseUntil: null,
      } satisfies Partial<ApprovalRow>);
      record(tables, audit, id);
      return present(row);
    },
    openIn: async (department, limit) =>
      where(
        ({ departmentId, state, sameAs }) => departmentId === department && isOpen(state) && sameAs === null,
      )
        .slice(0, limit)
        .map(present),
    following: async (id) => where(({ sameAs }) => sameAs === id).map(present),
    async decideFollowing(id) {
      const leading = approvals.get(id);
      const followers = where(({ sameAs }) => sameAs === id);
      for (const row of followers) {
        if (!leading || isOpen(leading.state) || row.state === leading.state) continue;
        const { state, answer, decision, withdrawn } = leading;
        end(row, { state, answer, decision, withdrawn, revision: row.revision + 1, due: null });
      }
      return followers.map(present);
    },
    async vote(id, vote, audit) {
      const row = approvals.get(id);
      if (!row) return null;
      const { by, kind, revision } = vote;
      if (!isOpen(row.state) || row.revision !== revision) return { outcome: "late", approval: present(row) };
      if (kind === "approved" && row.votes.some(({ userId }) => userId === by))
        return { outcome: "counted", approval: present(row) };
      const outcome = count(row, vote);
      record(
        tables,
        audit.filter(({ event }) => event !== "approval.decided" || outcome === "decided"),
        id,
      );
      return { outcome, approval: present(row) };
    },
    async escalate(id, _by, audit) {
      const row = approvals.get(id);
      if (row?.state !== "pending") return null;
      end(row, { state: "escalated", escalatedAt: now() });
      record(tables, audit, id);
      return present(row);
    },
    async withdraw(id, by, audit) {
      const row = approvals.get(id);
      if (row?.state !== "approved" && row?.state !== "corrected") return null;
      end(row, { state: "withdrawn", withdrawn: { userId: by, at: new Date(now()) } });
      record(tables, audit, id);
      return present(row);
    },
    async takeDue(id, at, leaseMs): Promise<HeldApproval | null> {
      const row = approvals.get(id);
      if (!row?.due || row.due.at.getTime() > Math.max(at.getTime(), now())) return null;
      if (row.leaseUntil !== null && row.leaseUntil >= now()) return null;
      row.attempts += 1;
      row.leaseUntil = now() + leaseMs;
      return { approval: present(row), step: row.due.step, attempt: row.attempts };
    },
    async settleStep({ approval: { id }, step, attempt }, { due, level }) {
      const row = approvals.get(id);
      if (row?.attempts !== attempt || row.due?.step !== step || row.leaseUntil === null) return false;
      Object.assign(row, { due, level, leaseUntil: null } satisfies Partial<ApprovalRow>);
      return true;
    },
    cards: async (id) => [...(approvals.get(id)?.cards.values() ?? [])],
    async cardShown(id, card) {
      const shown: ApprovalCard = { ...card, address: lastingAddress(card.address) };
      approvals.get(id)?.cards.set(`${card.userId} ${card.channel}`, shown);
    },
    async replaceReply(id, reply) {
      const turn = turns.get(id);
      if (!turn || !["waiting", "answered", "not_found"].includes(turn.state)) return;
      turn.reply = reply;
      turn.state = reply.kind === "answer" ? "answered" : "not_found";
    },
    async approvers(department, { role, emails }) {
      const wanted = emails.map((email) => email.toLowerCase());
      const chosen = [...members.values()]
        .map((member) => effectiveMember(tables, member))
        .filter((member) => wanted.includes(member.email.toLowerCase()) || holds(member, role, department));
      return byName(chosen.map(approver));
    },
    people: async (ids) => byName(ids.flatMap((id) => members.get(id) ?? []).map(approver)),
    async setAway(user, away, audit) {
      if (away) absences.set(user, away);
      else if (!absences.delete(user)) return;
      record(tables, audit, user);
    },
    async away(user) {
      const away = absences.get(user);
      return away && away.until.getTime() > now() ? away : null;
    },
    signedInAt: async (user) => tables.signIns.get(user) ?? null,
    async waitingFor(user, departments, limit) {
      const mine = concerns(user, departments);
      return where((row) => isOpen(row.state) && mine(row))
        .slice(0, limit)
        .map(present);
    },
    async decidedFor(user, departments, before, limit) {
      const mine = concerns(user, departments);
      return decided(approvals)
        .filter((row) => row.sameAs === null && (row.decision.by === user || mine(row)))
        .filter(({ decision }) => before === null || decision.at < before)
        .slice(0, limit)
        .map(present);
    },
    changing: async () =>
      [...approvals.values()]
        .filter(({ state, decision, withdrawn }) => {
          const at = Math.max(decision?.at.getTime() ?? 0, withdrawn?.at.getTime() ?? 0);
          return isOpen(state) || at > now() - 60_000;
        })
        .map(({ id, turnId, departmentId, version, level, due }) => {
          const turn = turns.get(turnId);
          if (!turn) throw new Error("an approval without its turn");
          return {
            id,
            turnId,
            conversationId: turn.event.payload.conversationId,
            departmentId,
            askedBy: turn.event.userId,
            mark: [version, level, due?.step, turn.state].join("."),
          };
        }),
    labels: async (department, limit) =>
      decided(approvals)
        .filter(({ departmentId, sameAs, reviewOf }) => departmentId === department && !sameAs && !reviewOf)
        .filter(({ drafted }) => drafted !== null)
        .slice(0, limit)
        .map(({ confidence, state, decision, revision }) => ({
          confidence: confidence.value,
          approved: state === "approved" && decision.kind === "approved" && revision === 1,
        })),
  };
}

type DecidedRow = ApprovalRow & { readonly decision: Omit<ApprovalDecision, "byName"> };

/** The last decision first. */
const decided = (approvals: ReadonlyMap<ApprovalId, ApprovalRow>): DecidedRow[] =>
  [...approvals.values()]
    .filter((row): row is DecidedRow => row.decision !== null)
    .toSorted(
      (one, other) => other.decision.at.getTime() - one.decision.at.getTime() || (one.id < other.id ? 1 : -1),
    );

function holds(
  { roles, departments }: Member,
  role: "lead" | "approver" | undefined,
  department: DepartmentId | null,
): boolean {
  const own = department === null ? null : departments.get(department);
  if (role === "lead")
    return department === null ? [...departments.values()].includes("lead") : own === "lead";
  if (role !== "approver") return false;
  if (department === null) return roles.includes("approver");
  return own === "lead" || (own === "member" && roles.includes("approver"));
}
