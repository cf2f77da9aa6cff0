import type { Button, HomeView, KnownBlock } from "@slack/types";
import type { Identity } from "../../../core/identity/directory.ts";
import type { Language } from "../../../core/text/language.ts";
import { actionIds } from "../render/action-ids.ts";
import { button } from "../render/message.ts";
import { context, section } from "../render/split-blocks.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import { askableDepartments } from "../../../core/identity/askable-departments.ts";
import { departmentSelect } from "./department-select.ts";
import { firstName } from "./first-name.ts";
import { inputIds } from "./form-ids.ts";
import { homeApprovals } from "./home-approvals.ts";
import { describe, header } from "./help-messages.ts";
import type { OpenMatters, OpenQuestion, WaitingQuestion } from "./open-matters.ts";
import { questionLine, waitingLine } from "./status-message.ts";
import { handleTexts } from "./texts.ts";
import { isGuest } from "./visitor.ts";

export interface HomeState {
  readonly identity: Identity;
  readonly language: Language;
  readonly matters: OpenMatters;
  /** What became of what the person did last; null where they only came. */
  readonly notice: string | null;
  /** Another one than before empties the field to ask. */
  readonly fieldKey: string;
  readonly modelName: string | null;
}

/** https://docs.slack.dev/surfaces/app-home: 100 blocks; these leave room for the rest. */
const departmentsShown = 20;
/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
const longestHeader = 150;
const longestQuestion = 3_000;

/** The Home tab of one person: ask, what is open, what waits for them, whom they can ask. */
export function homeView(state: HomeState): HomeView {
  const { identity, language, matters, notice } = state;
  const words = handleTexts[language];
  const departments = askableDepartments(identity);
  const [first] = departments;
  return {
    type: "home",
    blocks: [
      header(shorten(words.homeGreeting(firstName(identity.member.name)), longestHeader)),
      ...(notice === null ? [] : [context(`*${writePlain(notice)}*`)]),
      ...(departments.length === 0 ? [] : askBlocks(state)),
      ...guestBlocks(state),
      { type: "divider" },
      section(`*${words.myQuestions}*`),
      ...(matters.questions.length === 0
        ? [context(words.noQuestions)]
        : matters.questions.map((question) => questionBlock(question, language))),
      ...homeApprovals(matters.approvals, language),
      ...waitingBlocks(state),
      { type: "divider" },
      section(`*${words.myDepartments}*`),
      context(first ? words.nameDepartment(first.slug) : words.noDepartments),
      ...departments
        .slice(0, departmentsShown)
        .map((department): KnownBlock => section(describe(department, language))),
      context(state.modelName === null ? words.quoting : writePlain(words.model(state.modelName))),
    ],
  };
}

function askBlocks({ identity, language, fieldKey }: HomeState): readonly KnownBlock[] {
  const words = handleTexts[language];
  return [
    {
      type: "input",
      block_id: `ask-${fieldKey}`,
      dispatch_action: true,
      label: { type: "plain_text", text: words.question },
      element: {
        type: "plain_text_input",
        action_id: inputIds.homeQuestion,
        max_length: longestQuestion,
        dispatch_action_config: { trigger_actions_on: ["on_enter_pressed"] },
      },
    },
    {
      type: "actions",
      block_id: `ask-in-${fieldKey}`,
      elements: [
        departmentSelect(inputIds.homeDepartment, askableDepartments(identity), language),
        button(actionIds.homeAsk, "ask", words.ask, { style: "primary" }),
      ],
    },
  ];
}

function guestBlocks({ identity, language }: HomeState): readonly KnownBlock[] {
  if (!isGuest(identity)) return [];
  const words = handleTexts[language];
  return [context(identity.scope.departments.size > 0 ? words.guestHome : words.guestWithout)];
}

const openButton = (link: string, language: Language): Button =>
  button(inputIds.openLink, "open", handleTexts[language].open, { url: link });

function questionBlock(question: OpenQuestion, language: Language): KnownBlock {
  const block = section(questionLine({ ...question, link: null }));
  return question.link === null ? block : { ...block, accessory: openButton(question.link, language) };
}

function waitingBlocks({ identity, language, matters }: HomeState): readonly KnownBlock[] {
  if (isGuest(identity) && matters.waiting.length === 0) return [];
  const words = handleTexts[language];
  return [
    { type: "divider" },
    section(`*${words.waitsForMe}*`),
    ...(matters.waiting.length === 0 ? [context(words.nothingWaits)] : []),
    ...matters.waiting.flatMap((one) => waitingQuestion(one, language)),
  ];
}

function waitingQuestion(one: WaitingQuestion, language: Language): readonly KnownBlock[] {
  const words = handleTexts[language];
  const { id, takenBy } = one.handoff;
  const act =
    takenBy === null
      ? button(actionIds.takeOver, id, words.takeOver, { style: "primary" })
      : button(actionIds.giveBack, id, words.giveBack);
  return [
    section(waitingLine({ ...one, link: null }, language)),
    { type: "actions", elements: [act, ...(one.link === null ? [] : [openButton(one.link, language)])] },
  ];
}
