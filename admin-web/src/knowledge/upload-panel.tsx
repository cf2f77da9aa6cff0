import { Group, Paper, SegmentedControl, Select, Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import "@mantine/dropzone/styles.css";
import { IconFileUpload } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DepartmentView } from "../../../bots/http/contract/identity.ts";
import { documentSchema, type DocumentView } from "../../../bots/http/contract/knowledge.ts";
import { useLanguage } from "../locales/use-language.ts";
import classes from "./upload-panel.module.css";
import type { Uploads } from "./use-uploads.ts";

const sensitivities = documentSchema.shape.sensitivity.options;

interface UploadPanelProps {
  /** Those that this person may add to; at least one. */
  readonly departments: readonly DepartmentView[];
  readonly suggested: string | null;
  readonly uploads: Uploads;
}

export function UploadPanel({ departments, suggested, uploads }: UploadPanelProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const label = useId();
  const [picked, setPicked] = useState<string | null>(null);
  const [sensitivity, setSensitivity] = useState<DocumentView["sensitivity"]>("public");
  const wanted = picked ?? suggested;
  const departmentId = (departments.find(({ id }) => id === wanted) ?? departments[0])?.id ?? "";
  return (
    <Paper withBorder p="md" radius="lg" className={classes["panel"]}>
      <Group align="flex-start" gap="lg" mb="md">
        <Select
          label={t("knowledge.department")}
          data={departments.map(({ id, name }) => ({ value: id, label: name[language] }))}
          value={departmentId}
          onChange={setPicked}
          allowDeselect={false}
          className={classes["department"]}
        />
        <div>
          <Text size="sm" fw={500} mb={2} id={label}>
            {t("knowledge.sensitivity")}
          </Text>
          <SegmentedControl
            aria-labelledby={label}
            value={sensitivity}
            onChange={(value) => {
              setSensitivity(sensitivities.find((each) => each === value) ?? "public");
            }}
            data={sensitivities.map((each) => ({
              value: each,
              label: t(`knowledge.sensitivities.${each}`),
            }))}
          />
          <Text size="xs" c="dimmed" mt={4} aria-live="polite">
            {t(`knowledge.sensitivityText.${sensitivity}`)}
          </Text>
        </div>
      </Group>
      <Dropzone
        onDrop={(files) => {
          uploads.add(files, departmentId, sensitivity);
        }}
        className={classes["drop"]}
        inputProps={{ "aria-label": t("knowledge.choose") }}
        aria-label={t("knowledge.drop")}
      >
        <Group justify="center" gap="md" wrap="nowrap">
          <IconFileUpload size={30} stroke={1.4} aria-hidden />
          <div>
            <Text fw={550}>{t("knowledge.drop")}</Text>
            <Text size="sm" c="dimmed">
              {t("knowledge.dropText")}
            </Text>
          </div>
        </Group>
      </Dropzone>
    </Paper>
  );
}
