/**
 * What a click on a card is called. Its data has an `id`: the turn's, of `takeOver`, `giveBack` and `refreshHandoff` the
 * handoff's. Where a client knows no `Action.Execute`, the verb comes as `verb` in the data.
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
} as const;
export type Verb = (typeof verbs)[keyof typeof verbs];

/** Commands of the message extension, as the manifest names them. */
export const commandIds = {
  /** Finds answers and documents. */
  search: "search",
  /** Asks about a message. */
  askAboutMessage: "ask_about_message",
} as const;

/** What the inputs of our forms are called. */
export const inputIds = {
  question: "question",
  department: "department",
  answerWhere: "answer_where",
  reason: "feedback_reason",
  comment: "feedback_comment",
} as const;

/** Of `department`: no department was chosen. */
export const anyDepartment = "any";

/** Of `answerWhere`. */
export const answerPlaces = { thread: "thread", person: "person" } as const;
