import { Autocomplete, Fieldset, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { severities } from "../../../bots/http/contract/escalation.ts";
import type { EscalationPolicyView } from "../../../bots/http/contract/escalation-policy.ts";
import { ConnectionChoice } from "./connection-choice.tsx";
import type { Policy } from "./use-escalation-policy.ts";

type Ticket = NonNullable<Policy["ticket"]>;

interface TicketFieldsProps {
  readonly ticket: Ticket | null;
  readonly connections: EscalationPolicyView["connections"];
  readonly onChange: (ticket: Ticket | null) => void;
}

const begun: Omit<Ticket, "connection"> = {
  project: null,
  issue_type: null,
  fields: {},
  priorities: {},
  transitions: { acknowledge: null, resolve: "Done" },
  answer_from: "last_comment",
  configuration_item: null,
};
const orNull = (value: string): string | null => (value === "" ? null : value);

/** Where tickets go, and what stands in them. */
export function TicketFields({ ticket, connections, onChange }: TicketFieldsProps) {
  const { t } = useTranslation();
  const offered = connections.filter(({ kind }) => kind === "jira" || kind === "servicenow");
  const isServiceNow = offered.find(({ name }) => name === ticket?.connection)?.kind === "servicenow";
  return (
    <>
      <ConnectionChoice
        label={t("escalations.policy.ticketConnection")}
        offered={offered}
        chosen={ticket?.connection ?? null}
        onChoose={(connection) => {
          onChange(connection === null ? null : { ...(ticket ?? begun), connection });
        }}
      />
      {ticket !== null && (
        <>
          {isServiceNow ? (
            <TextInput
              label={t("escalations.policy.item")}
              description={t("escalations.policy.itemText")}
              value={ticket.configuration_item ?? ""}
              onChange={(event) => {
                onChange({ ...ticket, configuration_item: orNull(event.currentTarget.value) });
              }}
            />
          ) : (
            <JiraFields ticket={ticket} onChange={onChange} />
          )}
          <Autocomplete
            label={t("escalations.policy.answerFrom")}
            description={t("escalations.policy.answerFromText")}
            value={ticket.answer_from}
            data={["last_comment"]}
            onChange={(answer_from) => {
              onChange({ ...ticket, answer_from });
            }}
          />
          <Fieldset legend={t(`escalations.policy.priority.${isServiceNow ? "servicenow" : "jira"}`)}>
            <SimpleGrid cols={{ base: 1, xs: 2, sm: 4 }} spacing="sm">
              {severities.map((severity) => (
                <TextInput
                  key={severity}
                  label={t(`escalations.severity.${severity}`)}
                  value={ticket.priorities[severity] ?? ""}
                  onChange={(event) => {
                    const { value } = event.currentTarget;
                    const { [severity]: _before, ...others } = ticket.priorities;
                    onChange({
                      ...ticket,
                      priorities: value === "" ? others : { ...others, [severity]: value },
                    });
                  }}
                />
              ))}
            </SimpleGrid>
          </Fieldset>
          <Text size="sm" c="dimmed">
            {t("escalations.policy.fieldsText")}
          </Text>
        </>
      )}
    </>
  );
}

interface JiraFieldsProps {
  readonly ticket: Ticket;
  readonly onChange: (ticket: Ticket) => void;
}

function JiraFields({ ticket, onChange }: JiraFieldsProps) {
  const { t } = useTranslation();
  const { transitions } = ticket;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      <TextInput
        label={t("escalations.policy.project")}
        placeholder="OPS"
        value={ticket.project ?? ""}
        onChange={(event) => {
          onChange({ ...ticket, project: orNull(event.currentTarget.value) });
        }}
      />
      <TextInput
        label={t("escalations.policy.issueType")}
        placeholder="Task"
        value={ticket.issue_type ?? ""}
        onChange={(event) => {
          onChange({ ...ticket, issue_type: orNull(event.currentTarget.value) });
        }}
      />
      <TextInput
        label={t("escalations.policy.acknowledgeBy")}
        description={t("escalations.policy.transitionText")}
        placeholder="In Progress"
        value={transitions.acknowledge ?? ""}
        onChange={(event) => {
          onChange({
            ...ticket,
            transitions: { ...transitions, acknowledge: orNull(event.currentTarget.value) },
          });
        }}
      />
      <TextInput
        label={t("escalations.policy.resolveBy")}
        description={t("escalations.policy.transitionText")}
        placeholder="Done"
        value={transitions.resolve ?? ""}
        onChange={(event) => {
          onChange({
            ...ticket,
            transitions: { ...transitions, resolve: orNull(event.currentTarget.value) },
          });
        }}
      />
    </SimpleGrid>
  );
}
