import type { ApprovalReason } from "../../../core/approvals/approval.ts";
import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import type { ChannelName } from "../../../core/delivery/channel-name.ts";

type DecidedKind = NonNullable<ApprovalView["decided"]>["kind"];
/** What opens a part of the card, what is asked there, and the button that does it. */
interface Step {
  readonly title: string;
  readonly means: string;
  readonly does: string;
}

/** What is said of approvals on cards. Names are plain text; a `when` is a date as the reader's Teams writes it. */
export interface ApprovalTexts {
  readonly why: Readonly<Record<ApprovalReason, string>>;
  readonly asked: (name: string | null, when: string) => string;
  /** Where the question was asked, where it does not open for the reader. */
  readonly askedWhere: Readonly<Record<ChannelName, string>>;
  readonly openThread: string;
  readonly draft: string;
  readonly answer: string;
  readonly noDraft: string;
  readonly cut: string;
  readonly inConsole: string;
  readonly calibrated: (approved: number, labels: number) => string;
  readonly agreed: (names: readonly string[], required: number) => string;
  readonly alsoAsked: (count: number) => string;
  readonly overdue: (when: string) => string;
  readonly escalated: string;
  readonly approve: string;
  readonly edit: Step;
  readonly editInConsole: string;
  readonly correct: Step;
  /** Of `correct` where there is no draft. */
  readonly write: Step;
  readonly correction: string;
  readonly reject: Step;
  readonly reason: string;
  readonly takeOver: Step;
  readonly escalate: Step;
  readonly undo: Step;
  readonly missing: string;
  readonly decided: Readonly<Record<DecidedKind, (by: string) => string>>;
  readonly decidedAt: (when: string) => string;
  readonly reminder: string;
  readonly reminderAbove: string;
  readonly uncheckedDraft: string;
  readonly verified: (by: string | null, when: string) => string;
  /** It takes the place of an answer that was sent before. */
  readonly corrected: (by: string | null, when: string) => string;
  /** The same question was answered before. */
  readonly verifiedBefore: (by: string | null, when: string) => string;
  readonly forAsker: (name: string) => string;
  readonly signIn: string;
  readonly yourWords: string;
}
