import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface PolicyButtonsProps {
  readonly saving: boolean;
  readonly looking: boolean;
  readonly onPreview: () => void;
}

/** Looks at what the policy would have done, or keeps it. */
export function PolicyButtons({ saving, looking, onPreview }: PolicyButtonsProps) {
  const { t } = useTranslation();
  return (
    <div>
      <Group gap="xs">
        <Button type="submit" loading={saving}>
          {t("escalations.policy.save")}
        </Button>
        <Button variant="default" loading={looking} onClick={onPreview}>
          {t("escalations.policy.preview")}
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mt={6}>
        {t("escalations.policy.previewText")}
      </Text>
    </div>
  );
}
