import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useTranslation } from "react-i18next";
import type { DocumentView } from "../../../bots/http/contract/knowledge.ts";
import { useNotify } from "../app/use-notify.ts";
import { useDeleteDocument, useRetryDocument } from "./use-documents.ts";

/** Deleting, which asks first, and trying a failed document again. */
export function useDocumentActions({ id, title }: Pick<DocumentView, "id" | "title">) {
  const { t } = useTranslation();
  const { say, sayFailure } = useNotify();
  const remove = useDeleteDocument();
  const again = useRetryDocument();
  return {
    retrying: again.isPending,
    retry: () => {
      again.mutate(id, {
        onError: (error) => {
          sayFailure(t("knowledge.retryFailed"), error);
        },
      });
    },
    confirmDelete: () => {
      modals.openConfirmModal({
        title: t("knowledge.deleteTitle"),
        children: <Text size="sm">{t("knowledge.deleteText", { title })}</Text>,
        labels: { confirm: t("knowledge.deleteYes"), cancel: t("app.cancel") },
        confirmProps: { color: "red" },
        closeButtonProps: { "aria-label": t("app.close") },
        onConfirm: () => {
          remove.mutate(id, {
            onSuccess: () => {
              say({ message: t("knowledge.deleted", { title }) });
            },
            onError: (error) => {
              sayFailure(t("knowledge.deleteFailed"), error);
            },
          });
        },
      });
    },
  };
}
