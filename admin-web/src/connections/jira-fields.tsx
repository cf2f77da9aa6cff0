import { NumberInput, SegmentedControl, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { HelpNote } from "../app/help-note.tsx";
import { textOf } from "./connection-draft.ts";
import { type FieldsProps, SecretField, SettingField, withSetting } from "./fields.tsx";

const editions = ["cloud", "data_center"] as const;

export function JiraFields(props: FieldsProps) {
  const { t } = useTranslation();
  const { draft, onChange } = props;
  const edition = textOf(draft, "edition") === "data_center" ? "data_center" : "cloud";
  const limit = draft.settings["attachment_limit_mb"];
  return (
    <>
      <div>
        <Text size="sm" fw={600} id="edition" mb={4}>
          {t("escalations.connection.edition")}
        </Text>
        <SegmentedControl
          aria-labelledby="edition"
          value={edition}
          data={editions.map((value) => ({ value, label: t(`escalations.connection.editions.${value}`) }))}
          onChange={(value) => {
            onChange(withSetting(draft, "edition", value));
          }}
        />
      </div>
      <SettingField
        {...props}
        field="base_url"
        type="url"
        required
        label={t("escalations.connection.baseUrl")}
        description={t("escalations.connection.baseUrlText.jira")}
      />
      {edition === "cloud" ? (
        <SettingField
          {...props}
          field="email"
          type="email"
          required
          label={t("escalations.connection.email")}
          description={t("escalations.connection.emailText")}
        />
      ) : (
        <SettingField
          {...props}
          field="email"
          label={t("escalations.connection.signInName")}
          description={t("escalations.connection.signInNameText")}
        />
      )}
      <div>
        <SecretField {...props} field="token" required label={t(`escalations.connection.token.${edition}`)} />
        <HelpNote title={t("escalations.connection.help")}>
          {t(`escalations.connection.tokenHelp.${edition}`)}
        </HelpNote>
      </div>
      <NumberInput
        label={t("escalations.connection.attachments")}
        value={typeof limit === "number" ? limit : 10}
        min={1}
        max={100}
        allowDecimal={false}
        hideControls
        onChange={(value) => {
          if (typeof value === "number") onChange(withSetting(draft, "attachment_limit_mb", value));
        }}
      />
    </>
  );
}
