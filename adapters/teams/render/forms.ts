import { feedbackReasonLength } from "../../../core/conversation/feedback-length.ts";
import { feedbackReasons } from "../../../core/conversation/feedback-reasons.ts";
import { questionLengthLimit } from "../../../core/conversation/question-length.ts";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import type { Department } from "../../../core/identity/member.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import type { Language } from "../../../core/text/language.ts";
import { type AdaptiveCard, type CardElement, makeCard, quiet } from "./card.ts";
import { cardCommentLength, commentInput } from "./escalation-actions.ts";
import { jsonBytes, teamsLimits } from "./limits.ts";
import { attachmentOf, type CardAttachment } from "./teams-message.ts";
import { texts } from "./texts.ts";
import { anyDepartment, answerPlaces, inputIds } from "./verbs.ts";

/** A window of Teams with a card in it. It knows no `Action.Execute`. */
export interface Form {
  readonly title: string;
  readonly card: AdaptiveCard;
}

/** A form as the answer to an invoke that asks for one. */
export const formAnswer = ({
  title,
  card,
}: Form): {
  readonly task: {
    readonly type: "continue";
    readonly value: {
      readonly title: string;
      readonly height: "medium";
      readonly width: "medium";
      readonly card: CardAttachment;
    };
  };
} => ({
  task: { type: "continue", value: { title, height: "medium", width: "medium", card: attachmentOf(card) } },
});

/** Room for the reason's own name before what the person writes. */
const longestComment = feedbackReasonLength - 100;

/** What somebody thinks of an answer; Teams says by itself which answer it is. */
export function feedbackForm(reaction: "like" | "dislike", language: Language): Form {
  const words = texts[language];
  const comment = (label: string): CardElement => ({
    type: "Input.Text",
    id: inputIds.comment,
    label,
    isMultiline: true,
    maxLength: longestComment,
  });
  const reasons: CardElement = {
    type: "Input.ChoiceSet",
    id: inputIds.reason,
    label: words.feedbackQuestion,
    style: "expanded",
    wrap: true,
    choices: feedbackReasons.map((reason) => ({ title: words.feedbackReason[reason], value: reason })),
  };
  const body = reaction === "like" ? [comment(words.praiseQuestion)] : [reasons, comment(words.feedbackMore)];
  return { title: words.feedbackTitle, card: withSubmit(body, words.send, language) };
}

const longestChoice = 80;
/** Of a message that is asked about, what fits into a card beside the departments. */
const longestPrefilled = 4_000;

interface AskForm {
  /** Of the message, as text. */
  readonly question: string;
  readonly departments: readonly Pick<Department, "id" | "name">[];
  readonly language: Language;
  /** Whether the bot can answer in the message's own conversation. */
  readonly inThread: boolean;
}

/** The question that a message asks, to be changed and sent; as many departments as a card takes. */
export function askForm(form: AskForm): Form {
  const { language } = form;
  const cardWith = (departments: number): AdaptiveCard =>
    withSubmit(
      askInputs({ ...form, departments: form.departments.slice(0, departments) }),
      texts[language].ask,
      language,
    );
  let departments = form.departments.length;
  let card = cardWith(departments);
  while (jsonBytes(card) > teamsLimits.cardBytes && departments > 0) card = cardWith((departments -= 1));
  return { title: texts[language].askTitle, card };
}

function askInputs({ question, departments, language, inThread }: AskForm): readonly CardElement[] {
  const words = texts[language];
  const toMe = { title: words.answerToMe, value: answerPlaces.person };
  const places = inThread ? [{ title: words.answerInThread, value: answerPlaces.thread }, toMe] : [toMe];
  return [
    {
      type: "Input.Text",
      id: inputIds.question,
      label: words.question,
      isMultiline: true,
      isRequired: true,
      errorMessage: words.questionMissing,
      maxLength: questionLengthLimit,
      value: question.slice(0, longestPrefilled).toWellFormed(),
    },
    {
      type: "Input.ChoiceSet",
      id: inputIds.department,
      label: words.department,
      style: "compact",
      wrap: true,
      value: anyDepartment,
      choices: [
        { title: words.letExpertChoose, value: anyDepartment },
        ...departments.map(({ id, name }) => ({ title: shorten(name[language], longestChoice), value: id })),
      ],
    },
    {
      type: "Input.ChoiceSet",
      id: inputIds.answerWhere,
      label: words.answerWhere,
      style: "expanded",
      wrap: true,
      value: places[0]?.value ?? answerPlaces.person,
      choices: places,
    },
    ...(inThread ? [] : [quiet(words.notInConversation)]),
  ];
}

/** A message that is added to a ticket, to be changed and sent. */
export const ticketForm = (text: string, language: Language): Form => ({
  title: escalationTexts[language].addToTicket,
  card: withSubmit(
    [
      quiet(escalationTexts[language].commentHint),
      commentInput(language, text.slice(0, cardCommentLength).toWellFormed()),
    ],
    escalationTexts[language].send,
    language,
  ),
});

const withSubmit = (body: readonly CardElement[], title: string, language: Language): AdaptiveCard =>
  makeCard({ language, body, actions: [{ type: "Action.Submit", title, style: "positive", data: {} }] });
