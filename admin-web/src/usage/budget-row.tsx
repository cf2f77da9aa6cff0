import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { BudgetView } from "../../../bots/http/contract/budget.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import { BudgetForm } from "./budget-form.tsx";
import { isUnlimited, limitNames } from "./use-budgets.ts";
import { useOwnerName } from "./use-owner-name.ts";
import classes from "./usage.module.css";

interface BudgetRowProps {
  readonly budget: BudgetView;
  readonly canChange: boolean;
  /** What a question has cost; null where nobody knows. */
  readonly costTokens: number | null;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}

/** One budget: what it permits, how much of it is used, and the form that changes it. */
export function BudgetRow({ budget, canChange, costTokens, open, onOpen }: BudgetRowProps) {
  const { t } = useTranslation();
  const { scope, limits } = budget;
  const name = useOwnerName()(scope);
  const change = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(open);
  // Whoever closes the form goes on from where they opened it.
  useEffect(() => {
    if (wasOpen.current && !open) change.current?.focus();
    wasOpen.current = open;
  }, [open]);
  const isOwn = scope.kind === "person" && scope.person !== null;
  return (
    <li className={classes["budget"]}>
      <div className={classes["budgetHead"]}>
        <h3>{name}</h3>
        {canChange && !open && (
          <Button
            ref={change}
            variant="default"
            size="xs"
            aria-label={t("usage.budget.changeOf", { name })}
            onClick={() => {
              onOpen(true);
            }}
          >
            {t("usage.budget.change")}
          </Button>
        )}
      </div>
      {scope.kind === "person" && (
        <p className={classes["about"]}>
          {scope.person === null ? t("usage.budget.eachPersonText") : scope.person.email}
        </p>
      )}
      {limits === null || isUnlimited(limits) ? (
        <p className={classes["about"]}>
          {t(limits !== null && isOwn ? "usage.budget.freed" : "usage.budget.noLimit")}
        </p>
      ) : (
        <Limits budget={budget} limits={limits} />
      )}
      {open && (
        <BudgetForm budget={budget} name={name} costTokens={costTokens} onClose={() => onOpen(false)} />
      )}
    </li>
  );
}

interface LimitsProps {
  readonly budget: BudgetView;
  readonly limits: NonNullable<BudgetView["limits"]>;
}

function Limits({ budget, limits }: LimitsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <ul className={classes["limits"]}>
      {limitNames.map((name) => {
        const limit = limits[name];
        if (limit === null) return null;
        const standing = budget.standings.find(
          ({ metric, window }) => `${metric}Per${window === "day" ? "Day" : "Minute"}` === name,
        );
        if (standing === undefined) {
          return (
            <li key={name}>
              <p>{t(`usage.budget.limit.${name}`)}</p>
              <p className={classes["about"]}>{t("usage.budget.atMost", { limit })}</p>
            </li>
          );
        }
        const used = standing.limit - standing.remaining;
        const when = shortDate(standing.resetsAt, language);
        return (
          <li key={name}>
            <p>{t(`usage.budget.limit.${name}`)}</p>
            <div className={classes["bar"]} data-full={standing.remaining === 0} aria-hidden>
              <span style={{ width: `${String(Math.min(100, (100 * used) / standing.limit))}%` }} />
            </div>
            <p className={classes["about"]}>
              {[
                t("usage.budget.used", { used, limit: standing.limit }),
                ...(used > 0 ? [t(`usage.budget.whole.${standing.window}`, { when })] : []),
              ].join(" · ")}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
