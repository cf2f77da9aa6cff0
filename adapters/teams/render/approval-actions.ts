import { answerLengthLimit, reasonLengthLimit } from "../../../core/approvals/write-answer.ts";
import type { ApprovalAction, ApprovalView } from "../../../core/approvals/approval-view.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import type { Language } from "../../../core/text/language.ts";
import { approvalTexts } from "./approval-texts.ts";
import type { ApprovalTexts } from "./approval-words.ts";
import { type CardAction, type CardElement, execute, quiet } from "./card.ts";
import { approvalVerbs, inputIds } from "./verbs.ts";

export interface ApprovalActionsContext {
  readonly language: Language;
  /** Where it is decided in the console; null where its address is not known. */
  readonly consoleUrl: string | null;
  /** Whether the draft is short enough to be edited on the card. */
  readonly editHere: boolean;
}

/**
 * What the viewer may do with an approval now. Only the approval itself is one click; all else opens a part of the card that
 * says what it means, and asks what it needs.
 */
export function approvalActions(view: ApprovalView, context: ApprovalActionsContext): readonly CardAction[] {
  return view.actions.flatMap((action) => actionOf(action, view, context));
}

function actionOf(
  action: ApprovalAction,
  view: ApprovalView,
  { language, consoleUrl, editHere }: ApprovalActionsContext,
): readonly CardAction[] {
  const words = approvalTexts[language];
  const does = (title: string, primary: boolean): CardAction =>
    execute(
      approvalVerbs[action],
      { id: view.approvalId, revision: String(view.revision) },
      title,
      primary ? { style: "positive" } : {},
    );
  const step = (
    { title, means, does: label }: ApprovalTexts["edit"],
    inputs: readonly CardElement[] = [],
    primary = false,
  ): readonly CardAction[] => [
    {
      type: "Action.ShowCard",
      title,
      card: {
        type: "AdaptiveCard",
        version: "1.5",
        body: [quiet(means), ...inputs],
        actions: [does(label, primary)],
      },
    },
  ];
  switch (action) {
    case "approve":
      return [does(words.approve, true)];
    case "edit": {
      const url = consoleUrl === null ? null : linkAddress(consoleUrl);
      if (!editHere) return url === null ? [] : [{ type: "Action.OpenUrl", title: words.editInConsole, url }];
      return step(
        words.edit,
        [answerInput(inputIds.edited, words.answer, words, view.answer?.text ?? "")],
        true,
      );
    }
    case "correct":
      return step(
        view.answer === null ? words.write : words.correct,
        [answerInput(inputIds.correction, words.correction, words)],
        true,
      );
    case "reject":
      return step(words.reject, [
        {
          type: "Input.Text",
          id: inputIds.rejection,
          label: words.reason,
          isMultiline: true,
          maxLength: reasonLengthLimit,
        },
      ]);
    case "take_over":
      return step(words.takeOver);
    case "escalate":
      return step(words.escalate);
    case "undo":
      return step(words.undo);
  }
}

const answerInput = (id: string, label: string, words: ApprovalTexts, value?: string): CardElement => ({
  type: "Input.Text",
  id,
  label,
  isMultiline: true,
  isRequired: true,
  errorMessage: words.missing,
  maxLength: answerLengthLimit,
  ...(value === undefined ? {} : { value }),
});
