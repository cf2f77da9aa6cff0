import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { EscalationSummary } from "../../../bots/http/contract/escalation.ts";
import { elapsed } from "../locales/duration.ts";
import { useLanguage } from "../locales/use-language.ts";
import classes from "./escalations-page.module.css";
import { SeverityBadge } from "./severity-badge.tsx";

/** One escalation of a list: the question, why it was raised, and what stands for it elsewhere. */
export function EscalationRow({ escalation }: { readonly escalation: EscalationSummary }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { escalationId, question, department, askedBy, raisedAt, triggers, severity, links } = escalation;
  const latest = triggers.at(-1);
  const facts = [
    ...(department === null ? [] : [department]),
    ...(askedBy === null ? [] : [askedBy]),
    ...(latest === undefined ? [] : [t(`escalations.trigger.${latest}`)]),
    ...links.map((link) =>
      link.name === null
        ? `${t(`escalations.system.${link.system}`)}: ${t(`escalations.link.state.${link.state}`)}`
        : `${link.name}${link.status === null ? "" : ` (${link.status})`}`,
    ),
  ];
  return (
    <li>
      <Link to={`/escalations/${escalationId}`} className={classes["row"]}>
        <span className={classes["question"]} lang={escalation.language}>
          {question}
        </span>
        <span className={classes["facts"]}>{facts.join(" · ")}</span>
        <span className={classes["when"]}>
          <SeverityBadge severity={severity} />
          <span>{standing(escalation)}</span>
        </span>
      </Link>
    </li>
  );

  function standing({ state, acknowledged, resolved }: EscalationSummary): string {
    const by = state === "resolved" ? resolved : state === "acknowledged" ? acknowledged : null;
    const since = t("escalations.since", { time: elapsed(by?.at ?? raisedAt, language) });
    if (by === null) return `${t(`escalations.state.${state}`)} ${since}`;
    const whom = by.by === null ? t("escalations.bySomebody") : t("escalations.by", { name: by.by });
    return `${t(`escalations.state.${state}`)} ${whom}, ${since}`;
  }
}
