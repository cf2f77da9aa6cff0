import type { ApprovalId } from "../../../core/ids.ts";
import type { ExpertError } from "../../../core/errors.ts";
import type { Language } from "../../../core/text/language.ts";
import { slackDate } from "../render/slack-date.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import { approvalWords } from "./approval-words.ts";
import type { Desk } from "./desk.ts";
import { explainError } from "./explain-error.ts";

/** Why a decision does not count, as mrkdwn, and where to go on: whoever has to sign in does so at the approval itself. */
export function explainApproval(
  { approvalUrl }: Pick<Desk, "approvalUrl">,
  error: ExpertError,
  language: Language,
  approvalId: ApprovalId,
): { readonly text: string; readonly url: string | null } {
  const { reason, at } = error.facts;
  const said = writePlain(explainError(error, language));
  const when = reason === "approval_late" && typeof at === "string" ? slackDate(at, language) : null;
  return {
    text: when === null ? said : `${said} ${approvalWords[language].decidedAt(when)}`,
    url: reason === "approval_sign_in" ? approvalUrl(approvalId) : null,
  };
}
