import { Fieldset, Select, SimpleGrid, TagsInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { severities } from "../../../bots/http/contract/escalation.ts";
import type { EscalationPolicyView } from "../../../bots/http/contract/escalation-policy.ts";
import { ConnectionChoice } from "./connection-choice.tsx";
import type { Policy } from "./use-escalation-policy.ts";

type Page = NonNullable<Policy["page"]>;

interface PageFieldsProps {
  readonly page: Page | null;
  readonly connections: EscalationPolicyView["connections"];
  readonly onChange: (page: Page | null) => void;
}

const begun: Omit<Page, "connection"> = { severities: {}, responders: [], from_severity: "info" };
const same = "same";

/** Who pages, from which severity on, and who is asked to join. */
export function PageFields({ page, connections, onChange }: PageFieldsProps) {
  const { t } = useTranslation();
  const named = severities.map((value) => ({ value, label: t(`escalations.severity.${value}`) }));
  return (
    <>
      <ConnectionChoice
        label={t("escalations.policy.pageConnection")}
        offered={connections.filter(({ kind }) => kind === "pagerduty")}
        chosen={page?.connection ?? null}
        onChoose={(connection) => {
          onChange(connection === null ? null : { ...(page ?? begun), connection });
        }}
      />
      {page !== null && (
        <>
          <Select
            label={t("escalations.policy.fromSeverity")}
            value={page.from_severity}
            allowDeselect={false}
            data={named}
            onChange={(from_severity) => {
              if (from_severity !== null) onChange({ ...page, from_severity });
            }}
          />
          <Fieldset legend={t("escalations.policy.pageSeverity")}>
            <SimpleGrid cols={{ base: 1, xs: 2, sm: 4 }} spacing="sm">
              {severities.map((severity) => (
                <Select
                  key={severity}
                  label={t(`escalations.severity.${severity}`)}
                  value={page.severities[severity] ?? same}
                  allowDeselect={false}
                  data={[{ value: same, label: t("escalations.policy.same") }, ...named]}
                  onChange={(value) => {
                    const { [severity]: _before, ...others } = page.severities;
                    const chosen = severities.find((one) => one === value);
                    onChange({
                      ...page,
                      severities: chosen === undefined ? others : { ...others, [severity]: chosen },
                    });
                  }}
                />
              ))}
            </SimpleGrid>
          </Fieldset>
          <TagsInput
            label={t("escalations.policy.responders")}
            value={[...page.responders]}
            acceptValueOnBlur
            onChange={(responders) => {
              onChange({ ...page, responders });
            }}
          />
        </>
      )}
    </>
  );
}
