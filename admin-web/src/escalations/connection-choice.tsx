import { Anchor, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { EscalationPolicyView } from "../../../bots/http/contract/escalation-policy.ts";
import { useCurrentSession } from "../session/session-gate.tsx";

type Offered = EscalationPolicyView["connections"][number];

interface ConnectionChoiceProps {
  readonly label: string;
  /** Those that may be chosen here. */
  readonly offered: readonly Offered[];
  readonly chosen: string | null;
  readonly onChoose: (name: string | null) => void;
}

/** Where tickets or pages go: a connection of the company, by its name. */
export function ConnectionChoice({ label, offered, chosen, onChoose }: ConnectionChoiceProps) {
  const { t } = useTranslation();
  const admin = useCurrentSession().person.roles.includes("admin");
  const known = chosen === null || offered.some(({ name }) => name === chosen);
  if (offered.length === 0 && chosen === null) {
    return (
      <Text size="sm" c="dimmed">
        {t("escalations.policy.noConnections")}{" "}
        {admin && (
          <Anchor component={Link} to="/escalations/connections" underline="always" fz="inherit">
            {t("escalations.connection.add")}
          </Anchor>
        )}
      </Text>
    );
  }
  return (
    <Select
      label={label}
      placeholder={t("escalations.policy.noConnection")}
      value={chosen}
      clearable
      data={[
        ...offered.map(({ name, kind }) => ({
          value: name,
          label: `${name} (${t(`escalations.system.${kind}`)})`,
        })),
        ...(known
          ? []
          : [{ value: chosen, label: t("escalations.policy.unknownConnection", { name: chosen }) }]),
      ]}
      onChange={onChoose}
    />
  );
}
