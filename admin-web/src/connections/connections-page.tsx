import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconPlugConnected } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { connectionKinds } from "../../../bots/http/contract/connection.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { UnknownPage } from "../app/unknown-page.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import { useCurrentSession } from "../session/session-gate.tsx";
import { ConnectionCard } from "./connection-card.tsx";
import classes from "./connections.module.css";
import { useConnections } from "./use-connections.ts";

/** The outside systems of the company, for admins. */
export default function ConnectionsPage() {
  const { t } = useTranslation();
  const admin = useCurrentSession().person.roles.includes("admin");
  return admin ? (
    <Shown />
  ) : (
    <UnknownPage title={t("escalations.adminsOnlyTitle")} text={t("escalations.adminsOnly")} />
  );
}

function Shown() {
  const { t } = useTranslation();
  const heading = usePageFocus(t("escalations.connection.title"));
  const connections = useConnections();
  return (
    <div className={classes["page"]}>
      <Button
        component={Link}
        to="/escalations"
        variant="subtle"
        size="compact-sm"
        leftSection={<IconArrowLeft size={16} stroke={1.6} aria-hidden />}
      >
        {t("escalations.back")}
      </Button>
      <Title order={1} ref={heading} tabIndex={-1} mt="xs">
        {t("escalations.connection.title")}
      </Title>
      <Text c="dimmed">{t("escalations.connection.lead")}</Text>
      {connections.isPending && (
        <Stack gap="md" mt="lg" role="status" aria-label={t("app.loading")}>
          <Skeleton height={90} />
          <Skeleton height={90} />
        </Stack>
      )}
      {connections.isError && connections.data === undefined && (
        <Stack mt="lg">
          <FailureNote
            title={t("app.failedToLoad")}
            failure={asFailure(connections.error)}
            onRetry={() => void connections.refetch()}
          />
        </Stack>
      )}
      {connections.data?.items.length === 0 && (
        <Stack align="center" gap={6} className={classes["empty"] ?? ""} role="status">
          <IconPlugConnected size={32} stroke={1.4} aria-hidden />
          <Text fw={600}>{t("escalations.connection.emptyTitle")}</Text>
          <Text c="dimmed" ta="center">
            {t("escalations.connection.emptyText")}
          </Text>
        </Stack>
      )}
      {connections.data !== undefined && connections.data.items.length > 0 && (
        <ul className={classes["list"]} data-testid="connections">
          {connections.data.items.map((connection) => (
            <ConnectionCard key={connection.id} connection={connection} />
          ))}
        </ul>
      )}
      <section aria-labelledby="add" className={classes["add"]}>
        <Title order={2} size="h3" id="add">
          {t("escalations.connection.add")}
        </Title>
        <ul className={classes["kinds"]}>
          {connectionKinds.map((kind) => (
            <li key={kind}>
              <Link
                to={`/escalations/connections/new/${kind}`}
                aria-label={t(`escalations.connection.addKind.${kind}`)}
              >
                <strong>{t(`escalations.system.${kind}`)}</strong>
                <span>{t(`escalations.connection.kindText.${kind}`)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
