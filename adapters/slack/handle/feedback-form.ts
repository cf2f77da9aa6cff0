import type { ModalView } from "@slack/types";
import { feedbackReasonLength } from "../../../core/conversation/feedback-length.ts";
import { feedbackReasons } from "../../../core/conversation/feedback-reasons.ts";
import type { Language } from "../../../core/text/language.ts";
import { optionOf } from "./department-select.ts";
import { callbackIds, inputIds } from "./form-ids.ts";
import { handleTexts } from "./texts.ts";

/** Room for the reason's own name before what the person writes. */
const longestComment = feedbackReasonLength - 100;

/** Why an answer was not helpful. `about` comes back with it as it is. */
export function feedbackForm(language: Language, about: string): ModalView {
  const words = handleTexts[language];
  return {
    type: "modal",
    callback_id: callbackIds.feedbackForm,
    private_metadata: about,
    title: { type: "plain_text", text: words.feedbackTitle },
    submit: { type: "plain_text", text: words.send },
    close: { type: "plain_text", text: words.cancel },
    blocks: [
      {
        type: "input",
        block_id: inputIds.reason,
        label: { type: "plain_text", text: words.feedbackQuestion },
        element: {
          type: "radio_buttons",
          action_id: inputIds.reason,
          options: feedbackReasons.map((reason) => optionOf(words.feedbackReason[reason], reason)),
        },
      },
      {
        type: "input",
        block_id: inputIds.comment,
        optional: true,
        label: { type: "plain_text", text: words.feedbackMore },
        element: {
          type: "plain_text_input",
          action_id: inputIds.comment,
          multiline: true,
          max_length: longestComment,
        },
      },
    ],
  };
}
