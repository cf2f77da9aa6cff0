import { Badge, Group, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { EscalationPreviewView } from "../../../bots/http/contract/escalation-policy.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import classes from "./policy-page.module.css";
import { SeverityBadge } from "./severity-badge.tsx";

/** What a policy would have done with the department's last questions. */
export function PolicyPreview({ preview }: { readonly preview: EscalationPreviewView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { questions, tickets, pages, items } = preview;
  const said =
    questions === 0
      ? t("escalations.policy.previewEmpty")
      : items.length === 0
        ? t("escalations.policy.previewNone", { questions })
        : t("escalations.policy.previewOf", { questions, tickets, pages });
  return (
    <section className={classes["preview"]} aria-labelledby="preview" data-testid="preview">
      <Title order={2} size="h3" id="preview">
        {t("escalations.policy.preview")}
      </Title>
      <p role="status">{said}</p>
      <ul className={classes["previewed"]}>
        {items.map(({ turnId, question, askedAt, triggers, word, severity, ticket, page }) => (
          <li key={turnId}>
            <span className={classes["question"]}>{question}</span>
            <span className={classes["about"]}>
              {shortDate(askedAt, language)} ·{" "}
              {triggers
                .map(
                  (trigger) =>
                    t(`escalations.trigger.${trigger}`) +
                    (trigger === "critical" && word !== null ? ` (${word})` : ""),
                )
                .join("; ")}
            </span>
            <Group gap={6}>
              <SeverityBadge severity={severity} />
              {ticket && <Mark text={t("escalations.policy.asTicket")} />}
              {page && <Mark text={t("escalations.policy.asPage")} />}
            </Group>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Mark({ text }: { readonly text: string }) {
  return (
    <Badge variant="outline" color="gray" c="var(--mantine-color-text)" tt="none" fw={550}>
      {text}
    </Badge>
  );
}
