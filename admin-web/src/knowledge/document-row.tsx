import { ActionIcon, Badge, Button, Group, Menu, Text, UnstyledButton } from "@mantine/core";
import {
  IconDots,
  IconDownload,
  IconEye,
  IconInfoCircle,
  IconLock,
  IconRefresh,
  IconTrash,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DocumentView } from "../../../bots/http/contract/knowledge.ts";
import { useOpenSource } from "../citations/source-address.ts";
import { failureText } from "../locales/failure-texts.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import classes from "./document-row.module.css";
import { fileSize } from "./file-size.ts";
import { StateBadge } from "./state-badge.tsx";
import { useDocumentActions } from "./use-document-actions.tsx";

export function DocumentRow({ document }: { readonly document: DocumentView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const openSource = useOpenSource();
  const { id, title, name, state, failure, passageCount, sensitivity, warnings } = document;
  const actions = useDocumentActions(document);
  const size = fileSize(document.sizeBytes);
  const readable = state === "ready" || passageCount > 0;
  const view = (): void => {
    openSource({ documentId: id, passageId: null, quote: null });
  };
  const facts = [
    ...(title === name ? [] : [name]),
    t(`knowledge.size.${size.unit}`, { value: size.value }),
    ...(state === "ready" ? [t("knowledge.passages", { count: passageCount })] : []),
    t("knowledge.changed", { when: shortDate(document.updatedAt, language) }),
  ];
  const waits = failure !== null && state === "processing";
  const words = failure === null || waits ? null : failureText(failure, language);
  return (
    <li className={classes["row"]} data-testid="document" data-state={state}>
      <div className={classes["line"]}>
        <div className={classes["words"]}>
          {readable ? (
            <UnstyledButton
              className={classes["title"]}
              onClick={view}
              aria-label={t("knowledge.viewNamed", { title })}
            >
              {title}
            </UnstyledButton>
          ) : (
            <Text span className={classes["plainTitle"]}>
              {title}
            </Text>
          )}
          <Text size="sm" c="dimmed" className={classes["facts"]}>
            {facts.join(" · ")}
          </Text>
        </div>
        <Group gap={6} wrap="nowrap" className={classes["side"]}>
          {sensitivity !== "public" && (
            <Badge
              variant="default"
              tt="none"
              fw={500}
              leftSection={<IconLock size={12} stroke={2} aria-hidden />}
            >
              {t(`knowledge.sensitivities.${sensitivity}`)}
            </Badge>
          )}
          <StateBadge state={waits ? "pending" : state} />
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={32}
                aria-label={t("knowledge.actions", { title })}
              >
                <IconDots size={17} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {readable && (
                <Menu.Item leftSection={<IconEye size={16} stroke={1.6} aria-hidden />} onClick={view}>
                  {t("knowledge.view")}
                </Menu.Item>
              )}
              <Menu.Item
                component="a"
                href={`/v1/documents/${id}/file`}
                download
                leftSection={<IconDownload size={16} stroke={1.6} aria-hidden />}
              >
                {t("knowledge.download")}
              </Menu.Item>
              {document.canDelete && (
                <Menu.Item
                  color="red"
                  leftSection={<IconTrash size={16} stroke={1.6} aria-hidden />}
                  onClick={actions.confirmDelete}
                >
                  {t("knowledge.delete")}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </div>
      {waits && (
        <Text size="sm" c="dimmed">
          {t("knowledge.waitsForModel")}
        </Text>
      )}
      {words !== null && (
        <div className={classes["failure"]}>
          <Text size="sm">
            {words.message} {words.remedy}
          </Text>
          {document.canDelete && (
            <Button
              size="compact-sm"
              variant="default"
              loading={actions.retrying}
              leftSection={<IconRefresh size={15} stroke={1.6} aria-hidden />}
              onClick={actions.retry}
            >
              {t("knowledge.retry")}
            </Button>
          )}
        </div>
      )}
      {warnings.length > 0 && (
        <Text size="sm" component="div" className={classes["notes"]}>
          <IconInfoCircle size={15} stroke={1.7} role="img" aria-label={t("knowledge.warnings")} />
          <span>{warnings.join(" ")}</span>
        </Text>
      )}
    </li>
  );
}
