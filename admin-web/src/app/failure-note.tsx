import { Alert, Button, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiFailure, type FailureCode } from "../api/http-client.ts";
import { failureText } from "../locales/failure-texts.ts";
import { useLanguage } from "../locales/use-language.ts";

interface FailureNoteProps {
  /** What the person wanted, in words. */
  readonly title: string;
  readonly failure: { readonly code: FailureCode; readonly message: string; readonly remedy: string | null };
  readonly onRetry?: (() => void) | undefined;
  readonly retryLabel?: string;
  readonly onClose?: () => void;
}

/** What went wrong and what to do, in the place where the person is. */
export function FailureNote({ title, failure, onRetry, retryLabel, onClose }: FailureNoteProps) {
  const { t } = useTranslation();
  const { message, remedy } = failureText(failure, useLanguage());
  const requestId = failure instanceof ApiFailure ? failure.requestId : null;
  return (
    <Alert
      role="alert"
      color="red"
      variant="outline"
      title={title}
      icon={<IconAlertCircle aria-hidden />}
      withCloseButton={onClose !== undefined}
      closeButtonLabel={t("app.close")}
      {...(onClose === undefined ? {} : { onClose })}
      styles={{
        title: { color: "var(--mantine-color-text)" },
        icon: { color: "var(--mantine-color-error)" },
      }}
    >
      <Text size="sm">
        {message} {remedy}
      </Text>
      {requestId !== null && failure.code === "internal" && (
        <Text size="xs" c="dimmed" mt={4}>
          {t("app.requestId", { id: requestId })}
        </Text>
      )}
      {onRetry !== undefined && (
        <Button size="xs" variant="default" mt="sm" onClick={onRetry}>
          {retryLabel ?? t("app.retry")}
        </Button>
      )}
    </Alert>
  );
}

/** Any thrown value as a failure that can be shown. */
export const asFailure = (error: unknown): ApiFailure =>
  error instanceof ApiFailure
    ? error
    : new ApiFailure("answer_unreadable", error instanceof Error ? error.message : String(error));
