import { Button, NumberInput, PasswordInput, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { type ConnectionDraft, randomSecret, textOf } from "./connection-draft.ts";
import classes from "./connections.module.css";

export interface FieldsProps {
  readonly draft: ConnectionDraft;
  /** Names of the secrets that are kept, which stay where they are not given; null for a new connection. */
  readonly kept: readonly string[] | null;
  readonly onChange: (draft: ConnectionDraft) => void;
}

export const withSetting = (draft: ConnectionDraft, field: string, value: Setting): ConnectionDraft => ({
  ...draft,
  settings: { ...draft.settings, [field]: value },
});
type Setting = ConnectionDraft["settings"][string];

interface SettingProps extends FieldsProps {
  readonly field: string;
  readonly label: string;
  readonly description?: string;
  readonly type?: "text" | "email" | "url";
  readonly required?: boolean;
}

export function SettingField({
  draft,
  onChange,
  field,
  label,
  description,
  type = "text",
  required = false,
}: SettingProps) {
  return (
    <TextInput
      type={type}
      label={label}
      {...(description === undefined ? {} : { description })}
      value={textOf(draft, field)}
      required={required}
      withAsterisk={false}
      autoComplete="off"
      onChange={(event) => {
        onChange(withSetting(draft, field, event.currentTarget.value));
      }}
    />
  );
}

interface SecretProps extends FieldsProps {
  readonly field: string;
  readonly label: string;
  readonly description?: string;
  readonly required?: boolean;
}

/** A secret that comes from elsewhere: it is typed in, and never shown again. */
export function SecretField({
  draft,
  kept,
  onChange,
  field,
  label,
  description,
  required = false,
}: SecretProps) {
  const { t } = useTranslation();
  const isKept = kept?.includes(field) ?? false;
  const said = isKept ? t("escalations.connection.secretKept") : description;
  return (
    <PasswordInput
      label={label}
      {...(said === undefined ? {} : { description: said })}
      value={draft.secrets[field] ?? ""}
      required={required && !isKept}
      withAsterisk={false}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ "aria-label": t("escalations.connection.show", { what: label }) }}
      onChange={(event) => {
        onChange({ ...draft, secrets: { ...draft.secrets, [field]: event.currentTarget.value } });
      }}
    />
  );
}

/** A secret that may be made here: it is shown until it is saved, so that it can be copied to the other side. */
export function OwnSecretField({
  draft,
  kept,
  onChange,
  field,
  label,
  description,
  required = false,
}: SecretProps) {
  const { t } = useTranslation();
  const value = draft.secrets[field] ?? "";
  const said = kept?.includes(field) === true ? t("escalations.connection.secretAdded") : description;
  const give = (secret: string): void => {
    onChange({ ...draft, secrets: { ...draft.secrets, [field]: secret } });
  };
  return (
    <div>
      <div className={classes["secret"]}>
        <TextInput
          label={label}
          {...(said === undefined ? {} : { description: said })}
          value={value}
          required={required}
          withAsterisk={false}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            give(event.currentTarget.value);
          }}
        />
        {value === "" ? (
          <Button
            variant="default"
            onClick={() => {
              give(randomSecret());
            }}
          >
            {t("escalations.connection.generate")}
          </Button>
        ) : (
          <CopyButton what={label} value={value} />
        )}
      </div>
      {value !== "" && (
        <p className={classes["note"]} role="status">
          {t("escalations.connection.generated")}
        </p>
      )}
    </div>
  );
}

export function CopyButton({ what, value }: { readonly what: string; readonly value: string }) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 2_000 });
  return (
    <Button
      variant="default"
      aria-label={t("escalations.connection.copyOf", { what })}
      onClick={() => {
        clipboard.copy(value);
      }}
    >
      {t(clipboard.copied ? "escalations.connection.copied" : "escalations.connection.copy")}
    </Button>
  );
}

/** How often changes are asked for, where the system's webhooks cannot reach this server. */
export function PollField({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const seconds = draft.settings["poll_seconds"];
  return (
    <NumberInput
      label={t("escalations.connection.poll")}
      description={t("escalations.connection.pollText")}
      value={typeof seconds === "number" ? seconds : ""}
      min={15}
      max={3_600}
      allowDecimal={false}
      hideControls
      onChange={(value) => {
        onChange(withSetting(draft, "poll_seconds", typeof value === "number" ? value : null));
      }}
    />
  );
}
