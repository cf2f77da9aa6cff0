import type { ModalView } from "@slack/types";
import { z } from "zod";
import type { Department } from "../../../core/identity/member.ts";
import type { Language } from "../../../core/text/language.ts";
import { questionLengthLimit } from "../../../core/conversation/question-length.ts";
import { context } from "../render/split-blocks.ts";
import { departmentSelect, optionOf } from "./department-select.ts";
import { answerPlaces, callbackIds, inputIds } from "./form-ids.ts";
import { handleTexts } from "./texts.ts";

/** What the form has to know of its message when it comes back; Slack keeps 3,000 characters of it. */
const aboutSchema = z.object({
  channelId: z.string(),
  ts: z.string(),
  threadTs: z.string().nullable(),
  fileIds: z.array(z.string()),
  responseUrl: z.string().nullable(),
});
export type AskAbout = z.output<typeof aboutSchema>;

/** Ids of files that fit into what a form keeps. */
export const filesKept = 50;
/** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const longestInput = 3_000;

/** Null where another version of the product wrote it. */
export function readAskAbout(privateMetadata: string): AskAbout | null {
  try {
    return aboutSchema.safeParse(JSON.parse(privateMetadata)).data ?? null;
  } catch {
    return null;
  }
}

const title = (language: Language) => ({ type: "plain_text", text: handleTexts[language].askTitle }) as const;

/** What is shown at once, while it is looked up what the person can ask. */
export const loadingForm = (language: Language): ModalView => ({
  type: "modal",
  callback_id: callbackIds.askForm,
  title: title(language),
  blocks: [context(`_${handleTexts[language].loading}_`)],
});

/** Instead of the form: why there is none. */
export const refusedForm = (language: Language, text: string): ModalView => ({
  type: "modal",
  title: title(language),
  close: { type: "plain_text", text: handleTexts[language].cancel },
  blocks: [{ type: "section", text: { type: "plain_text", text } }],
});

/** The question that a message asks, to be changed and sent. */
export function askForm(
  about: AskAbout,
  form: {
    readonly question: string;
    readonly departments: readonly Department[];
    readonly language: Language;
    /** Whether the bot can answer in the message's thread. */
    readonly inThread: boolean;
  },
): ModalView {
  const { departments, language, inThread } = form;
  const words = handleTexts[language];
  const toMe = optionOf(words.answerToMe, answerPlaces.person);
  const places = inThread ? [optionOf(words.answerInThread, answerPlaces.thread), toMe] : [toMe];
  const { length } = about.fileIds;
  const question = form.question.slice(0, Math.min(longestInput, questionLengthLimit)).toWellFormed();
  return {
    type: "modal",
    callback_id: callbackIds.askForm,
    private_metadata: JSON.stringify(about),
    title: title(language),
    submit: { type: "plain_text", text: words.ask },
    close: { type: "plain_text", text: words.cancel },
    blocks: [
      {
        type: "input",
        block_id: inputIds.question,
        label: { type: "plain_text", text: words.question },
        hint: { type: "plain_text", text: words.questionHint },
        element: {
          type: "plain_text_input",
          action_id: inputIds.question,
          multiline: true,
          max_length: longestInput,
          ...(question === "" ? {} : { initial_value: question }),
        },
      },
      {
        type: "input",
        block_id: inputIds.department,
        label: { type: "plain_text", text: words.department },
        element: departmentSelect(inputIds.department, departments, language),
      },
      {
        type: "input",
        block_id: inputIds.answerWhere,
        label: { type: "plain_text", text: words.answerWhere },
        element: {
          type: "radio_buttons",
          action_id: inputIds.answerWhere,
          options: places,
          initial_option: places[0] ?? toMe,
        },
      },
      ...(inThread ? [] : [context(words.notInChannel)]),
      ...(length === 0 ? [] : [context(words.withFiles(length))]),
    ],
  };
}
