import type { AuditEvent } from "../audit/audit-event.ts";
import type { Reply } from "../conversation/reply.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { ApprovalId, ConversationId, DepartmentId, TurnId, UserId, VerifiedAnswerId } from "../ids.ts";
import type { Approval, ApprovalCard, ApprovalDecision, ApprovalStep, ProposedAnswer } from "./approval.ts";

/** An approval as it begins; the rest is the question's. */
export type NewApproval = Pick<
  Approval,
  | "id"
  | "named"
  | "departmentId"
  | "question"
  | "why"
  | "answer"
  | "confidence"
  | "label"
  | "readers"
  | "policy"
  | "sameAs"
>;

/** One person's say in an approval. */
export interface NewVote {
  readonly by: UserId;
  readonly kind: ApprovalDecision["kind"];
  /** The wording that it is about: one that stands no more is refused. */
  readonly revision: number;
  /** The words that take the place of those that stand; null where they stay. */
  readonly answer: ProposedAnswer | null;
  readonly reason: string | null;
  /** How many must agree; rejecting and taking over need no other. */
  readonly required: number;
}

/**
 * What became of a vote. `decided`: it was the one that decided. `counted`: others are needed. `late`: somebody else has
 * decided, or the words have changed since.
 */
export interface Voted {
  readonly outcome: "decided" | "counted" | "late";
  readonly approval: Approval;
}

/** An approval that a worker holds while it takes its due step. */
export interface HeldApproval {
  readonly approval: Approval;
  readonly step: ApprovalStep;
  /** This attempt's number, from 1. */
  readonly attempt: number;
}

/** Who decides, and since when and for whom they are away. */
export interface Approver {
  readonly id: UserId;
  readonly name: string;
  readonly email: string;
  /** Where they want their cards; null: wherever they are known. */
  readonly channel: ChannelName | null;
  /** Away until then; null where they are there. */
  readonly awayUntil: Date | null;
  /** Who decides in their place meanwhile. */
  readonly delegate: UserId | null;
}

/** How an approval stands, as far as those see it who look at it: it has changed where `mark` is another. */
export interface ApprovalMark {
  readonly id: ApprovalId;
  readonly turnId: TurnId;
  readonly conversationId: ConversationId;
  readonly departmentId: DepartmentId | null;
  readonly askedBy: UserId;
  readonly mark: string;
}

