import { Alert } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { faultText } from "../locales/fault-text.ts";
import { useLanguage } from "../locales/use-language.ts";
import classes from "./connections.module.css";
import type { useTestConnection } from "./use-connections.ts";

/** What a look at a connection found: as whom we are known there, or what is missing and what to do. */
export function TestResult({ test }: { readonly test: ReturnType<typeof useTestConnection> }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (test.isPending) {
    return (
      <p className={classes["testing"]} role="status">
        {t("escalations.connection.testing")}
      </p>
    );
  }
  if (test.isError) {
    return (
      <div className={classes["tested"]} data-testid="connection-test">
        <FailureNote title={t("escalations.connection.testFailed")} failure={asFailure(test.error)} />
      </div>
    );
  }
  if (!test.isSuccess) return null;
  const { as, faults } = test.data;
  return as !== null && faults.length === 0 ? (
    <p className={classes["works"]} role="status" data-testid="connection-test">
      <IconCircleCheck size={18} stroke={1.8} aria-hidden />
      {t("escalations.connection.testWell", { as })}
    </p>
  ) : (
    <Alert
      className={classes["tested"] ?? ""}
      role="alert"
      color={as === null ? "red" : "yellow"}
      variant="outline"
      data-testid="connection-test"
      icon={<IconAlertTriangle aria-hidden />}
      title={
        as === null ? t("escalations.connection.testFailed") : t("escalations.connection.testFaulty", { as })
      }
      styles={{ title: { color: "var(--mantine-color-text)" } }}
    >
      <ul className={classes["faults"]}>
        {faults.map(({ fault, remedy }) => (
          <li key={fault}>
            {faultText(fault, language)} <strong>{faultText(remedy, language)}</strong>
          </li>
        ))}
      </ul>
    </Alert>
  );
}
