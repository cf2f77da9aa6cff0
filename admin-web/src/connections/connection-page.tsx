import { Button, Group, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { connectionKinds, type ConnectionView } from "../../../bots/http/contract/connection.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { LoadingPage } from "../app/loading-page.tsx";
import { UnknownPage } from "../app/unknown-page.tsx";
import { useNotify } from "../app/use-notify.ts";
import { usePageFocus } from "../app/use-page-focus.ts";
import { useCurrentSession } from "../session/session-gate.tsx";
import { draftOf, newDraft, severalHold, written } from "./connection-draft.ts";
import { ConnectionForm } from "./connection-form.tsx";
import { ConnectionHealth } from "./connection-health.tsx";
import classes from "./connections.module.css";
import { TestResult } from "./test-result.tsx";
import {
  useAddConnection,
  useChangeConnection,
  useConnections,
  useTestConnection,
} from "./use-connections.ts";

/** A new connection of a kind, or one that is there, by the address. For admins. */
export default function ConnectionPage() {
  const { t } = useTranslation();
  const { kind, connectionId } = useParams();
  const admin = useCurrentSession().person.roles.includes("admin");
  const connections = useConnections();
  if (!admin)
    return <UnknownPage title={t("escalations.adminsOnlyTitle")} text={t("escalations.adminsOnly")} />;
  if (connectionId === undefined) {
    const chosen = connectionKinds.find((one) => one === kind);
    return chosen === undefined ? <UnknownPage /> : <NewConnection key={chosen} kind={chosen} />;
  }
  const connection = connections.data?.items.find(({ id }) => id === connectionId);
  if (connection !== undefined) return <KeptConnection key={connectionId} connection={connection} />;
  if (connections.isPending) return <LoadingPage />;
  if (connections.isError)
    return <FailureNote title={t("app.failedToLoad")} failure={asFailure(connections.error)} />;
  return <UnknownPage title={t("escalations.connection.gone")} />;
}

function Frame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { t } = useTranslation();
  const heading = usePageFocus(title);
  return (
    <div className={classes["page"]}>
      <Button
        component={Link}
        to="/escalations/connections"
        variant="subtle"
        size="compact-sm"
        leftSection={<IconArrowLeft size={16} stroke={1.6} aria-hidden />}
      >
        {t("escalations.connection.back")}
      </Button>
      <Title order={1} ref={heading} tabIndex={-1} mt="xs" style={{ overflowWrap: "anywhere" }}>
        {title}
      </Title>
      {children}
    </div>
  );
}

function NewConnection({ kind }: Pick<ConnectionView, "kind">) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { say } = useNotify();
  const [draft, setDraft] = useState(() => newDraft(kind));
  const add = useAddConnection(kind);
  return (
    <Frame title={t(`escalations.connection.addKind.${kind}`)}>
      <Text c="dimmed">{t(`escalations.connection.kindText.${kind}`)}</Text>
      <ConnectionForm
        kind={kind}
        draft={draft}
        connection={null}
        saving={add.isPending}
        error={add.error}
        onChange={setDraft}
        onSave={() => {
          add.mutate(written(draft), {
            onSuccess: ({ id, name }) => {
              say({ message: t("escalations.connection.added", { name }) });
              void navigate(`/escalations/connections/${id}`);
            },
          });
        }}
      />
    </Frame>
  );
}

function KeptConnection({ connection }: { readonly connection: ConnectionView }) {
  const { t } = useTranslation();
  const { say } = useNotify();
  const [draft, setDraft] = useState(() => draftOf(connection));
  const change = useChangeConnection(connection.id);
  const test = useTestConnection(connection.id);
  return (
    <Frame title={connection.name}>
      <ConnectionHealth connection={connection} />
      <TestResult test={test} />
      <Group mt="sm">
        <Button
          variant="default"
          loading={test.isPending}
          onClick={() => {
            test.mutate();
          }}
        >
          {t("escalations.connection.test")}
        </Button>
      </Group>
      <ConnectionForm
        kind={connection.kind}
        draft={draft}
        connection={connection}
        saving={change.isPending}
        error={change.error}
        onChange={setDraft}
        onSave={() => {
          change.mutate(written(draft), {
            onSuccess: (kept) => {
              test.reset();
              setDraft(draftOf(kept));
              say({ message: t("escalations.connection.saved") });
            },
          });
        }}
      />
      {connection.secretsSet.some((name) => severalHold.has(name)) && <Rotation id={connection.id} />}
    </Frame>
  );
}

/** How a secret of which several hold is exchanged without a gap. */
function Rotation({ id }: Pick<ConnectionView, "id">) {
  const { t } = useTranslation();
  const { say } = useNotify();
  const change = useChangeConnection(id);
  const [asked, setAsked] = useState(false);
  return (
    <section className={classes["part"]} aria-labelledby="rotation" style={{ marginTop: 26 }}>
      <Title order={2} size="h3" id="rotation">
        {t("escalations.connection.rotation")}
      </Title>
      <p>{t("escalations.connection.rotationText")}</p>
      {change.isError && (
        <FailureNote title={t("escalations.connection.notChanged")} failure={asFailure(change.error)} />
      )}
      {asked && <p role="status">{t("escalations.connection.dropAsked")}</p>}
      <Group gap="sm">
        <Button
          key={String(asked)}
          autoFocus={asked}
          variant="default"
          loading={change.isPending}
          onClick={() => {
            if (!asked) {
              setAsked(true);
              return;
            }
            change.mutate(
              { newestSecretOnly: true },
              {
                onSuccess: () => {
                  setAsked(false);
                  say({ message: t("escalations.connection.dropped") });
                },
              },
            );
          }}
        >
          {t(`escalations.connection.${asked ? "dropSure" : "dropOld"}`)}
        </Button>
        {asked ? (
          <Button
            variant="default"
            onClick={() => {
              setAsked(false);
            }}
          >
            {t("app.cancel")}
          </Button>
        ) : (
          <Text size="sm" c="dimmed">
            {t("escalations.connection.dropOldText")}
          </Text>
        )}
      </Group>
    </section>
  );
}
