import { answerLengthLimit } from "../../../core/approvals/write-answer.ts";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import type { EscalationAction } from "../../../core/escalation/escalation-view.ts";
import type { EscalationId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import { type CardAction, type CardElement, execute, quiet } from "./card.ts";
import { escalationVerbs, inputIds } from "./verbs.ts";

/** As long as one writes on a card; tickets take more. */
export const cardCommentLength = 4_000;

/**
 * What may be tried with an escalation. To acknowledge it is one click; all else opens a part of the card that says what it
 * means, and asks what it needs.
 */
export const escalationActions = (
  id: EscalationId,
  actions: readonly EscalationAction[],
  language: Language,
): readonly CardAction[] => actions.map((action) => actionOf(id, action, language));

function actionOf(id: EscalationId, action: EscalationAction, language: Language): CardAction {
  const words = escalationTexts[language];
  const title = words.action[action];
  const does = (label: string): CardAction =>
    execute(escalationVerbs[action], { id }, label, { style: "positive" });
  const step = (body: readonly CardElement[], label: string): CardAction => ({
    type: "Action.ShowCard",
    title,
    card: { type: "AdaptiveCard", version: "1.5", body, actions: [does(label)] },
  });
  switch (action) {
    case "acknowledge":
      return does(title);
    case "resolve":
      return step([quiet(words.resolveMeans)], title);
    case "comment":
      return step([quiet(words.commentHint), commentInput(language)], words.send);
    case "answer":
      return step(
        [
          quiet(words.answerHint),
          {
            type: "Input.Text",
            id: inputIds.escalationAnswer,
            label: words.answer,
            isMultiline: true,
            isRequired: true,
            errorMessage: words.answerMissing,
            maxLength: answerLengthLimit,
          },
        ],
        words.send,
      );
  }
}

/** @param value what stands in it to begin with */
export function commentInput(language: Language, value?: string): CardElement {
  const words = escalationTexts[language];
  return {
    type: "Input.Text",
    id: inputIds.escalationComment,
    label: words.comment,
    isMultiline: true,
    isRequired: true,
    errorMessage: words.commentMissing,
    maxLength: cardCommentLength,
    ...(value === undefined ? {} : { value }),
  };
}
