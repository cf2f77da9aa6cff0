import { Badge, Button, Group, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import {
  IconAdjustments,
  IconCircleCheck,
  IconMailExclamation,
  IconPlugConnected,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { escalationStates, type EscalationSummary } from "../../../bots/http/contract/escalation.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import { useConnections } from "../connections/use-connections.ts";
import { useCurrentSession } from "../session/session-gate.tsx";
import { EscalationRow } from "./escalation-row.tsx";
import classes from "./escalations-page.module.css";
import { useEscalationPolicies } from "./use-escalation-policy.ts";
import { useEscalations } from "./use-escalations.ts";

type State = EscalationSummary["state"];

/** What is escalated in this person's departments. */
export default function EscalationsPage() {
  const { t } = useTranslation();
  const heading = usePageFocus(t("escalations.title"));
  const [state, setState] = useState<State>("open");
  const policies = useEscalationPolicies().data?.items ?? [];
  const admin = useCurrentSession().person.roles.includes("admin");
  return (
    <div className={classes["page"]}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Title order={1} ref={heading} tabIndex={-1}>
            {t("escalations.title")}
          </Title>
          <Text c="dimmed">{t("escalations.lead")}</Text>
        </div>
        <Group gap="xs">
          {policies.length > 0 && (
            <Button
              component={Link}
              to="/escalations/policies"
              variant="default"
              leftSection={<IconAdjustments size={17} stroke={1.6} aria-hidden />}
            >
              {t("escalations.policies")}
            </Button>
          )}
          {admin && <AdminLinks />}
        </Group>
      </Group>
      <SegmentedControl
        mt="lg"
        value={state}
        onChange={(value) => {
          setState(escalationStates.find((one) => one === value) ?? "open");
        }}
        aria-label={t("escalations.view")}
        data={escalationStates.map((value) => ({ value, label: t(`escalations.state.${value}`) }))}
      />
      <EscalationList key={state} state={state} />
    </div>
  );
}

function AdminLinks() {
  const { t } = useTranslation();
  const dead = (useConnections().data?.items ?? []).reduce((sum, connection) => sum + connection.dead, 0);
  return (
    <>
      <Button
        component={Link}
        to="/escalations/connections"
        variant="default"
        leftSection={<IconPlugConnected size={17} stroke={1.6} aria-hidden />}
      >
        {t("escalations.connections")}
      </Button>
      <Button
        component={Link}
        to="/escalations/undelivered"
        variant="default"
        leftSection={<IconMailExclamation size={17} stroke={1.6} aria-hidden />}
        aria-label={dead === 0 ? undefined : t("escalations.undeliveredCount", { count: dead })}
        rightSection={
          dead === 0 ? undefined : (
            <Badge size="sm" color="red" circle={dead < 10} aria-hidden>
              {dead}
            </Badge>
          )
        }
      >
        {t("escalations.undelivered")}
      </Button>
    </>
  );
}

function EscalationList({ state }: { readonly state: State }) {
  const { t } = useTranslation();
  const escalations = useEscalations(state);
  if (escalations.isPending) {
    return (
      <Stack gap="md" mt="lg" role="status" aria-label={t("app.loading")}>
        {[1, 2, 3].map((key) => (
          <Skeleton key={key} height={64} />
        ))}
      </Stack>
    );
  }
  if (escalations.data === undefined) {
    return (
      <Stack mt="lg">
        <FailureNote
          title={t("app.failedToLoad")}
          failure={asFailure(escalations.error)}
          onRetry={() => void escalations.refetch()}
        />
      </Stack>
    );
  }
  const items = escalations.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return (
      <Stack align="center" gap={6} className={classes["empty"]} role="status">
        <IconCircleCheck size={32} stroke={1.4} aria-hidden />
        <Text fw={600}>{t(`escalations.emptyTitle.${state}`)}</Text>
        {state === "open" && (
          <Text c="dimmed" ta="center">
            {t("escalations.emptyText")} {t("escalations.emptyPolicy")}
          </Text>
        )}
      </Stack>
    );
  }
  return (
    <>
      <ul className={classes["list"]} data-testid="escalations">
        {items.map((escalation) => (
          <EscalationRow key={escalation.escalationId} escalation={escalation} />
        ))}
      </ul>
      {escalations.hasNextPage && (
        <Button
          mt="md"
          variant="default"
          loading={escalations.isFetchingNextPage}
          onClick={() => void escalations.fetchNextPage()}
        >
          {t("app.showMore")}
        </Button>
      )}
    </>
  );
}
