import { useTranslation } from "react-i18next";
import type { BudgetView } from "../../../bots/http/contract/budget.ts";
import { useLanguage } from "../locales/use-language.ts";

/** Names whose budget it is. */
export function useOwnerName(): (scope: BudgetView["scope"]) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return (scope) => {
    if (scope.kind === "tenant") return t("usage.budget.company");
    if (scope.kind === "department") return scope.department.name[language];
    return scope.person?.name ?? t("usage.budget.eachPerson");
  };
}
