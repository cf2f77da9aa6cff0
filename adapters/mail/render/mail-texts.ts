import type { ApprovalReason } from "../../../core/approvals/approval.ts";
import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import type { Sensitivity } from "../../../core/identity/access.ts";

type DecidedKind = NonNullable<ApprovalView["decided"]>["kind"];

/** What mails say. Names are plain text. */
export interface MailTexts {
  readonly subject: {
    readonly approval: (question: string) => string;
    readonly reminder: (question: string) => string;
    readonly answer: (question: string) => string;
    readonly news: (question: string) => string;
    readonly escalation: (question: string) => string;
    readonly answerWanted: (resolvedAs: string) => string;
    readonly handoff: (askedBy: string) => string;
    readonly handoffNews: string;
    readonly own: string;
  };
  readonly why: Readonly<Record<ApprovalReason, string>>;
  readonly askedBy: (name: string | null, department: string | null) => string;
  readonly reminder: string;
  readonly draft: string;
  readonly noDraft: string;
  /** The viewer may not read it, or it is held too strictly for a mail. */
  readonly draftElsewhere: string;
  readonly answerElsewhere: string;
  readonly sources: string;
  readonly nearest: string;
  readonly page: (page: number) => string;
  readonly label: Readonly<Record<Exclude<Sensitivity, "public">, string>>;
  readonly agreed: (names: readonly string[], required: number) => string;
  readonly overdue: string;
  readonly escalated: string;
  readonly decided: Readonly<Record<DecidedKind, (by: string) => string>>;
  readonly nothingLeft: string;
  readonly openApproval: string;
  readonly openQuestion: string;
  readonly openEscalation: string;
  readonly openConsole: string;
  readonly signIn: string;
  readonly verified: (by: string | null) => string;
  /** It takes the place of an answer that was sent before. */
  readonly corrected: (by: string | null) => string;
  readonly humanAsked: (name: string, department: string | null) => string;
  readonly told: (names: string | null) => string;
  readonly nobodyTold: string;
  readonly handoffOffered: (name: string, department: string | null) => string;
  readonly takenOver: (name: string) => string;
  readonly givenBack: (name: string) => string;
  readonly expertFound: (name: string | null) => string;
  readonly askerWaits: (name: string) => string;
  readonly requestClosed: (name: string | null) => string;
  readonly shared: (name: string) => string;
  readonly whyMail: string;
}
