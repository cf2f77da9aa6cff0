import { Button, SegmentedControl, Select, Skeleton, Stack, Text, Title, Group } from "@mantine/core";
import { IconArrowLeft, IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import type { DispatchView } from "../../../bots/http/contract/dispatch.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { UnknownPage } from "../app/unknown-page.tsx";
import { useNotify } from "../app/use-notify.ts";
import { usePageFocus } from "../app/use-page-focus.ts";
import { faultText } from "../locales/fault-text.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import { useCurrentSession } from "../session/session-gate.tsx";
import classes from "./connections.module.css";
import { useConnections } from "./use-connections.ts";
import { type Redelivery, useDispatches, useRedeliver } from "./use-dispatches.ts";

/** Calls to outside systems that wait or were given up, and having them tried again. For admins. */
export default function UndeliveredPage() {
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
  const heading = usePageFocus(t("escalations.dispatch.title"));
  const [search] = useSearchParams();
  const [state, setState] = useState<"dead" | "pending">(
    search.get("state") === "pending" ? "pending" : "dead",
  );
  const [connection, setConnection] = useState<string | null>(null);
  const connections = useConnections().data?.items ?? [];
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
        {t("escalations.dispatch.title")}
      </Title>
      <Text c="dimmed">{t("escalations.dispatch.lead")}</Text>
      <Group mt="lg" gap="sm" align="flex-end">
        <SegmentedControl
          value={state}
          onChange={(value) => {
            setState(value === "pending" ? "pending" : "dead");
          }}
          aria-label={t("escalations.dispatch.view")}
          data={[
            { value: "dead", label: t("escalations.dispatch.dead") },
            { value: "pending", label: t("escalations.dispatch.pending") },
          ]}
        />
        <Select
          aria-label={t("escalations.dispatch.connection")}
          placeholder={t("escalations.dispatch.all")}
          value={connection}
          clearable
          data={connections.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setConnection}
        />
      </Group>
      <Calls key={`${state} ${connection ?? ""}`} state={state} connection={connection} />
    </div>
  );
}

interface CallsProps {
  readonly state: "dead" | "pending";
  readonly connection: string | null;
}

function Calls({ state, connection }: CallsProps) {
  const { t } = useTranslation();
  const { say, sayFailure } = useNotify();
  const calls = useDispatches(state, connection);
  const redeliver = useRedeliver();
  const again = (what: Redelivery): void => {
    redeliver.mutate(what, {
      onSuccess: ({ redelivered: count }) => {
        say({ message: t("escalations.dispatch.redelivered", { count }) });
      },
      onError: (error) => {
        sayFailure(t("escalations.dispatch.failed"), error);
      },
    });
  };
  if (calls.isPending) {
    return (
      <Stack gap="md" mt="lg" role="status" aria-label={t("app.loading")}>
        <Skeleton height={64} />
        <Skeleton height={64} />
      </Stack>
    );
  }
  if (calls.data === undefined) {
    return (
      <Stack mt="lg">
        <FailureNote
          title={t("app.failedToLoad")}
          failure={asFailure(calls.error)}
          onRetry={() => void calls.refetch()}
        />
      </Stack>
    );
  }
  const items = calls.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return (
      <Stack align="center" gap={6} className={classes["empty"] ?? ""} role="status">
        <IconCircleCheck size={32} stroke={1.4} aria-hidden />
        <Text fw={600}>{t(`escalations.dispatch.${state === "dead" ? "emptyDead" : "emptyPending"}`)}</Text>
      </Stack>
    );
  }
  const of = new Map(items.map((call) => [call.connection.id, call.connection.name]));
  return (
    <>
      <ul className={classes["list"]} data-testid="dispatches">
        {items.map((call) => (
          <Call
            key={call.id}
            call={call}
            busy={redeliver.isPending}
            onRedeliver={() => {
              again({ dispatch: call.id });
            }}
          />
        ))}
      </ul>
      <Group mt="md" gap="xs">
        {calls.hasNextPage && (
          <Button
            variant="default"
            loading={calls.isFetchingNextPage}
            onClick={() => void calls.fetchNextPage()}
          >
            {t("app.showMore")}
          </Button>
        )}
        {state === "dead" &&
          [...of].map(([id, name]) => (
            <Button
              key={id}
              variant="default"
              disabled={redeliver.isPending}
              onClick={() => {
                again({ connection: id });
              }}
            >
              {t("escalations.dispatch.redeliverAll", { name })}
            </Button>
          ))}
      </Group>
    </>
  );
}

interface CallProps {
  readonly call: DispatchView;
  readonly busy: boolean;
  readonly onRedeliver: () => void;
}

function Call({ call, busy, onRedeliver }: CallProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { kind, event, connection, state, attempts, lastError, nextAttemptAt, createdAt } = call;
  const what = t(`escalations.dispatch.kind.${kind}`, { event: event ?? "" });
  const facts = [
    connection.name,
    t("escalations.dispatch.attempts", { count: attempts }),
    t("escalations.dispatch.begun", { when: shortDate(createdAt, language) }),
    ...(state === "pending" && nextAttemptAt !== null
      ? [t("escalations.dispatch.next", { when: shortDate(nextAttemptAt, language) })]
      : []),
  ];
  return (
    <li className={classes["call"]}>
      <div className={classes["callHead"]}>
        <strong>{what}</strong>
        {state === "dead" && (
          <Button
            variant="default"
            size="xs"
            disabled={busy}
            aria-label={t("escalations.dispatch.redeliverOf", { what: `${what}, ${connection.name}` })}
            onClick={onRedeliver}
          >
            {t("escalations.dispatch.redeliver")}
          </Button>
        )}
      </div>
      <p>{lastError === null ? t("escalations.dispatch.noError") : faultText(lastError, language)}</p>
      <p className={classes["about"]}>{facts.join(" · ")}</p>
    </li>
  );
}
