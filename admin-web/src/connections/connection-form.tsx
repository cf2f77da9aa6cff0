import { Alert, Button, Group, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConnectionView } from "../../../bots/http/contract/connection.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import type { ConnectionDraft } from "./connection-draft.ts";
import classes from "./connections.module.css";
import { HookSection } from "./hook-section.tsx";
import { JiraFields } from "./jira-fields.tsx";
import { PagerDutyFields } from "./pagerduty-fields.tsx";
import { ServiceNowFields } from "./servicenow-fields.tsx";
import { WebhookFields } from "./webhook-fields.tsx";

interface ConnectionFormProps {
  readonly kind: ConnectionView["kind"];
  readonly draft: ConnectionDraft;
  /** As it is kept; null for a new one. */
  readonly connection: ConnectionView | null;
  readonly saving: boolean;
  readonly error: unknown;
  readonly onChange: (draft: ConnectionDraft) => void;
  readonly onSave: () => void;
}

const fieldsOf = {
  jira: JiraFields,
  pagerduty: PagerDutyFields,
  servicenow: ServiceNowFields,
  webhook: WebhookFields,
} as const;

/** All that is set for a connection. */
export function ConnectionForm({
  kind,
  draft,
  connection,
  saving,
  error,
  onChange,
  onSave,
}: ConnectionFormProps) {
  const { t } = useTranslation();
  const Fields = fieldsOf[kind];
  const fields = { draft, kept: connection?.secretsSet ?? null, onChange };
  return (
    <form
      className={classes["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
    >
      <TextInput
        label={t("escalations.connection.name")}
        description={t(`escalations.connection.${kind === "webhook" ? "nameTextEvents" : "nameText"}`)}
        value={draft.name}
        maxLength={80}
        required
        withAsterisk={false}
        onChange={(event) => {
          onChange({ ...draft, name: event.currentTarget.value });
        }}
      />
      <Fields {...fields} />
      {kind !== "webhook" && <HookSection {...fields} kind={kind} hookUrl={connection?.hookUrl ?? null} />}
      {error !== null && <Refusal error={error} />}
      <Group>
        <Button type="submit" loading={saving}>
          {t(connection === null ? "escalations.connection.saveNew" : "escalations.connection.save")}
        </Button>
      </Group>
    </form>
  );
}

/** Each field that is wrong, by its name; or what else went wrong. */
function Refusal({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  const failure = asFailure(error);
  const faults = Object.entries(failure.facts);
  if (failure.code !== "invalid_input" || faults.length === 0)
    return <FailureNote title={t("escalations.connection.failed")} failure={failure} />;
  return (
    <Alert
      role="alert"
      color="red"
      variant="outline"
      title={t("escalations.connection.failed")}
      styles={{ title: { color: "var(--mantine-color-text)" } }}
    >
      <ul className={classes["faults"]}>
        {faults.map(([field, fault]) => (
          <li key={field}>
            <code>{field}</code>: {String(fault)}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
