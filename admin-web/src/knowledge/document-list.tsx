import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DepartmentView } from "../../../bots/http/contract/identity.ts";
import type { DocumentView } from "../../../bots/http/contract/knowledge.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { useLanguage } from "../locales/use-language.ts";
import { DepartmentIcon } from "../theme/icons.tsx";
import { DocumentRow } from "./document-row.tsx";
import classes from "./knowledge-page.module.css";
import { useDocuments, type DocumentFilter } from "./use-documents.ts";

interface DocumentListProps {
  readonly departments: readonly DepartmentView[];
  readonly filter: DocumentFilter;
  readonly onClear: () => void;
}

/** The documents found, under the names of their departments. */
export function DocumentList({ departments, filter, onClear }: DocumentListProps) {
  const { t } = useTranslation();
  const documents = useDocuments(filter);
  if (documents.isPending) {
    return (
      <Stack gap="md" mt="lg" role="status" aria-label={t("app.loading")}>
        {[1, 2, 3, 4].map((key) => (
          <Skeleton key={key} height={36} />
        ))}
      </Stack>
    );
  }
  if (documents.isError && documents.data === undefined) {
    return (
      <Stack mt="lg">
        <FailureNote
          title={t("app.failedToLoad")}
          failure={asFailure(documents.error)}
          onRetry={() => void documents.refetch()}
        />
      </Stack>
    );
  }
  const items = documents.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <NoDocuments departments={departments} filter={filter} onClear={onClear} />;
  const groups = departments
    .map((department) => ({
      department,
      items: items.filter(({ departmentId }) => departmentId === department.id),
    }))
    .filter((group) => group.items.length > 0);
  return (
    <>
      <Text size="sm" c="dimmed" mt="md" role="status">
        {t(documents.hasNextPage ? "knowledge.foundMore" : "knowledge.found", { count: items.length })}
      </Text>
      {groups.map((group) => (
        <DepartmentSection key={group.department.id} {...group} />
      ))}
      {documents.hasNextPage && (
        <Button
          mt="md"
          variant="default"
          loading={documents.isFetchingNextPage}
          onClick={() => void documents.fetchNextPage()}
        >
          {t("app.showMore")}
        </Button>
      )}
    </>
  );
}

interface DepartmentSectionProps {
  readonly department: DepartmentView;
  readonly items: readonly DocumentView[];
}

function DepartmentSection({ department, items }: DepartmentSectionProps) {
  const language = useLanguage();
  const heading = `department-${department.id}`;
  return (
    <section aria-labelledby={heading} className={classes["section"]}>
      <Title order={2} size="h3" id={heading} className={classes["department"]}>
        <DepartmentIcon name={department.icon} size={18} />
        {department.name[language]}
      </Title>
      <ul className={classes["list"]}>
        {items.map((document) => (
          <DocumentRow key={document.id} document={document} />
        ))}
      </ul>
    </section>
  );
}

function NoDocuments({ departments, filter, onClear }: DocumentListProps) {
  const { t } = useTranslation();
  const filtered = filter.query !== "" || filter.state !== null;
  const canUpload = departments.some(
    ({ id, canUpload: can }) => can && (filter.departmentId === null || filter.departmentId === id),
  );
  return (
    <Stack align="center" gap={6} className={classes["empty"]} role="status">
      <Text fw={600}>{filtered ? t("knowledge.noMatch") : t("knowledge.emptyTitle")}</Text>
      <Text c="dimmed" ta="center">
        {filtered
          ? t("knowledge.noMatchText")
          : canUpload
            ? t("knowledge.emptyUpload")
            : t("knowledge.emptyReader")}
      </Text>
      {(filtered || filter.departmentId !== null) && (
        <Button variant="default" mt="xs" onClick={onClear}>
          {t("knowledge.clearFilters")}
        </Button>
      )}
    </Stack>
  );
}
