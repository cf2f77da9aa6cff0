import { Button, Checkbox, SegmentedControl, Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconChartBar, IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { usageKinds, type UsageView } from "../../../bots/http/contract/budget.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { useLanguage } from "../locales/use-language.ts";
import { UsageLines } from "./usage-lines.tsx";
import { usageBy, usagePath, useUsage } from "./use-usage.ts";
import classes from "./usage.module.css";

const periods = { "1": "today", "7": "week", "30": "month" } as const;
type Days = keyof typeof periods;
const allDays = ["1", "7", "30"] as const satisfies readonly Days[];

/** What was used, by what the person chooses; the choice stands in the address. */
export function UsageSection() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const days = allDays.find((value) => value === search.get("days")) ?? "7";
  const by = usageBy(search.get("by"));
  const calls = search.get("calls") === "questions" ? "questions" : "all";
  const wish = { days: Number(days), by, calls } as const;
  const usage = useUsage(wish);
  const choose = (changed: Readonly<Record<string, string>>): void => {
    setSearch({ days, by, calls, ...changed }, { replace: true });
  };
  return (
    <section aria-labelledby="usage" className={classes["section"]}>
      <Title order={2} id="usage">
        {t("usage.used.heading")}
      </Title>
      <div className={classes["controls"]}>
        <SegmentedControl
          value={days}
          onChange={(value) => {
            choose({ days: value });
          }}
          aria-label={t("usage.used.period")}
          data={allDays.map((value) => ({ value, label: t(`usage.used.periods.${periods[value]}`) }))}
        />
        <Select
          label={t("usage.used.by")}
          w={170}
          value={by}
          allowDeselect={false}
          data={usageKinds.map((value) => ({ value, label: t(`usage.used.bys.${value}`) }))}
          onChange={(value) => {
            if (value !== null) choose({ by: value });
          }}
        />
        <Button
          component="a"
          href={usagePath(wish, ".csv")}
          download
          variant="default"
          leftSection={<IconDownload size={17} stroke={1.6} aria-hidden />}
        >
          {t("usage.used.download")}
        </Button>
      </div>
      <Checkbox
        mt="sm"
        label={t("usage.used.questions")}
        description={t("usage.used.questionsText")}
        checked={calls === "questions"}
        onChange={(event) => {
          choose({ calls: event.currentTarget.checked ? "questions" : "all" });
        }}
      />
      {usage.isPending && (
        <Stack gap="md" mt="lg" role="status" aria-label={t("app.loading")}>
          <Skeleton height={64} />
          <Skeleton height={160} />
        </Stack>
      )}
      {usage.isError && usage.data === undefined && (
        <Stack mt="lg">
          <FailureNote
            title={t("app.failedToLoad")}
            failure={asFailure(usage.error)}
            onRetry={() => void usage.refetch()}
          />
        </Stack>
      )}
      {usage.data !== undefined && <Report key={usage.data.by} usage={usage.data} longest={days === "30"} />}
    </section>
  );
}

interface ReportProps {
  readonly usage: UsageView;
  /** Whether there is no longer time to choose. */
  readonly longest: boolean;
}

function Report({ usage, longest }: ReportProps) {
  const { t } = useTranslation();
  const { total } = usage;
  if (total.requests + total.promptTokens + total.completionTokens === 0) {
    return (
      <Stack align="center" gap={6} className={classes["empty"] ?? ""} role="status">
        <IconChartBar size={32} stroke={1.4} aria-hidden />
        <Text fw={600}>{t(`usage.used.${longest ? "emptyTitle" : "emptyTimeTitle"}`)}</Text>
        <Text c="dimmed" ta="center">
          {t("usage.used.emptyText")}
        </Text>
      </Stack>
    );
  }
  return (
    <>
      <Totals total={total} />
      <UsageLines usage={usage} />
      <Notes usage={usage} />
    </>
  );
}

function Totals({ total }: Pick<UsageView, "total">) {
  const { t } = useTranslation();
  const figures = [
    ["requests", total.requests],
    ["prompts", total.promptTokens],
    ["answers", total.completionTokens],
    ["refused", total.refused],
  ] as const;
  const numbers = new Intl.NumberFormat(useLanguage());
  return (
    <dl className={classes["totals"]} data-testid="totals">
      {figures.map(([name, figure]) => (
        <div key={name}>
          <dt>{t(`usage.used.${name}`)}</dt>
          <dd>{numbers.format(figure)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the figures do not say themselves. */
function Notes({ usage: { total, departments, timeZone } }: { readonly usage: UsageView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div className={classes["notes"]}>
      {total.estimated > 0 && (
        <p>{t("usage.used.estimatedNote", { count: total.estimated, requests: total.requests })}</p>
      )}
      {departments !== null && (
        <p>
          {t("usage.used.departmentsNote", {
            names: departments.map(({ name }) => name[language]).join(", "),
          })}
        </p>
      )}
      <p>{t("usage.used.daysNote", { zone: timeZone })}</p>
    </div>
  );
}
