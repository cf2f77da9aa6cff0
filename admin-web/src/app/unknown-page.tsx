import { Button, Container, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePageFocus } from "./use-page-focus.ts";

interface UnknownPageProps {
  readonly title?: string;
  readonly text?: string;
}

/** What an address leads to that shows nothing. */
export function UnknownPage({ title, text }: UnknownPageProps) {
  const { t } = useTranslation();
  const heading = usePageFocus(title ?? t("app.notFoundTitle"));
  return (
    <Container size="xs" py={80}>
      <Stack align="flex-start">
        <Title order={1} ref={heading} tabIndex={-1}>
          {title ?? t("app.notFoundTitle")}
        </Title>
        <Text>{text ?? t("app.notFoundText")}</Text>
        <Button component={Link} to="/">
          {t("app.toStart")}
        </Button>
      </Stack>
    </Container>
  );
}
