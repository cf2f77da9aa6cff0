import type { Confidence } from "../answering/confidence.ts";
import type { Citation } from "../answering/citation.ts";
import type { Address } from "../delivery/address.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { Principal, Sensitivity } from "../identity/access.ts";
import type {
  ApprovalId,
  ConversationId,
  DeliveryId,
  DepartmentId,
  TurnId,
  UserId,
  VerifiedAnswerId,
} from "../ids.ts";
import type { Language } from "../text/language.ts";
import type { ApprovalPolicy } from "./policy.ts";

/**
 * `pending` waits for its approvers, and so does `escalated`, which is overdue and elsewhere as well. The others are ends:
 * `approved` as it stood or edited, `corrected` by other words, `rejected` without any, `taken_over` by a human who answers
 * in the thread, `withdrawn` after it had been sent.
 */
export const approvalStates = [
  "pending",
  "escalated",
  "approved",
  "corrected",
  "rejected",
  "taken_over",
  "withdrawn",
] as const;
export type ApprovalState = (typeof approvalStates)[number];
export const isOpen = (state: ApprovalState): boolean => state === "pending" || state === "escalated";

/**
 * Why a human was asked. `review`: an answer that was verified before has expired, or a source of it has changed. `resolved`: whoever resolved
 * the question elsewhere has written an answer.
 */
export const approvalReasons = [
  "low_confidence",
  "policy_all",
  "sensitive",
  "nothing_found",
  "review",
  "resolved",
] as const;
export type ApprovalReason = (typeof approvalReasons)[number];

/** What is to be approved, and what was approved. */
export interface ProposedAnswer {
  /** Markdown with `[n]` markers. */
  readonly text: string;
  readonly citations: readonly Citation[];
  /** The answerer: `extractive`, `human`, or the model's name. */
  readonly answeredBy: string;
}

/** What becomes of an approval by itself, and when; each step says what follows it. */
export const approvalSteps = ["offer", "remind", "next_level", "carry_out"] as const;
/**
 * `offer`: the level's approvers get their cards. `remind`: they are reminded. `next_level`: the next level is offered, or
 * after the last it is escalated. `carry_out`: what was decided is told and learned, or that nobody did.
 */
export type ApprovalStep = (typeof approvalSteps)[number];

export interface Vote {
  readonly userId: UserId;
  readonly name: string;
  readonly at: Date;
}

/** What was decided, by whom. */
export interface ApprovalDecision {
  readonly kind: "approved" | "edited" | "corrected" | "rejected" | "taken_over";
  readonly by: UserId;
  readonly byName: string;
  readonly at: Date;
  /** Why it was rejected, told to the asker. */
  readonly reason: string | null;
}

/** The record of one approval: the truth of which every card is a view. */
export interface Approval {
  readonly id: ApprovalId;
  /** The question that is answered; of a review, the one that the verified answer came from. */
  readonly turnId: TurnId;
  /** The verified answer that a review is about; of a correction, what was learned from the answer that it corrects, if anything was. */
  readonly reviewOf: VerifiedAnswerId | null;
  readonly conversationId: ConversationId;
  readonly channel: ChannelName;
  readonly threadKey: string;
  /** Of the question, without `passingNames`. */
  readonly address: Address;
  /** Whether others than the asker see the thread. */
  readonly shared: boolean;
  /** Whether everyone who reads the thread may know the company's people by name. */
  readonly named: boolean;
  readonly departmentId: DepartmentId | null;
  readonly askedBy: UserId;
  readonly askedByName: string;
  readonly language: Language;
  /** As it was searched, understandable without its thread. */
  readonly question: string;
  readonly why: ApprovalReason;
  /** What stands to be approved now; null where nothing was found and nobody has written anything. */
  readonly answer: ProposedAnswer | null;
  /** Counts the wordings of the answer; votes are for one of them. */
  readonly revision: number;
  readonly confidence: Confidence;
  /** The strictest label, and the readers common to, all that the answer rests on. */
  readonly label: Sensitivity;
  readonly readers: readonly Principal[] | null;
  /** The policy that it began with. */
  readonly policy: ApprovalPolicy;
  /** From 0: how many levels have been asked besides the first. */
  readonly level: number;
  readonly state: ApprovalState;
  /** Counts every change: a card of an older version shows what is no more. */
  readonly version: number;
  /** An earlier question of the same meaning, with which this one is decided; null where it stands for itself. */
  readonly sameAs: ApprovalId | null;
  /** Votes for the wording that stands now. */
  readonly votes: readonly Vote[];
  readonly decision: ApprovalDecision | null;
  /** Who took back what had been sent; null where nobody did. */
  readonly withdrawn: Vote | null;
  readonly due: { readonly step: ApprovalStep; readonly at: Date } | null;
  readonly createdAt: Date;
}

/** Whether it puts other words in the place of an answer that was sent: nothing changes of that one until it is decided. */
export const isCorrection = ({ reviewOf, why }: Pick<Approval, "reviewOf" | "why">): boolean =>
  reviewOf !== null && why === "resolved";

/** Somebody's card of an approval, in their own direct messages. */
export interface ApprovalCard {
  readonly userId: UserId;
  readonly channel: ChannelName;
  readonly threadKey: string;
  readonly address: Address;
  /** The message that shows it now. */
  readonly deliveryId: DeliveryId;
}
