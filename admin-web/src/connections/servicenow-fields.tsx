import { useTranslation } from "react-i18next";
import { type FieldsProps, SecretField, SettingField } from "./fields.tsx";

export function ServiceNowFields(props: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <SettingField
        {...props}
        field="base_url"
        type="url"
        required
        label={t("escalations.connection.baseUrl")}
        description={t("escalations.connection.baseUrlText.servicenow")}
      />
      <SettingField
        {...props}
        field="username"
        required
        label={t("escalations.connection.username")}
        description={t("escalations.connection.usernameText")}
      />
      <SecretField {...props} field="password" required label={t("escalations.connection.password")} />
      <SettingField
        {...props}
        field="close_code"
        required
        label={t("escalations.connection.closeCode")}
        description={t("escalations.connection.closeCodeText")}
      />
    </>
  );
}
