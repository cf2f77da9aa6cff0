import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { EscalationSummary } from "../../../bots/http/contract/escalation.ts";
import classes from "./severity-badge.module.css";

export function SeverityBadge({ severity }: Pick<EscalationSummary, "severity">) {
  const { t } = useTranslation();
  return (
    <Badge className={classes["severity"] ?? ""} data-severity={severity} tt="none" fw={600}>
      {t(`escalations.severity.${severity}`)}
    </Badge>
  );
}