/** Approvals. Each method is one transaction; the state changes by compare-and-set alone. */
export interface ApprovalStore {
  find(id: ApprovalId): Promise<Approval | null>;
  /** The draft that it began with; null where there was none. */
  draft(id: ApprovalId): Promise<ProposedAnswer | null>;
  ofTurn(id: TurnId): Promise<Approval | null>;
  /** A review of a verified answer, due to be offered; the one that is open already, with `fresh` false. */
  openReview(
    review: NewApproval & { readonly reviewOf: VerifiedAnswerId; readonly turnId: TurnId },
    audit: readonly AuditEvent[],
  ): Promise<{ readonly id: ApprovalId; readonly fresh: boolean }>;
  /** One for a question that had none, due to be offered; the one that it has already, with `fresh` false. */
  openFor(
    turn: TurnId,
    approval: NewApproval,
    audit: readonly AuditEvent[],
  ): Promise<{ readonly id: ApprovalId; readonly fresh: boolean }>;
  /**
   * Puts words that somebody has written who does not decide before its approvers: a new wording without votes, `pending`
   * and due to be offered from the first level on. From `pending` and `escalated`, and again from `rejected`, `taken_over` and `withdrawn`,
   * whose decision is then no more. Null where it was sent, or these very words stand already.
   */
  propose(id: ApprovalId, answer: ProposedAnswer, audit: readonly AuditEvent[]): Promise<Approval | null>;
  /** Open ones of a department whose questions may mean the same, those that stand for themselves, oldest first. */
  openIn(department: DepartmentId | null, limit: number): Promise<readonly Approval[]>;
  /** Those that are decided together with this one. */
  following(id: ApprovalId): Promise<readonly Approval[]>;
  /** Decides those that are decided together with this one as it was decided, or takes them back with it; all of them. */
  decideFollowing(id: ApprovalId): Promise<readonly Approval[]>;
  /**
   * Counts a vote and decides where it was the last one needed; due to be carried out then. A person's second vote for the
   * same wording counts no more than the first. Of the audit events, `approval.decided` is written only where it decided,
   * and none where it came late. Null where there is no such approval.
   */
  vote(id: ApprovalId, vote: NewVote, audit: readonly AuditEvent[]): Promise<Voted | null>;
  /** From `pending` to `escalated`, by hand or by time (null); due to be carried out. Null where it is not pending. */
  escalate(id: ApprovalId, by: UserId | null, audit: readonly AuditEvent[]): Promise<Approval | null>;
  /** Takes back what was approved or corrected; due to be carried out. Null where nothing was sent. */
  withdraw(id: ApprovalId, by: UserId, audit: readonly AuditEvent[]): Promise<Approval | null>;
  /** Takes an approval whose step is due at `now`, for `leaseMs`; null where nothing is due or another holds it. */
  takeDue(id: ApprovalId, now: Date, leaseMs: number): Promise<HeldApproval | null>;
  /**
   * Ends a step under this attempt: what is due next (null: nothing) and the level. False where the hold is over, as it is
   * once the approval was decided, escalated or taken back since it was taken: what is due now stays. A vote that others
   * have still to join changes nothing of it.
   */
  settleStep(
    held: HeldApproval,
    next: { readonly due: Approval["due"]; readonly level: number },
  ): Promise<boolean>;
  /** All cards of an approval. */
  cards(id: ApprovalId): Promise<readonly ApprovalCard[]>;
  /** Adds a card, or notes which message shows it now. */
  cardShown(id: ApprovalId, card: ApprovalCard): Promise<void>;
  /** Gives the turn the reply that was decided, for its conversation: `answered` with an answer, else `not_found`. */
  replaceReply(turn: TurnId, reply: Reply): Promise<void>;
  /** People who decide: by role in a department (null: everyone with the role), or by e-mail address. */
  approvers(
    department: DepartmentId | null,
    who: { readonly role?: "lead" | "approver" | undefined; readonly emails: readonly string[] },
  ): Promise<readonly Approver[]>;
  /** Active people by their ids. */
  people(ids: readonly UserId[]): Promise<readonly Approver[]>;
  /** Keeps that somebody is away until then, and who decides meanwhile; null ends it. */
  setAway(
    user: UserId,
    away: { readonly until: Date; readonly delegate: UserId | null } | null,
    audit: readonly AuditEvent[],
  ): Promise<void>;
  away(user: UserId): Promise<{ readonly until: Date; readonly delegate: UserId | null } | null>;
  /** When the person last signed in to the console; null where never. */
  signedInAt(user: UserId): Promise<Date | null>;
  /** Open ones that the person is to decide: those with a card of theirs or of their departments; oldest first. */
  waitingFor(
    user: UserId,
    departments: readonly (DepartmentId | null)[],
    limit: number,
  ): Promise<readonly Approval[]>;
  /** Decided ones that the person has decided or could have, newest first; before the given moment. */
  decidedFor(
    user: UserId,
    departments: readonly (DepartmentId | null)[],
    before: Date | null,
    limit: number,
  ): Promise<readonly Approval[]>;
  /** Those that are open, or were decided or taken back within the last minute. */
  changing(): Promise<readonly ApprovalMark[]>;
  /** Raw confidence and outcome of drafts that were decided, newest first: the labels of the calibration. */
  labels(
    department: DepartmentId,
    limit: number,
  ): Promise<readonly { readonly confidence: number; readonly approved: boolean }[]>;
}
