import type { TurnState } from "../../../core/conversation/turn.ts";

/** What the bot says besides answers, in Markdown (GFM); names and questions that it takes are Markdown already. */
export interface HandleTexts {
  readonly help: string;
  /** The ways to ask; `slug` is of a department that the person can ask, if there is one. */
  readonly ways: (slug: string | null) => string;
  readonly tryThese: string;
  readonly emptyQuestion: string;
  readonly departmentsTitle: string;
  readonly noDepartments: string;
  readonly nameDepartment: (slug: string) => string;
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
  readonly nothingRuns: string;
  readonly toldPrivately: string;
  readonly askPrivately: string;
  readonly held: (name: string) => string;
  readonly askedAboutMessage: (name: string) => string;
  readonly humanAskedBefore: string;
  readonly tookOver: string;
  /** Where the asker alone sees the thread. */
  readonly tookOverDirectly: string;
  readonly closedRequest: string;
  readonly gaveBack: string;
  readonly shared: string;
  /** What a click is answered with at once. */
  readonly clicked: string;
  readonly answerComesInThread: string;
  readonly addingToTicket: string;
  readonly answerComesToYou: string;
  readonly nothingFound: string;
  readonly searchSlow: string;
  readonly searchHint: string;
  readonly couldNotShow: string;
  readonly notConnected: string;
  readonly unknownButton: string;
  readonly couldNot: string;
  readonly switchedOff: string;
  readonly unknownPerson: string;
  readonly nothingToAsk: string;
  readonly anonymous: string;
  readonly notSeen: string;
  readonly notChecked: string;
  readonly noChat: string;
}
