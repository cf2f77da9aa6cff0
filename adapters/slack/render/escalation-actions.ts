import type { ActionsBlock, Button } from "@slack/types";
import { escalationTexts } from "../../../core/escalation/escalation-texts.ts";
import { type EscalationAction, escalationActions } from "../../../core/escalation/escalation-view.ts";
import { type EscalationId, isId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import { button } from "./message.ts";

/** What every click on an escalation is called begins with this. The value is the escalation's id. */
const prefix = "escalation_";

export interface EscalationClick {
  readonly action: EscalationAction;
  readonly escalationId: EscalationId;
}

export const isEscalationAction = (actionId: string): boolean => actionId.startsWith(prefix);

/** What a button stands for; null for what none of ours sends. */
export function readEscalationClick(actionId: string, value: string): EscalationClick | null {
  const action = escalationActions.find((known) => `${prefix}${known}` === actionId);
  return action && isId(value) ? { action, escalationId: value as EscalationId } : null;
}

/** What may be tried with an escalation; null where there is nothing. */
export function escalationButtons(
  escalationId: EscalationId,
  actions: readonly EscalationAction[],
  language: Language,
): ActionsBlock | null {
  const elements = actions.map((action) => toButton(escalationId, action, language));
  return elements.length === 0 ? null : { type: "actions", elements };
}

function toButton(escalationId: EscalationId, action: EscalationAction, language: Language): Button {
  const words = escalationTexts[language];
  const label = words.action[action];
  return button(`${prefix}${action}`, escalationId, label, {
    ...(action === "acknowledge" || action === "answer" ? { style: "primary" } : {}),
    ...(action === "resolve"
      ? {
          confirm: {
            title: { type: "plain_text", text: words.sure },
            text: { type: "plain_text", text: words.resolveMeans },
            confirm: { type: "plain_text", text: label },
            deny: { type: "plain_text", text: words.cancel },
          },
        }
      : {}),
  });
}
