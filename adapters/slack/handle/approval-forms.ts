import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import { reasonLengthLimit } from "../../../core/approvals/write-answer.ts";
import type { ApprovalId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import { button } from "../render/message.ts";
import { quoted } from "../render/quoted.ts";
import { sourceBlocks, type SourceUrl } from "../render/sources.ts";
import { context, section } from "../render/split-blocks.ts";
import { approvalWords } from "./approval-words.ts";
import { callbackIds, inputIds } from "./form-ids.ts";
import { handleTexts } from "./texts.ts";

/** Decisions that need words. */
export const writtenDecisions = ["edit", "correct", "reject"] as const;
export type WrittenDecision = (typeof writtenDecisions)[number];

const placeSchema = z.object({
  decision: z.enum(writtenDecisions),
  approvalId: z.string().transform((id) => id as ApprovalId),
  revision: z.int(),
  /** Where the click came from; null: from the Home tab. */
  channelId: z.string().nullable(),
});
/** What a form is about. */
export type ApprovalPlace = z.output<typeof placeSchema>;

/** Null where another version of the product wrote it. */
export function readApprovalPlace(text: string): ApprovalPlace | null {
  try {
    return placeSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const longestInput = 3_000;
const longestQuestion = 1_000;

/** What is shown at once, while it is looked up how the approval stands. */
export const loadingApproval = (decision: WrittenDecision, language: Language): ModalView =>
  window(decision, language, [context(`_${handleTexts[language].loading}_`)]);

/** Instead of the form: why there is none, as mrkdwn, with the way to the console where that helps. */
export const refusedApproval = (
  decision: WrittenDecision,
  language: Language,
  { text, url }: { readonly text: string; readonly url: string | null },
): ModalView => window(decision, language, [section(text), ...consoleButton(url, language)]);

const window = (decision: WrittenDecision, language: Language, blocks: KnownBlock[]): ModalView => ({
  type: "modal",
  title: { type: "plain_text", text: approvalWords[language].title[decision] },
  close: { type: "plain_text", text: approvalWords[language].close },
  blocks,
});

export const consoleButton = (url: string | null, language: Language): KnownBlock[] =>
  url === null
    ? []
    : [
        {
          type: "actions",
          elements: [button(inputIds.openLink, "open", approvalWords[language].openConsole, { url })],
        },
      ];

/** The words of a decision, to be written and sent. The draft is there to begin with where Slack's field holds it. */
export function approvalForm(
  decision: WrittenDecision,
  view: ApprovalView,
  form: {
    readonly language: Language;
    readonly channelId: string | null;
    readonly sourceUrl: SourceUrl;
    readonly consoleUrl: string | null;
  },
): ModalView {
  const { language } = form;
  const words = approvalWords[language];
  const draft = view.answer?.text ?? "";
  if (decision === "edit" && draft.length > longestInput)
    return refusedApproval(decision, language, { text: words.tooLong, url: form.consoleUrl });
  const { approvalId, revision } = view;
  const place: ApprovalPlace = { decision, approvalId, revision, channelId: form.channelId };
  return {
    ...window(decision, language, [
      section(quoted(view.question, longestQuestion)),
      ...(decision === "reject" ? [reasonInput(language)] : answerInput(decision, draft, language)),
      ...(decision === "reject" || view.answer === null
        ? []
        : sourceBlocks({ ...view.answer, text: "", language: view.language }, form.sourceUrl)),
    ]),
    callback_id: callbackIds.approvalForm,
    private_metadata: JSON.stringify(place),
    submit: { type: "plain_text", text: words.submit[decision] },
    close: { type: "plain_text", text: handleTexts[language].cancel },
  };
}

function answerInput(
  decision: Exclude<WrittenDecision, "reject">,
  draft: string,
  language: Language,
): KnownBlock[] {
  const words = approvalWords[language];
  const initial = draft.length <= longestInput ? draft : "";
  return [
    {
      type: "input",
      block_id: inputIds.approvedAnswer,
      label: { type: "plain_text", text: words.answer },
      hint: { type: "plain_text", text: decision === "edit" ? words.sourcesHint : words.correctHint },
      element: {
        type: "plain_text_input",
        action_id: inputIds.approvedAnswer,
        multiline: true,
        max_length: longestInput,
        ...(initial === "" ? {} : { initial_value: initial }),
      },
    },
  ];
}

const reasonInput = (language: Language): KnownBlock => ({
  type: "input",
  block_id: inputIds.rejectReason,
  optional: true,
  label: { type: "plain_text", text: approvalWords[language].reason },
  hint: { type: "plain_text", text: approvalWords[language].reasonHint },
  element: {
    type: "plain_text_input",
    action_id: inputIds.rejectReason,
    multiline: true,
    max_length: reasonLengthLimit,
  },
});
