import { Button, Container, Stack, Text, Title } from "@mantine/core";
import i18next from "i18next";
import { Component, type ReactNode } from "react";

/** Shows a way on where drawing the page failed. */
export class CrashBoundary extends Component<
  { readonly children: ReactNode },
  { readonly crashed: boolean }
> {
  override state = { crashed: false };

  static getDerivedStateFromError(): { readonly crashed: boolean } {
    return { crashed: true };
  }

  override render(): ReactNode {
    if (!this.state.crashed) return this.props.children;
    return (
      <Container size="xs" py={80} component="main">
        <Stack align="flex-start">
          <Title order={1}>{i18next.t("app.crashTitle")}</Title>
          <Text>{i18next.t("app.crashText")}</Text>
          <Button
            onClick={() => {
              location.reload();
            }}
          >
            {i18next.t("app.reload")}
          </Button>
        </Stack>
      </Container>
    );
  }
}
