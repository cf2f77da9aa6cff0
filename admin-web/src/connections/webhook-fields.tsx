import { Checkbox, SimpleGrid, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { webhookEvents } from "../../../bots/http/contract/connection.ts";
import { type FieldsProps, OwnSecretField, SettingField, withSetting } from "./fields.tsx";

export function WebhookFields(props: FieldsProps) {
  const { t } = useTranslation();
  const { draft, kept, onChange } = props;
  const chosen = draft.settings["events"];
  const events = webhookEvents.filter((event) => Array.isArray(chosen) && chosen.includes(event));
  return (
    <>
      <SettingField {...props} field="url" type="url" required label={t("escalations.connection.url")} />
      <Checkbox.Group
        label={t("escalations.connection.events")}
        value={events}
        onChange={(values) => {
          onChange(
            withSetting(
              draft,
              "events",
              webhookEvents.filter((event) => values.includes(event)),
            ),
          );
        }}
      >
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt="xs">
          {webhookEvents.map((event) => (
            <Checkbox key={event} value={event} label={<code>{event}</code>} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <Switch
        label={t("escalations.connection.withText")}
        description={t("escalations.connection.withTextText")}
        checked={draft.settings["with_text"] === true}
        onChange={(event) => {
          onChange(withSetting(draft, "with_text", event.currentTarget.checked));
        }}
      />
      <OwnSecretField
        {...props}
        field="signing_secrets"
        required={kept === null}
        label={t("escalations.connection.signingSecret")}
        description={t("escalations.connection.signingSecretText")}
      />
    </>
  );
}
