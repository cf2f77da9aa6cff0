import { TextInput, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./connections.module.css";
import { CopyButton, type FieldsProps, OwnSecretField, PollField, SecretField } from "./fields.tsx";

interface HookSectionProps extends FieldsProps {
  readonly kind: "jira" | "pagerduty" | "servicenow";
  /** Where its webhooks go; null without PUBLIC_URL. */
  readonly hookUrl: string | null;
}

/** How changes there come back: the address to give to the system, the secret, and asking where webhooks cannot reach. */
export function HookSection({ kind, hookUrl, ...props }: HookSectionProps) {
  const { t } = useTranslation();
  const secret = {
    ...props,
    field: "webhook_secrets",
    label: t("escalations.connection.hookSecret"),
    description: t("escalations.connection.hookSecretText"),
  };
  return (
    <section className={classes["part"]} aria-labelledby="webhook">
      <Title order={2} size="h3" id="webhook">
        {t("escalations.connection.webhook")}
      </Title>
      <p>{t("escalations.connection.webhookText")}</p>
      {hookUrl !== null ? (
        <div className={classes["address"]}>
          <TextInput label={t("escalations.connection.address")} value={hookUrl} readOnly />
          <CopyButton what={t("escalations.connection.address")} value={hookUrl} />
        </div>
      ) : (
        <p className={classes["about"]}>
          {t(
            props.kept === null
              ? "escalations.connection.addressLater"
              : "escalations.connection.addressMissing",
          )}
        </p>
      )}
      <p className={classes["about"]}>{t(`escalations.connection.hookHelp.${kind}`)}</p>
      {kind === "pagerduty" ? <SecretField {...secret} /> : <OwnSecretField {...secret} />}
      <PollField {...props} />
    </section>
  );
}
