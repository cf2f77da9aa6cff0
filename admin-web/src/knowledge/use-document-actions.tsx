import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";
import type { DocumentView } from "../../../bots/http/contract/knowledge.ts";
import { asFailure } from "../app/failure-note.tsx";
import { failureText } from "../locales/failure-texts.ts";
import { useLanguage } from "../locales/use-language.ts";
import { useDeleteDocument, useRetryDocument } from "./use-documents.ts";

/** Deleting, which asks first, and trying a failed document again. */
export function useDocumentActions({ id, title }: Pick<DocumentView, "id" | "title">) {
  const { t } = useTranslation();
  const language = useLanguage();
  const remove = useDeleteDocument();
  const again = useRetryDocument();
  const say = (heading: string, error: unknown): void => {
    const { message, remedy } = failureText(asFailure(error), language);
    notifications.show({ color: "red", title: heading, message: `${message} ${remedy ?? ""}` });
  };
  return {
    retrying: again.isPending,
    retry: () => {
      again.mutate(id, {
        onError: (error) => {
          say(t("knowledge.retryFailed"), error);
        },
      });
    },
    confirmDelete: () => {
      modals.openConfirmModal({
        title: t("knowledge.deleteTitle"),
        children: <Text size="sm">{t("knowledge.deleteText", { title })}</Text>,
        labels: { confirm: t("knowledge.deleteYes"), cancel: t("app.cancel") },
        confirmProps: { color: "red.9" },
        closeButtonProps: { "aria-label": t("app.close") },
        onConfirm: () => {
          remove.mutate(id, {
            onSuccess: () => {
              notifications.show({ message: t("knowledge.deleted", { title }) });
            },
            onError: (error) => {
              say(t("knowledge.deleteFailed"), error);
            },
          });
        },
      });
    },
  };
}
