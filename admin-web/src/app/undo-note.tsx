import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function UndoNote({ text, onUndo }: { readonly text: string; readonly onUndo: () => void }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm" lineClamp={1}>
        {text}
      </Text>
      <Button size="compact-sm" variant="light" onClick={onUndo} style={{ flex: "none" }}>
        {t("app.undo")}
      </Button>
    </Group>
  );
}
