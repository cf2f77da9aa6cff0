import type { Confidence } from "../answering/confidence.ts";
import type { Address } from "../delivery/address.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { ApprovalId, TurnId } from "../ids.ts";
import type { Language } from "../text/language.ts";
import type { ApprovalReason, ApprovalState, ProposedAnswer } from "./approval.ts";

export const approvalActions = [
  "approve",
  "edit",
  "correct",
  "reject",
  "take_over",
  "escalate",
  "undo",
] as const;
export type ApprovalAction = (typeof approvalActions)[number];

/** One approval as one person sees it now. Moments are ISO 8601 with their offset. */
export interface ApprovalView {
  readonly approvalId: ApprovalId;
  readonly turnId: TurnId;
  readonly state: ApprovalState;
  readonly version: number;
  readonly revision: number;
  readonly why: ApprovalReason;
  /** Null where the viewer may not know who asked. */
  readonly askedBy: string | null;
  readonly department: string | null;
  /** Of the question and its answer. */
  readonly language: Language;
  readonly question: string;
  /** The thread that it was asked in. */
  readonly channel: ChannelName;
  readonly threadKey: string;
  readonly address: Address;
  readonly answer: ProposedAnswer | null;
  readonly confidence: Confidence;
  /** How often such a draft was approved as it stood, from 0 to 1, and by how many decisions that is known. */
  readonly calibrated: { readonly probability: number; readonly labels: number } | null;
  readonly askedAt: string;
  /** When others are asked as well; null where nobody is left or it is decided. */
  readonly overdueAt: string | null;
  readonly required: number;
  /** Who agreed with the words that stand now. */
  readonly agreed: readonly string[];
  /** Who else waits for the same answer: their number. */
  readonly alsoAsked: number;
  readonly decided: {
    readonly kind: "approved" | "edited" | "corrected" | "rejected" | "taken_over" | "withdrawn";
    readonly by: string;
    readonly at: string;
    readonly reason: string | null;
  } | null;
  /** What the viewer may do with it now. */
  readonly actions: readonly ApprovalAction[];
}
