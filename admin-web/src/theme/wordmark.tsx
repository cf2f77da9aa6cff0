import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function Wordmark() {
  const { t } = useTranslation();
  return (
    <Group gap={9} wrap="nowrap">
      <svg width={26} height={26} viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
        <path d="M9 8.5h14v3H12.5v3.2H21v3h-8.5v2.8H23v3H9z" fill="#fff" />
      </svg>
      <Text fw={650} size="md" style={{ letterSpacing: "-0.01em" }}>
        {t("app.name")}
      </Text>
    </Group>
  );
}
