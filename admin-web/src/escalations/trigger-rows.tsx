import { Select, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { escalationTriggers, severities } from "../../../bots/http/contract/escalation.ts";
import classes from "./policy-page.module.css";
import type { Policy } from "./use-escalation-policy.ts";

const destinations = ["none", "ticket", "page", "both"] as const;

interface TriggerRowsProps {
  readonly policy: Policy;
  readonly onChange: (part: Pick<Policy, "on"> | Pick<Policy, "severity">) => void;
}

/** For each thing that may happen to a question: where it goes, and how severe it is. */
export function TriggerRows({ policy: { on, severity }, onChange }: TriggerRowsProps) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="triggers">
      <Title order={2} size="h3" id="triggers">
        {t("escalations.policy.on")}
      </Title>
      <Text size="sm" c="dimmed">
        {t("escalations.policy.onText")}
      </Text>
      <ul className={classes["triggers"]}>
        {escalationTriggers.map((trigger) => {
          const name = t(`escalations.trigger.${trigger}`);
          return (
            <li key={trigger}>
              <span className={classes["trigger"]}>{name}</span>
              <Select
                aria-label={t("escalations.policy.toOf", { trigger: name })}
                value={on[trigger]}
                allowDeselect={false}
                data={destinations.map((value) => ({
                  value,
                  label: t(`escalations.policy.destination.${value}`),
                }))}
                onChange={(value) => {
                  if (value !== null) onChange({ on: { ...on, [trigger]: value } });
                }}
              />
              <Select
                aria-label={t("escalations.policy.severityOf", { trigger: name })}
                value={severity[trigger]}
                allowDeselect={false}
                disabled={on[trigger] === "none"}
                data={severities.map((value) => ({ value, label: t(`escalations.severity.${value}`) }))}
                onChange={(value) => {
                  if (value !== null) onChange({ severity: { ...severity, [trigger]: value } });
                }}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
