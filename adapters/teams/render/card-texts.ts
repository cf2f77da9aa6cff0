import type { ConfidenceLevel, ConfidenceReasonCode } from "../../../core/answering/confidence.ts";
import type { FeedbackReason } from "../../../core/conversation/feedback-reasons.ts";
import type { Citation } from "../../../core/answering/citation.ts";
import type { TurnState } from "../../../core/conversation/turn.ts";

type Label = NonNullable<Citation["label"]>;

/** The words around an answer, of cards and of forms. Names in them are plain text. */
export interface Texts {
  readonly sources: string;
  readonly moreSources: (count: number) => string;
  readonly nearest: string;
  readonly page: (page: number) => string;
  readonly label: Readonly<Record<Label, { readonly name: string; readonly description: string }>>;
  /** The page's words for the same things, so that the products say the same; a test compares them. */
  readonly confidence: Readonly<Record<ConfidenceLevel, string>>;
  readonly reason: Readonly<Record<ConfidenceReasonCode, string>>;
  readonly state: Readonly<
    Record<Exclude<TurnState, "answered" | "not_found" | "waiting" | "failed" | "cancelled">, string>
  >;
  /** The model is busy, and so many questions are before this one. It promises no time. */
  readonly waiting: (place: number) => string;
  readonly quoting: string;
  readonly byHuman: string;
  readonly model: (name: string) => string;
  readonly offerHuman: string;
  readonly askHuman: string;
  readonly askHumanLabel: string;
  readonly showFuller: string;
  /** To the asker alone, in their own chat. */
  readonly fullerOffer: string;
  /** On the answer itself, as the asker alone sees it. */
  readonly fullerHere: string;
  readonly showEveryone: string;
  readonly sharedBy: (name: string) => string;
  readonly humanAsked: (name: string, department: string | null) => string;
  /** Null: some whom the readers may not know. `direct`: the asker alone sees the thread. */
  readonly expertsTold: (names: string | null, direct: boolean) => string;
  readonly nobodyTold: string;
  readonly handoffOffered: (name: string, department: string | null) => string;
  readonly openThread: string;
  readonly takeOver: string;
  readonly takenOver: (name: string) => string;
  readonly takenByYou: string;
  readonly takenByOther: (name: string) => string;
  readonly handoffClosed: string;
  readonly giveBack: string;
  readonly givenBack: (name: string) => string;
  /** Where the asker alone sees the thread, and nobody can answer there. */
  readonly takenByYouDirectly: (asker: string) => string;
  /** With a mention. */
  readonly writeTo: (person: string) => string;
  readonly openChat: string;
  readonly expertFound: (name: string | null) => string;
  readonly requestClosed: (name: string | null) => string;
  readonly done: string;
  readonly welcome: (firstName: string) => string;
  readonly welcomeTeam: string;
  readonly welcomeGroup: string;
  readonly welcomeText: string;
  /** In a person's own chat. */
  readonly welcomeOwn: string;
  /** Where others are. */
  readonly welcomeMention: string;
  readonly welcomeGuest: string;
  readonly tryThese: string;
  readonly feedbackTitle: string;
  readonly feedbackQuestion: string;
  readonly feedbackReason: Readonly<Record<FeedbackReason, string>>;
  readonly feedbackMore: string;
  readonly praiseQuestion: string;
  readonly send: string;
  readonly askTitle: string;
  readonly question: string;
  readonly questionMissing: string;
  readonly department: string;
  readonly letExpertChoose: string;
  readonly answerWhere: string;
  readonly answerInThread: string;
  readonly answerToMe: string;
  readonly notInConversation: string;
  readonly ask: string;
  readonly open: string;
  readonly shortened: string;
}
