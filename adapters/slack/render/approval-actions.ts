import type { ActionsBlock, Button, ConfirmationDialog, Overflow } from "@slack/types";
import {
  type ApprovalAction,
  approvalActions,
  type ApprovalView,
} from "../../../core/approvals/approval-view.ts";
import type { ApprovalId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import { approvalTexts } from "./approval-texts.ts";
import { button } from "./message.ts";

/** What every click on an approval is called begins with this; within a card each is called otherwise. */
const prefix = "approval_";
/** The menu of the rarer ones. */
const moreAction = `${prefix}more`;

export interface ApprovalClick {
  readonly action: ApprovalAction;
  readonly approvalId: ApprovalId;
  /** The wording that the person saw. */
  readonly revision: number;
}

export const isApprovalAction = (actionId: string): boolean => actionId.startsWith(prefix);

const valueOf = ({ approvalId, revision }: ApprovalView, action: ApprovalAction): string =>
  `${action}:${approvalId}:${String(revision)}`;

/** What a button or menu entry stands for; null for what none of ours sends. */
export function readApprovalClick(value: string): ApprovalClick | null {
  const [, name, id, revision] = /^([a-z_]+):([0-9a-f-]{36}):(\d{1,9})$/.exec(value) ?? [];
  const action = approvalActions.find((known) => known === name);
  if (!action || id === undefined) return null;
  return { action, approvalId: id as ApprovalId, revision: Number(revision) };
}

/** In a menu, since they are seldom wanted. */
const rarer: ReadonlySet<ApprovalAction> = new Set<ApprovalAction>(["take_over", "escalate"]);

/** What the viewer may do with an approval now; null where there is nothing. */
export function approvalButtons(view: ApprovalView, language: Language): ActionsBlock | null {
  const words = approvalTexts[language];
  const buttons = view.actions
    .filter((action) => !rarer.has(action))
    .map((action) => toButton(view, action, language));
  const others = view.actions.filter((action) => rarer.has(action));
  const [only] = others;
  if (others.length === 1 && only !== undefined) buttons.push(toButton(view, only, language));
  const menu: Overflow[] =
    others.length < 2
      ? []
      : [
          {
            type: "overflow",
            action_id: moreAction,
            options: others.map((action) => ({
              text: { type: "plain_text", text: words.action[action] },
              value: valueOf(view, action),
            })),
            confirm: confirmation(
              others.map((action) => meaning(action, language)).join("\n"),
              words.goOn,
              language,
            ),
          },
        ];
  const elements = [...buttons, ...menu];
  return elements.length === 0 ? null : { type: "actions", elements };
}

function toButton(view: ApprovalView, action: ApprovalAction, language: Language): Button {
  const words = approvalTexts[language];
  const label = action === "correct" && view.answer === null ? words.write : words.action[action];
  const means = meaning(action, language);
  return button(`${prefix}${action}`, valueOf(view, action), label, {
    ...(action === "approve" || label === words.write ? { style: "primary" } : {}),
    ...(action === "reject" || action === "undo" ? { style: "danger" } : {}),
    ...(means === "" ? {} : { confirm: confirmation(means, label, language) }),
  });
}

/** What follows, of those that are done by the click alone and are not to be had back; the others open a form. */
function meaning(action: ApprovalAction, language: Language): string {
  const words = approvalTexts[language];
  switch (action) {
    case "take_over":
      return words.takeOverMeans;
    case "escalate":
      return words.escalateMeans;
    case "undo":
      return words.undoMeans;
    default:
      return "";
  }
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object: its own button has 30 characters. */
const confirmation = (text: string, label: string, language: Language): ConfirmationDialog => ({
  title: { type: "plain_text", text: approvalTexts[language].sure },
  text: { type: "plain_text", text },
  confirm: { type: "plain_text", text: label },
  deny: { type: "plain_text", text: approvalTexts[language].cancel },
});
