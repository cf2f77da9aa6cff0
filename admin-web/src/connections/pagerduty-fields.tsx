import { Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { HelpNote } from "../app/help-note.tsx";
import { textOf } from "./connection-draft.ts";
import { type FieldsProps, SecretField, SettingField, withSetting } from "./fields.tsx";

/** As https://support.pagerduty.com/main/docs/service-regions says. */
const regions = {
  us: { events_url: "https://events.pagerduty.com", api_url: "https://api.pagerduty.com" },
  eu: { events_url: "https://events.eu.pagerduty.com", api_url: "https://api.eu.pagerduty.com" },
} as const;
type Region = keyof typeof regions | "other";
const choices = ["us", "eu", "other"] as const;

export function PagerDutyFields(props: FieldsProps) {
  const { t } = useTranslation();
  const { draft, onChange } = props;
  const [region, setRegion] = useState<Region>(() =>
    regionOf(textOf(draft, "events_url"), textOf(draft, "api_url")),
  );
  return (
    <>
      <Select
        label={t("escalations.connection.region")}
        value={region}
        allowDeselect={false}
        data={choices.map((value) => ({ value, label: t(`escalations.connection.regions.${value}`) }))}
        onChange={(value) => {
          const chosen = choices.find((one) => one === value) ?? "us";
          setRegion(chosen);
          if (chosen === "other") return;
          const { events_url, api_url } = regions[chosen];
          onChange(withSetting(withSetting(draft, "events_url", events_url), "api_url", api_url));
        }}
      />
      {region === "other" && (
        <>
          <SettingField
            {...props}
            field="events_url"
            type="url"
            required
            label={t("escalations.connection.eventsUrl")}
          />
          <SettingField
            {...props}
            field="api_url"
            type="url"
            required
            label={t("escalations.connection.apiUrl")}
          />
        </>
      )}
      <div>
        <SecretField {...props} field="routing_key" required label={t("escalations.connection.routingKey")} />
        <HelpNote title={t("escalations.connection.help")}>
          {t("escalations.connection.routingKeyHelp")}
        </HelpNote>
      </div>
      <div>
        <SecretField
          {...props}
          field="api_token"
          label={t("escalations.connection.apiToken")}
          description={t("app.optional")}
        />
        <HelpNote title={t("escalations.connection.help")}>
          {t("escalations.connection.apiTokenHelp")}
        </HelpNote>
      </div>
      <SettingField
        {...props}
        field="from_email"
        type="email"
        label={t("escalations.connection.fromEmail")}
        description={t("escalations.connection.fromEmailText")}
      />
      <SettingField
        {...props}
        field="service_id"
        label={t("escalations.connection.serviceId")}
        description={t("escalations.connection.serviceIdText")}
      />
    </>
  );
}

function regionOf(eventsUrl: string, apiUrl: string): Region {
  const known = (["us", "eu"] as const).find(
    (one) => regions[one].events_url === eventsUrl && regions[one].api_url === apiUrl,
  );
  return known ?? "other";
}
