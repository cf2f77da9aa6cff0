import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ApprovalSummary } from "../../../bots/http/contract/approval.ts";
import { elapsed } from "../locales/duration.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import classes from "./approvals-page.module.css";

/** One approval of a list: the question, and what helps to choose. */
export function ApprovalRow({ approval }: { readonly approval: ApprovalSummary }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { approvalId, question, department, askedBy, askedAt, state, why, confidence, decided } = approval;
  const facts = [
    ...(askedBy === null ? [] : [askedBy]),
    ...(department === null ? [] : [department]),
    t(`approvals.whyShort.${why}`),
    t(`confidence.${confidence.level}`),
    ...(approval.required > 1 && decided === null
      ? [t("approvals.agreed", { agreed: approval.agreed.length, required: approval.required })]
      : []),
  ];
  return (
    <li>
      <Link to={`/approvals/${approvalId}`} className={classes["row"]}>
        <span className={classes["question"]} lang={approval.language}>
          {question}
        </span>
        <span className={classes["facts"]}>{facts.join(" · ")}</span>
        <span className={classes["when"]}>
          {decided === null
            ? t("approvals.waits", { time: elapsed(askedAt, language) })
            : t(`approvals.decidedBy.${decided.kind}`, {
                name: decided.by,
                when: shortDate(decided.at, language),
              })}
          {state !== "pending" && (
            <Badge variant="outline" color="gray" tt="none" fw={500} ms={8}>
              {t(`approvals.state.${state}`)}
            </Badge>
          )}
        </span>
      </Link>
    </li>
  );
}
