import type { ApprovalAction } from "../../../core/approvals/approval-view.ts";
import type { EscalationAction } from "../../../core/escalation/escalation-view.ts";

/**
 * What a click on a card is called. Its data has an `id`: the turn's, of `takeOver`, `giveBack` and `refreshHandoff` the
 * handoff's, of `refreshApproval` the approval's, of `escalationVerbs` the escalation's. Where a client knows no `Action.Execute`, the verb comes as `verb` in the data.
 */
export const verbs = {
  askHuman: "ask_human",
  showFuller: "show_fuller",
  showEveryone: "show_everyone",
  takeOver: "take_over",
  giveBack: "give_back",
  /** A card asks for its present state, as its viewer sees it. */
  refreshReply: "refresh_reply",
  refreshHandoff: "refresh_handoff",
  refreshApproval: "refresh_approval",
} as const;

/** Of approvals, by what is done; beside the approval's `id`, the data has the `revision` that the person saw. */
export const approvalVerbs = {
  approve: "approval_approve",
  edit: "approval_edit",
  correct: "approval_correct",
  reject: "approval_reject",
  take_over: "approval_take_over",
  escalate: "approval_escalate",
  undo: "approval_undo",
} as const satisfies Readonly<Record<ApprovalAction, string>>;

/** Of escalations, by what is done. */
export const escalationVerbs = {
  acknowledge: "escalation_acknowledge",
  resolve: "escalation_resolve",
  comment: "escalation_comment",
  answer: "escalation_answer",
} as const satisfies Readonly<Record<EscalationAction, string>>;

export type Verb =
  | (typeof verbs)[keyof typeof verbs]
  | (typeof approvalVerbs)[keyof typeof approvalVerbs]
  | (typeof escalationVerbs)[keyof typeof escalationVerbs];

/** Commands of the message extension, as the manifest names them. */
export const commandIds = {
  /** Finds answers and documents. */
  search: "search",
  /** Asks about a message. */
  askAboutMessage: "ask_about_message",
  /** Adds a message as a comment to what its conversation was escalated to. */
  addToTicket: "add_to_ticket",
} as const;

/** What the inputs of our forms are called. */
export const inputIds = {
  question: "question",
  department: "department",
  answerWhere: "answer_where",
  reason: "feedback_reason",
  comment: "feedback_comment",
  edited: "approval_edited",
  correction: "approval_correction",
  rejection: "approval_rejection",
  escalationComment: "escalation_comment_text",
  escalationAnswer: "escalation_answer_text",
} as const;

/** Of `department`: no department was chosen. */
export const anyDepartment = "any";

/** Of `answerWhere`. */
export const answerPlaces = { thread: "thread", person: "person" } as const;
