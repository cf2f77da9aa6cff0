import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import type { EscalationId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import { quoted } from "../render/quoted.ts";
import { context, section } from "../render/split-blocks.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import { callbackIds, inputIds } from "./form-ids.ts";

/** Acts that need words. */
export const writtenActs = ["comment", "answer"] as const;
export type WrittenAct = (typeof writtenActs)[number];

const placeSchema = z.object({
  act: z.enum(writtenActs),
  escalationId: z.string().transform((id) => id as EscalationId),
  /** Where the click came from. */
  channelId: z.string().nullable(),
  threadTs: z.string().nullable(),
});
/** What a form is about. */
export type EscalationPlace = z.output<typeof placeSchema>;

/** Null where another version of the product wrote it. */
export function readEscalationPlace(text: string): EscalationPlace | null {
  try {
    return placeSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const longestInput = 3_000;
const longestQuestion = 1_000;

/** What is shown at once, while it is looked up what it is about. */
export const loadingEscalation = (act: WrittenAct, language: Language): ModalView =>
  window(act, language, [context(`_${escalationTexts[language].loading}_`)]);

/** Instead of the form: why there is none. */
export const refusedEscalation = (act: WrittenAct, language: Language, text: string): ModalView =>
  window(act, language, [section(writePlain(text))]);

const window = (act: WrittenAct, language: Language, blocks: KnownBlock[]): ModalView => ({
  type: "modal",
  title: { type: "plain_text", text: escalationTexts[language].action[act] },
  close: { type: "plain_text", text: escalationTexts[language].close },
  blocks,
});

/** @param question Markdown; what the words are about. */
export function escalationForm(place: EscalationPlace, question: string, language: Language): ModalView {
  const words = escalationTexts[language];
  const { act } = place;
  return {
    ...window(act, language, [
      section(quoted(question, longestQuestion)),
      {
        type: "input",
        block_id: inputIds.escalationText,
        label: { type: "plain_text", text: act === "comment" ? words.comment : words.answer },
        hint: { type: "plain_text", text: act === "comment" ? words.commentHint : words.answerHint },
        element: {
          type: "plain_text_input",
          action_id: inputIds.escalationText,
          multiline: true,
          max_length: longestInput,
        },
      },
    ]),
    callback_id: callbackIds.escalationForm,
    private_metadata: JSON.stringify(place),
    submit: { type: "plain_text", text: words.send },
    close: { type: "plain_text", text: words.cancel },
  };
}
