/**
 * Why something that a person wanted in a chat is not done. Errors carry it as the fact `reason`, so that channels can say it
 * in other languages than English; `names`, `name`, `department`, `departmentTh` and `limit` beside it are the facts of its sentence.
 */
export const refusalReasons = [
  "question_gone",
  "answer_gone",
  "nothing_to_show",
  "share_not_yours",
  "share_document_gone",
  "share_uncited",
  "share_restricted",
  "share_department_closed",
  "share_outsiders",
  "fuller_not_yours",
  "human_not_yours",
  "handoff_gone",
  "handoff_own_question",
  "handoff_not_expert",
  "handoff_taken",
  "handoff_closed",
  "handoff_not_taken",
  "give_back_not_yours",
  "approval_gone",
  "approval_own_question",
  "approval_not_approver",
  "approval_sign_in",
  "approval_late",
  "approval_changed",
  "approval_not_sent",
  "answer_empty",
  "answer_too_long",
  "escalation_none",
  "escalation_no_words",
  "escalation_gone",
  "escalation_not_yours",
  "escalation_resolved",
  "escalation_no_link",
  "comment_empty",
  "comment_too_long",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** Names of the reason's sentence. */
export type ReasonFacts = Readonly<
  Partial<Record<"name" | "names" | "department" | "departmentTh" | "at", string> & Record<"limit", number>>
>;
