import { Center, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function LoadingPage() {
  const { t } = useTranslation();
  return (
    <Center mih="60vh" role="status" aria-label={t("app.loading")}>
      <Loader size="sm" />
    </Center>
  );
}
