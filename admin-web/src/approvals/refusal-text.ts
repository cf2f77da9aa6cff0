import type { TFunction } from "i18next";
import { asFailure } from "../app/failure-note.tsx";
import { failureText } from "../locales/failure-texts.ts";
import type { Language } from "../locales/language.ts";
import { shortDate } from "../locales/when.ts";

/** Why something about an approval was refused, in the person's language. */
export function refusalText(error: unknown, t: TFunction, language: Language): string {
  const failure = asFailure(error);
  const { reason, name, at } = failure.facts;
  switch (reason) {
    case "approval_late":
      return t("approvals.late", {
        name: String(name),
        when: typeof at === "string" ? shortDate(at, language) : "",
      });
    case "approval_changed":
      return t("approvals.changed");
    case "approval_own_question":
      return t("approvals.ownQuestion");
    case "approval_not_approver":
      return t("approvals.notApprover");
    case "approval_not_sent":
      return t("approvals.notSent");
    default: {
      const { message, remedy } = failureText(failure, language);
      return `${message} ${remedy ?? ""}`.trim();
    }
  }
}
