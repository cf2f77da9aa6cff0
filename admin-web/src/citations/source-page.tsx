import { ActionIcon, Badge, Container, Group, Skeleton, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import type { DocumentView, PassageView } from "../../../bots/http/contract/knowledge.ts";
import { isFailure } from "../api/http-client.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { UnknownPage } from "../app/unknown-page.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import { useDepartments } from "../ask/use-departments.ts";
import { useLanguage } from "../locales/use-language.ts";
import { useCurrentSession } from "../session/session-gate.tsx";
import { DepartmentIcon } from "../theme/icons.tsx";
import { PassageReader } from "./passage-reader.tsx";
import classes from "./source-page.module.css";
import { useDocumentText } from "./use-document-text.ts";

/** A document at the passage that a citation outside this page links to: `/sources/<document>?passage=<passage>`. */
export default function SourcePage() {
  const { t } = useTranslation();
  const { person } = useCurrentSession();
  const { documentId = "" } = useParams();
  const [search] = useSearchParams();
  const passageId = search.get("passage");
  const text = useDocumentText(documentId);
  if (text.data !== undefined) {
    return <Source key={`${documentId}/${passageId ?? ""}`} {...text.data} citedId={passageId} />;
  }
  if (text.isError) {
    if (isFailure(text.error, "not_found", "forbidden", "invalid_input")) {
      return <UnknownPage title={t("source.notYours")} text={t("source.notYoursText", person)} />;
    }
    return (
      <Container size="xs" py={80}>
        <FailureNote
          title={t("app.failedToLoad")}
          failure={asFailure(text.error)}
          onRetry={() => void text.refetch()}
        />
      </Container>
    );
  }
  return (
    <Stack className={classes["text"]} role="status" aria-label={t("app.loading")}>
      <Skeleton height={24} width="50%" />
      <Skeleton height={14} mt="lg" />
      <Skeleton height={14} />
      <Skeleton height={14} width="70%" />
    </Stack>
  );
}

interface SourceProps {
  readonly document: DocumentView;
  readonly passages: readonly PassageView[];
  readonly citedId: string | null;
}

function Source({ document, passages, citedId }: SourceProps) {
  const { t } = useTranslation();
  // Who follows a link to a passage goes on from there, by keyboard as by eye.
  const found = passages.some(({ id }) => id === citedId);
  const heading = usePageFocus(document.title, !found);
  return (
    <article className={classes["page"]}>
      <header className={classes["header"]}>
        <div className={classes["inner"]}>
          <div className={classes["words"]}>
            <Title order={1} size="h3" ref={heading} tabIndex={-1} lineClamp={2}>
              {document.title}
            </Title>
            <Belonging document={document} />
          </div>
          <Tooltip label={t("source.download")}>
            <ActionIcon
              component="a"
              href={`/v1/documents/${document.id}/file`}
              download
              variant="default"
              size={40}
              aria-label={t("source.download")}
            >
              <IconDownload size={18} stroke={1.6} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </div>
      </header>
      <div className={classes["text"]}>
        <PassageReader
          passages={passages}
          title={document.title}
          citedId={citedId}
          quote={null}
          focusCited={found}
        />
      </div>
    </article>
  );
}

/** The department that the document belongs to, and who may read it. */
function Belonging({ document }: Pick<SourceProps, "document">) {
  const { t } = useTranslation();
  const language = useLanguage();
  const departments = useDepartments().data ?? [];
  const department = departments.find(({ id }) => id === document.departmentId);
  return (
    <Group gap="xs" className={classes["belonging"]}>
      {department !== undefined && (
        <Text component="span" size="sm" c="dimmed" className={classes["department"]}>
          <DepartmentIcon name={department.icon} size={16} />
          {department.name[language]}
        </Text>
      )}
      <Tooltip label={t(`knowledge.sensitivityText.${document.sensitivity}`)}>
        <Badge variant="outline" color="gray" tt="none" fw={500}>
          {t(`knowledge.sensitivities.${document.sensitivity}`)}
        </Badge>
      </Tooltip>
    </Group>
  );
}
