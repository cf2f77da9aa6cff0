import { Title } from "@mantine/core";
import { IconCheck, IconMinus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ApprovalDetail } from "../../../bots/http/contract/approval.ts";
import { elapsed } from "../locales/duration.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import classes from "./approval-page.module.css";

/** Who asked, why an expert is needed, how sure the draft is, and how long it waits. */
export function ApprovalFacts({ approval }: { readonly approval: ApprovalDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { askedBy, department, channel, askedAt, overdueAt, why, required, agreed, alsoAsked, decided } =
    approval;
  const waiting = decided === null;
  return (
    <section aria-labelledby="facts" className={classes["facts"]}>
      <Title order={2} size="h3" id="facts">
        {t("approvals.facts")}
      </Title>
      <dl>
        <Fact name={t("approvals.why")}>{t(`approvals.whyShort.${why}`)}</Fact>
        {askedBy !== null && <Fact name={t("approvals.asker")}>{askedBy}</Fact>}
        {department !== null && <Fact name={t("approvals.department")}>{department}</Fact>}
        <Fact name={t("approvals.where")}>{t(`approvals.channel.${channel}`)}</Fact>
        <Fact name={t("approvals.waitsSince")}>
          {shortDate(askedAt, language)}
          {waiting && ` (${elapsed(askedAt, language)})`}
        </Fact>
        {waiting && overdueAt !== null && (
          <Fact name={t("approvals.overdue")}>
            {t("approvals.overdueAt", { when: shortDate(overdueAt, language) })}
          </Fact>
        )}
        {required > 1 && (
          <Fact name={t("approvals.agreement")}>
            {t("approvals.agreed", { agreed: agreed.length, required })}
            {agreed.length > 0 && ` (${agreed.join(", ")})`}
          </Fact>
        )}
        <Fact name={t("approvals.confidence")}>
          <Confidence approval={approval} />
        </Fact>
      </dl>
      {alsoAsked > 0 && <p>{t("approvals.alsoAsked", { count: alsoAsked })}</p>}
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

function Confidence({ approval: { confidence, calibrated } }: { readonly approval: ApprovalDetail }) {
  const { t } = useTranslation();
  const { level, value, reasons } = confidence;
  return (
    <>
      {t(`confidence.${level}`)}, {t("approvals.figure", { percent: Math.round(value * 100) })};{" "}
      {calibrated === null
        ? t("approvals.uncalibrated")
        : t("approvals.calibrated", {
            percent: Math.round(calibrated.probability * 100),
            count: calibrated.labels,
          })}
      <ul className={classes["reasons"]}>
        {reasons.map(({ code, effect, facts }) => (
          <li key={code}>
            {effect === "for" ? (
              <IconCheck size={16} stroke={2} role="img" aria-label={t("confidence.for")} />
            ) : (
              <IconMinus size={16} stroke={2} role="img" aria-label={t("confidence.against")} />
            )}
            <span>
              {t(`confidence.reason.${code}`)}
              {typeof facts["words"] === "string" && facts["words"] !== "" ? `: ${facts["words"]}` : ""}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
