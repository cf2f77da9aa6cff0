import { Autocomplete, Button, Group, Radio, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { AbsenceView } from "../../../bots/http/contract/approval.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { LoadingPage } from "../app/loading-page.tsx";
import { useNotify } from "../app/use-notify.ts";
import { usePageFocus } from "../app/use-page-focus.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import classes from "./settings-page.module.css";
import { useAbsence, useApprovalChannel, useSetAbsence, useSetApprovalChannel } from "./use-settings.ts";

/** When a person is away, who decides meanwhile, and where approvals reach them. */
export default function SettingsPage() {
  const { t } = useTranslation();
  const heading = usePageFocus(t("approvals.away.title"));
  const absence = useAbsence();
  return (
    <div className={classes["page"]}>
      <Button
        component={Link}
        to="/approvals"
        variant="subtle"
        size="compact-sm"
        leftSection={<IconArrowLeft size={16} stroke={1.6} aria-hidden />}
      >
        {t("approvals.back")}
      </Button>
      <Title order={1} ref={heading} tabIndex={-1} mt="xs">
        {t("approvals.away.title")}
      </Title>
      <Text c="dimmed">{t("approvals.away.lead")}</Text>
      {absence.isPending && <LoadingPage />}
      {absence.isError && <FailureNote title={t("app.failedToLoad")} failure={asFailure(absence.error)} />}
      {absence.isSuccess && <AbsenceForm absence={absence.data} />}
      <ChannelForm />
    </div>
  );
}

function AbsenceForm({ absence: { away, colleagues } }: { readonly absence: AbsenceView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { say } = useNotify();
  const set = useSetAbsence();
  const [until, setUntil] = useState("");
  const [delegate, setDelegate] = useState("");
  const moment = until === "" ? null : new Date(until);
  return (
    <section aria-labelledby="away" className={classes["section"]}>
      <Title order={2} size="h3" id="away">
        {t("approvals.away.heading")}
      </Title>
      {set.isError && <FailureNote title={t("approvals.away.failed")} failure={asFailure(set.error)} />}
      {away !== null && (
        <Group role="status">
          <Text>
            {away.delegate === null
              ? t("approvals.away.awayNow", { when: shortDate(away.until, language) })
              : t("approvals.away.awayWith", {
                  when: shortDate(away.until, language),
                  name: away.delegate.name,
                })}
          </Text>
          <Button
            variant="default"
            loading={set.isPending}
            onClick={() => {
              set.mutate(null, {
                onSuccess: () => {
                  say({ message: t("approvals.away.isBack") });
                },
              });
            }}
          >
            {t("approvals.away.back")}
          </Button>
        </Group>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (moment === null) return;
          set.mutate(
            { until: moment.toISOString(), delegate: delegate.trim() === "" ? null : delegate.trim() },
            {
              onSuccess: () => {
                say({
                  message: t("approvals.away.saved", { when: shortDate(moment.toISOString(), language) }),
                });
                setUntil("");
                setDelegate("");
              },
            },
          );
        }}
      >
        <Stack gap="sm" maw={420}>
          <TextInput
            type="datetime-local"
            label={t("approvals.away.until")}
            value={until}
            required
            withAsterisk={false}
            onChange={(event) => {
              setUntil(event.currentTarget.value);
            }}
          />
          <Autocomplete
            label={t("approvals.away.delegate")}
            description={t("approvals.away.delegateText")}
            type="email"
            value={delegate}
            data={colleagues.map(({ email }) => email)}
            onChange={setDelegate}
          />
          <Button type="submit" loading={set.isPending} style={{ alignSelf: "flex-start" }}>
            {t("approvals.away.save")}
          </Button>
        </Stack>
      </form>
    </section>
  );
}

const channels = ["auto", "web", "slack", "teams", "mail"] as const;

function ChannelForm() {
  const { t } = useTranslation();
  const { say, sayFailure } = useNotify();
  const channel = useApprovalChannel();
  const set = useSetApprovalChannel();
  if (!channel.isSuccess) return null;
  const names = {
    auto: t("approvals.away.channelAuto"),
    web: t("approvals.away.channelWeb"),
    slack: t("approvals.channel.slack"),
    teams: t("approvals.channel.teams"),
    mail: t("approvals.away.channelMail"),
  };
  return (
    <Radio.Group
      className={classes["section"] ?? ""}
      label={t("approvals.away.channelTitle")}
      value={channel.data.channel ?? "auto"}
      onChange={(value) => {
        const chosen = channels.find((one) => one === value) ?? "auto";
        set.mutate(chosen === "auto" ? null : chosen, {
          onSuccess: () => {
            say({ message: t("approvals.away.channelSaved") });
          },
          onError: (error) => {
            sayFailure(t("approvals.away.channelFailed"), error);
          },
        });
      }}
    >
      <Stack gap="xs" mt="xs">
        {channels.map((one) => (
          <Radio key={one} value={one} label={names[one]} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
