import { Button, Collapse, Group, Text, Title } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDepartments } from "../ask/use-departments.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { LoadingPage } from "../app/loading-page.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import { DocumentFilters } from "./document-filters.tsx";
import { DocumentList } from "./document-list.tsx";
import classes from "./knowledge-page.module.css";
import { UploadList } from "./upload-list.tsx";
import { UploadPanel } from "./upload-panel.tsx";
import type { DocumentFilter } from "./use-documents.ts";
import { useUploads } from "./use-uploads.ts";

const everything: DocumentFilter = { departmentId: null, state: null, query: "" };

/** The documents that answers rest on, and adding to them. */
export default function KnowledgePage() {
  const { t } = useTranslation();
  const heading = usePageFocus(t("knowledge.title"));
  const departments = useDepartments();
  const uploads = useUploads();
  const [adding, { toggle }] = useDisclosure(false);
  const [filter, setFilter] = useState(everything);
  const [query] = useDebouncedValue(filter.query.trim(), 250);
  const open = departments.data?.filter(({ canUpload }) => canUpload) ?? [];
  return (
    <div className={classes["page"]}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Title order={1} ref={heading} tabIndex={-1}>
            {t("knowledge.title")}
          </Title>
          <Text c="dimmed">{t("knowledge.lead")}</Text>
        </div>
        {open.length > 0 && (
          <Button
            variant={adding ? "default" : "filled"}
            aria-expanded={adding}
            onClick={toggle}
            leftSection={adding ? <IconX size={17} aria-hidden /> : <IconPlus size={17} aria-hidden />}
          >
            {adding ? t("knowledge.hideAdd") : t("knowledge.add")}
          </Button>
        )}
      </Group>
      {departments.isPending && <LoadingPage />}
      {departments.isError && (
        <FailureNote
          title={t("app.failedToLoad")}
          failure={asFailure(departments.error)}
          onRetry={() => void departments.refetch()}
        />
      )}
      {departments.isSuccess && (
        <>
          {open.length > 0 && (
            <Collapse expanded={adding}>
              <div className={classes["add"]}>
                <UploadPanel departments={open} suggested={filter.departmentId} uploads={uploads} />
              </div>
            </Collapse>
          )}
          <UploadList uploads={uploads} />
          <DocumentFilters departments={departments.data} filter={filter} onChange={setFilter} />
          <ModalsProvider>
            <DocumentList
              departments={departments.data}
              filter={{ ...filter, query }}
              onClear={() => {
                setFilter(everything);
              }}
            />
          </ModalsProvider>
        </>
      )}
    </div>
  );
}
