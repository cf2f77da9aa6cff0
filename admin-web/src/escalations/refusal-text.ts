import type { TFunction } from "i18next";
import { asFailure } from "../app/failure-note.tsx";
import { refusalText as approvalRefusal } from "../approvals/refusal-text.ts";
import type { Language } from "../locales/language.ts";

/** Why something about an escalation was refused, in the person's language. An answer may be refused as one of an approval. */
export function refusalText(error: unknown, t: TFunction, language: Language): string {
  switch (asFailure(error).facts["reason"]) {
    case "escalation_gone":
      return t("escalations.refused.gone");
    case "escalation_not_yours":
      return t("escalations.refused.notYours");
    case "escalation_resolved":
      return t("escalations.refused.resolved");
    case "escalation_no_link":
      return t("escalations.refused.noLink");
    default:
      return approvalRefusal(error, t, language);
  }
}
