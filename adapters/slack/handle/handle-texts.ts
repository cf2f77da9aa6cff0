import type { TurnState } from "../../../core/conversation/turn.ts";

/** Why somebody thinks badly of an answer, as it is stored. */
export const feedbackReasons = [
  "wrong",
  "incomplete",
  "outdated",
  "hard_to_understand",
  "should_not_be_shown",
] as const;
export type FeedbackReason = (typeof feedbackReasons)[number];

/** What the bot says besides answers. Names and questions in it are plain text. */
export interface HandleTexts {
  readonly helpTitle: string;
  readonly help: string;
  /** The ways to ask, one per line, as mrkdwn; `slug` is of a department that the person can ask, if there is one. */
  readonly ways: (bot: string, slug: string | null) => string;
  readonly tryThese: string;
  readonly inThisThread: string;
  readonly departmentsTitle: string;
  readonly noDepartments: string;
  readonly nameDepartment: (slug: string) => string;
  readonly departmentOf: (name: string, slug: string) => string;
  readonly statusTitle: string;
  readonly signedInAs: (name: string) => string;
  readonly asGuest: string;
  readonly myQuestions: string;
  readonly noQuestions: string;
  readonly waitsForMe: string;
  readonly nothingWaits: string;
  readonly takenByMe: string;
  readonly askedBy: (name: string, department: string | null) => string;
  readonly quoting: string;
  readonly model: (name: string) => string;
  readonly state: Readonly<Record<TurnState, string>>;
  readonly waitsForHuman: string;
  readonly working: string;
  readonly held: (name: string) => string;
  readonly askTitle: string;
  readonly loading: string;
  readonly question: string;
  readonly questionHint: string;
  readonly department: string;
  readonly letExpertChoose: string;
  readonly answerWhere: string;
  readonly answerInThread: string;
  readonly answerToMe: string;
  readonly notInChannel: string;
  readonly withFiles: (count: number) => string;
  readonly ask: string;
  readonly cancel: string;
  readonly askedAboutMessage: (userId: string) => string;
  readonly youAsked: string;
  readonly homeGreeting: (firstName: string) => string;
  readonly homeAsked: string;
  readonly guestHome: string;
  readonly guestWithout: string;
  readonly myDepartments: string;
  readonly open: string;
  readonly takeOver: string;
  readonly giveBack: string;
  readonly greeting: (firstName: string) => string;
  readonly promptsTitle: string;
  readonly thanks: string;
  readonly thanksForReason: string;
  readonly feedbackTitle: string;
  readonly feedbackQuestion: string;
  readonly feedbackReason: Readonly<Record<FeedbackReason, string>>;
  readonly feedbackMore: string;
  readonly send: string;
  /** Null: some whom the person may not know. `direct`: the person alone sees the thread. */
  readonly humanAsked: (experts: readonly string[] | null, direct: boolean) => string;
  readonly humanAskedBefore: string;
  readonly tookOver: string;
  readonly tookOverDirectly: string;
  readonly gaveBack: string;
  readonly closedRequest: string;
  readonly shared: string;
  readonly fullerComes: string;
  readonly unknownButton: string;
  readonly couldNot: string;
  readonly switchedOff: string;
  readonly unknownPerson: string;
  readonly nothingToAsk: string;
}
