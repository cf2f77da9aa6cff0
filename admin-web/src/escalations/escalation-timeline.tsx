import { Title } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { EscalationDetail } from "../../../bots/http/contract/escalation.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import classes from "./escalation-page.module.css";

interface Moment {
  readonly at: string;
  readonly text: string;
}

/** What has happened to it so far, oldest first. */
export function EscalationTimeline({ escalation }: { readonly escalation: EscalationDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <section aria-labelledby="timeline" className={classes["section"]}>
      <Title order={2} size="h3" id="timeline">
        {t("escalations.timeline")}
      </Title>
      <ol className={classes["timeline"]}>
        {momentsOf(escalation, t).map(({ at, text }) => (
          <li key={`${at} ${text}`}>
            <time dateTime={at}>{shortDate(at, language)}</time>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function momentsOf(
  { raised, links, acknowledged, resolved }: EscalationDetail,
  t: TFunction,
): readonly Moment[] {
  const moments: Moment[] = raised.map(({ trigger, at }) => ({
    at,
    text: t("escalations.event.raised", { why: t(`escalations.trigger.${trigger}`) }),
  }));
  for (const { kind, name, madeAt, assignees, ...link } of links) {
    if (madeAt === null) continue;
    const system = t(`escalations.system.${link.system}`);
    const names = assignees?.join(", ") ?? "";
    moments.push({
      at: madeAt,
      text:
        kind === "ticket"
          ? t("escalations.event.ticket", { name: name ?? "", system })
          : names === ""
            ? t("escalations.event.page", { system })
            : t("escalations.event.pageOf", { names, system, count: assignees?.length ?? 1 }),
    });
  }
  if (acknowledged !== null)
    moments.push({
      at: acknowledged.at,
      text:
        acknowledged.by === null
          ? t("escalations.event.acknowledgedBySomebody")
          : t("escalations.event.acknowledged", { name: acknowledged.by }),
    });
  if (resolved !== null)
    moments.push({
      at: resolved.at,
      text:
        resolved.by === null
          ? t("escalations.event.resolvedBySomebody")
          : t("escalations.event.resolved", { name: resolved.by }),
    });
  return moments.toSorted((one, other) => one.at.localeCompare(other.at));
}
