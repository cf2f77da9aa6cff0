import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { EscalationDetail } from "../../../bots/http/contract/escalation.ts";
import { elapsed } from "../locales/duration.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import classes from "./escalation-page.module.css";

/** Why it was raised, who asked, and where. */
export function EscalationFacts({ escalation }: { readonly escalation: EscalationDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { triggers, askedBy, department, channel, raisedAt, answerWanted } = escalation;
  return (
    <section aria-labelledby="facts" className={classes["section"]}>
      <Title order={2} size="h3" id="facts">
        {t("escalations.facts")}
      </Title>
      <dl className={classes["facts"]}>
        <Fact name={t("escalations.why")}>
          {triggers.map((trigger) => t(`escalations.trigger.${trigger}`)).join("; ")}
        </Fact>
        {askedBy !== null && <Fact name={t("escalations.asker")}>{askedBy}</Fact>}
        {department !== null && <Fact name={t("escalations.department")}>{department}</Fact>}
        <Fact name={t("escalations.where")}>{t(`approvals.channel.${channel}`)}</Fact>
        <Fact name={t("escalations.raised")}>
          {shortDate(raisedAt, language)} ({t("escalations.ago", { time: elapsed(raisedAt, language) })})
        </Fact>
      </dl>
      {answerWanted && <p>{t("escalations.answerWanted")}</p>}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
