import { Badge, Loader } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconClock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DocumentView } from "../../../bots/http/contract/knowledge.ts";
import classes from "./document-row.module.css";

export function StateBadge({ state }: Pick<DocumentView, "state">) {
  const { t } = useTranslation();
  const icon = {
    pending: <IconClock size={13} stroke={2} aria-hidden />,
    processing: <Loader size={11} color="currentColor" aria-hidden />,
    ready: <IconCheck size={13} stroke={2.4} aria-hidden />,
    failed: <IconAlertTriangle size={13} stroke={2} aria-hidden />,
  }[state];
  return (
    <Badge className={classes["state"]} data-state={state} tt="none" fw={550} leftSection={icon}>
      {t(`knowledge.states.${state}`)}
    </Badge>
  );
}
