import { messageShortcut, ticketShortcut } from "../surface.ts";

/** What our shortcuts and forms are called. */
export const callbackIds = {
  /** The message shortcuts of the manifest. */
  askAboutMessage: messageShortcut.callback_id,
  addToTicket: ticketShortcut.callback_id,
  askForm: "ask_form",
  feedbackForm: "feedback_form",
  approvalForm: "approval_form",
  escalationForm: "escalation_form",
} as const;

/** What their inputs are called, and those of the Home tab. */
export const inputIds = {
  question: "question",
  department: "department",
  answerWhere: "answer_where",
  reason: "feedback_reason",
  comment: "feedback_comment",
  approvedAnswer: "approved_answer",
  rejectReason: "reject_reason",
  escalationText: "escalation_text",
  homeQuestion: "home_question",
  homeDepartment: "home_department",
  /** A button that only opens an address; Slack tells of it all the same. */
  openLink: "open_link",
} as const;

/** Of `department`: no department was chosen. */
export const anyDepartment = "any";

/** Of `answerWhere`. */
export const answerPlaces = { thread: "thread", person: "person" } as const;
