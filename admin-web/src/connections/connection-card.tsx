import { Badge, Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ConnectionView } from "../../../bots/http/contract/connection.ts";
import { useNotify } from "../app/use-notify.ts";
import { ConnectionHealth } from "./connection-health.tsx";
import classes from "./connections.module.css";
import { TestResult } from "./test-result.tsx";
import { useChangeConnection, useTestConnection } from "./use-connections.ts";

/** One outside system: how it stands, and what an admin does with it. */
export function ConnectionCard({ connection }: { readonly connection: ConnectionView }) {
  const { t } = useTranslation();
  const { say, sayFailure } = useNotify();
  const { id, kind, name, state } = connection;
  const test = useTestConnection(id);
  const change = useChangeConnection(id);
  const off = kind === "webhook" ? "switchedOffEvents" : "switchedOff";
  const switchTo = (to: ConnectionView["state"]): void => {
    change.mutate(
      { state: to },
      {
        onSuccess: () => {
          say({
            message: t(`escalations.connection.${to === "active" ? "switchedOn" : off}`, { name }),
          });
        },
        onError: (error) => {
          sayFailure(t("escalations.connection.notChanged"), error);
        },
      },
    );
  };
  return (
    <li className={classes["card"]} data-testid="connection" data-name={name}>
      <div className={classes["cardHead"]}>
        <h2>{name}</h2>
        <Badge variant="outline" color="gray" c="var(--mantine-color-text)" tt="none" fw={550}>
          {t(`escalations.system.${kind}`)}
        </Badge>
      </div>
      <ConnectionHealth connection={connection} />
      <TestResult test={test} />
      <Group gap="xs" mt="sm">
        <Button
          variant="default"
          size="xs"
          loading={test.isPending}
          aria-label={t("escalations.connection.testOf", { name })}
          onClick={() => {
            test.mutate();
          }}
        >
          {t("escalations.connection.test")}
        </Button>
        <Button
          component={Link}
          to={`/escalations/connections/${id}`}
          variant="default"
          size="xs"
          aria-label={t("escalations.connection.editOf", { name })}
        >
          {t("escalations.connection.edit")}
        </Button>
        <Button
          variant="default"
          size="xs"
          loading={change.isPending}
          aria-label={t(`escalations.connection.${state === "active" ? "switchOffOf" : "switchOnOf"}`, {
            name,
          })}
          onClick={() => {
            switchTo(state === "active" ? "off" : "active");
          }}
        >
          {t(`escalations.connection.${state === "active" ? "switchOff" : "switchOn"}`)}
        </Button>
      </Group>
    </li>
  );
}
