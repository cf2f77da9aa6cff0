import { Button, CloseButton, Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { failureText } from "../locales/failure-texts.ts";
import { useLanguage } from "../locales/use-language.ts";
import { StateBadge } from "./state-badge.tsx";
import classes from "./upload-list.module.css";
import { isDone, type Upload, type Uploads } from "./use-uploads.ts";

/** Each file of this visit: how far it is, then its state. */
export function UploadList({ uploads }: { readonly uploads: Uploads }) {
  const { t } = useTranslation();
  if (uploads.list.length === 0) return null;
  return (
    <section aria-labelledby="uploads" className={classes["uploads"]}>
      <Group justify="space-between">
        <Text component="h2" id="uploads" size="sm" fw={600}>
          {t("knowledge.uploads")}
        </Text>
        {uploads.list.some(isDone) && (
          <Button variant="subtle" size="compact-sm" onClick={uploads.clearDone}>
            {t("knowledge.clearDone")}
          </Button>
        )}
      </Group>
      <ul className={classes["list"]}>
        {uploads.list.map((upload) => (
          <UploadRow key={upload.id} upload={upload} uploads={uploads} />
        ))}
      </ul>
    </section>
  );
}

function UploadRow({ upload, uploads }: { readonly upload: Upload; readonly uploads: Uploads }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { id, file, stage, sent, result } = upload;
  const percent = Math.round(sent * 100);
  const refused = result?.document.state === "failed" ? result.document.failure : null;
  const failure = upload.failure ?? refused;
  const words = failure === null ? null : failureText(failure, language);
  return (
    <li className={classes["upload"]} data-testid="upload" data-stage={stage}>
      <div className={classes["words"]}>
        <Text size="sm" fw={500} className={classes["name"]}>
          {file.name}
        </Text>
        <div aria-live="polite">
          {stage === "waiting" && (
            <Text size="sm" c="dimmed">
              {t("knowledge.waiting")}
            </Text>
          )}
          {result !== null && failure === null && (
            <Text size="sm" c="dimmed">
              {t(`knowledge.outcome.${result.outcome}`)}
            </Text>
          )}
          {words !== null && (
            <Text size="sm" c="var(--mantine-color-error)">
              {words.message} {words.remedy}
            </Text>
          )}
        </div>
        {stage === "sending" && (
          <Group gap="sm" wrap="nowrap">
            <Progress
              value={percent}
              size="sm"
              flex={1}
              aria-label={t("knowledge.uploading", { name: file.name })}
            />
            <Text size="xs" c="dimmed">
              {t("knowledge.percent", { percent })}
            </Text>
          </Group>
        )}
      </div>
      {stage === "failed" && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            uploads.retry(id);
          }}
        >
          {t("knowledge.retry")}
        </Button>
      )}
      {result !== null && <StateBadge state={result.document.state} />}
      <CloseButton
        size={30}
        aria-label={t(
          stage === "sending" || stage === "waiting" ? "knowledge.stopUpload" : "knowledge.dismiss",
          {
            name: file.name,
          },
        )}
        onClick={() => {
          uploads.remove(id);
        }}
      />
    </li>
  );
}
