import { escalateApproval, withdrawAnswer } from "../../../core/approvals/act.ts";
import type { ApprovalAction } from "../../../core/approvals/approval-view.ts";
import { decide, type Decision } from "../../../core/approvals/decide.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import { type ApprovalId, isId } from "../../../core/ids.ts";
import { approvalVerbs, inputIds } from "../render/verbs.ts";
import type { EventOf, TeamsDesk } from "./desk.ts";
import { refusal } from "./explain-error.ts";

const actions = new Map<string, ApprovalAction>(
  Object.entries(approvalVerbs).map(([action, verb]) => [verb, action as ApprovalAction]),
);

/** What a click on an approval's card does; undefined for any other verb. */
export const approvalActionOf = (verb: string): ApprovalAction | undefined => actions.get(verb);

/**
 * Does what somebody clicked on an approval's card. The core brings all of its cards up to date, whatever comes of it. Throws
 * what `decide`, `escalateApproval` and `withdrawAnswer` throw.
 */
export async function actOnApproval(
  { approvals }: TeamsDesk,
  { values }: EventOf<"card_action">,
  { identity, action }: { readonly identity: Identity; readonly action: ApprovalAction },
): Promise<void> {
  const { id = "", revision = "" } = values;
  if (!isId(id) || !/^\d{1,9}$/.test(revision)) throw refusal("invalid_input", "unknownButton");
  const act = { identity, approvalId: id as ApprovalId };
  switch (action) {
    case "escalate":
      await escalateApproval(approvals, act);
      return;
    case "undo":
      await withdrawAnswer(approvals, act);
      return;
    default:
      await decide(approvals, { ...act, revision: Number(revision), decision: decisionOf(action, values) });
  }
}

function decisionOf(
  action: Exclude<ApprovalAction, "escalate" | "undo">,
  values: EventOf<"card_action">["values"],
): Decision {
  switch (action) {
    case "edit":
      return { kind: action, text: values[inputIds.edited] ?? "" };
    case "correct":
      return { kind: action, text: values[inputIds.correction] ?? "" };
    case "reject":
      return { kind: action, reason: values[inputIds.rejection] ?? null };
    default:
      return { kind: action };
  }
}
