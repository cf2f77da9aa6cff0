import { Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isFailure } from "../api/http-client.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { LoadingPage } from "../app/loading-page.tsx";
import { UnknownPage } from "../app/unknown-page.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import { BudgetSection } from "./budget-section.tsx";
import { useBudgets } from "./use-budgets.ts";
import { UsageSection } from "./usage-section.tsx";
import classes from "./usage.module.css";

/** How much of models is used, and how much may be: for admins, and for leads of their departments. */
export default function UsagePage() {
  const { t } = useTranslation();
  const budgets = useBudgets();
  if (isFailure(budgets.error, "forbidden"))
    return <UnknownPage title={t("usage.onlyTitle")} text={t("usage.onlyText")} />;
  return <Shown budgets={budgets} />;
}

function Shown({ budgets }: { readonly budgets: ReturnType<typeof useBudgets> }) {
  const { t } = useTranslation();
  const heading = usePageFocus(t("usage.title"));
  return (
    <div className={classes["page"]}>
      <Title order={1} ref={heading} tabIndex={-1}>
        {t("usage.title")}
      </Title>
      <Text c="dimmed">{t("usage.lead")}</Text>
      {budgets.isPending && <LoadingPage />}
      {budgets.isError && budgets.data === undefined && (
        <FailureNote
          title={t("app.failedToLoad")}
          failure={asFailure(budgets.error)}
          onRetry={() => void budgets.refetch()}
        />
      )}
      {budgets.data !== undefined && (
        <>
          <UsageSection />
          <BudgetSection budgets={budgets.data} />
        </>
      )}
    </div>
  );
}
