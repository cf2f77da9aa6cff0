import { Badge, Button, Drawer, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { isFailure } from "../api/http-client.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { PassageReader } from "./passage-reader.tsx";
import classes from "./source-panel.module.css";
import { returnFocus, useCloseSource, type SourceAddress } from "./source-address.ts";
import { useDocumentText } from "./use-document-text.ts";

/** A document beside the page, at the cited passage. */
export default function SourcePanel({ address }: { readonly address: SourceAddress }) {
  const { t } = useTranslation();
  const close = useCloseSource();
  useEffect(() => {
    // After the panel has given the page its focus back.
    return () => {
      setTimeout(returnFocus, 0);
    };
  }, []);
  const text = useDocumentText(address.documentId);
  const document = text.data?.document;
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      returnFocus={false}
      overlayProps={{ backgroundOpacity: 0.3 }}
      size="min(44rem, 100vw)"
      title={document?.title ?? t(address.passageId === null ? "source.documentTitle" : "source.title")}
      closeButtonProps={{ "aria-label": t("app.close"), size: 36 }}
      classNames={{
        title: classes["title"] ?? "",
        header: classes["header"] ?? "",
        body: classes["body"] ?? "",
      }}
    >
      {text.isPending && (
        <Stack role="status" aria-label={t("app.loading")} pt="md">
          <Skeleton height={14} />
          <Skeleton height={14} />
          <Skeleton height={14} width="60%" />
        </Stack>
      )}
      {text.isError && (
        <FailureNote
          title={
            isFailure(text.error, "not_found", "forbidden") ? t("source.goneDocument") : t("app.failedToLoad")
          }
          failure={asFailure(text.error)}
          {...(isFailure(text.error, "not_found", "forbidden") ? {} : { onRetry: () => void text.refetch() })}
        />
      )}
      {text.isSuccess && (
        <>
          <Group justify="space-between" gap="xs" mb="md">
            <Group gap="xs" style={{ minWidth: 0 }}>
              <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                {text.data.document.name}
              </Text>
              {text.data.document.sensitivity !== "public" && (
                <Badge variant="outline" color="gray" tt="none" fw={500}>
                  {t(`knowledge.sensitivities.${text.data.document.sensitivity}`)}
                </Badge>
              )}
            </Group>
            <Button
              component="a"
              href={`/v1/documents/${address.documentId}/file`}
              download
              size="compact-sm"
              variant="default"
              leftSection={<IconDownload size={16} stroke={1.6} aria-hidden />}
            >
              {t("source.download")}
            </Button>
          </Group>
          <PassageReader
            key={`${address.documentId}/${address.passageId ?? ""}`}
            passages={text.data.passages}
            title={text.data.document.title}
            citedId={address.passageId}
            quote={address.quote}
          />
        </>
      )}
    </Drawer>
  );
}
