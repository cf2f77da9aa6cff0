import { Button } from "@mantine/core";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { UsageLineView, UsageView } from "../../../bots/http/contract/budget.ts";
import type { Language } from "../locales/language.ts";
import { useLanguage } from "../locales/use-language.ts";
import { dayName } from "../locales/when.ts";
import classes from "./usage.module.css";

const shownAtFirst = 12;

/** Each day, department, person or model with its tokens beside the most; days newest first. */
export function UsageLines({ usage: { by, lines } }: { readonly usage: UsageView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [all, setAll] = useState(false);
  const inOrder = by === "day" ? lines.toReversed() : lines;
  const shown = all ? inOrder : inOrder.slice(0, shownAtFirst);
  const most = Math.max(1, ...lines.map(tokensOf));
  return (
    <>
      <ul
        className={classes["lines"]}
        data-testid="usage-lines"
        aria-label={t("usage.used.lines", { by: t(`usage.used.bys.${by}`) })}
      >
        {shown.map((line) => (
          <li key={line.key ?? ""} className={classes["line"]}>
            <span className={classes["name"]}>{lineName(by, line, language, t)}</span>
            <span className={classes["bar"]} aria-hidden>
              <span style={{ width: `${String((100 * tokensOf(line)) / most)}%` }} />
            </span>
            <span className={classes["tokens"]}>{t("usage.used.tokens", { count: tokensOf(line) })}</span>
            {line.requests + tokensOf(line) > 0 && (
              <span className={classes["facts"]}>
                {[
                  t("usage.used.facts", {
                    requests: line.requests,
                    prompts: line.promptTokens,
                    answers: line.completionTokens,
                  }),
                  ...(line.refused > 0 ? [t("usage.used.factRefused", { count: line.refused })] : []),
                ].join(" · ")}
              </span>
            )}
          </li>
        ))}
      </ul>
      {inOrder.length > shown.length && (
        <Button
          mt="sm"
          variant="default"
          onClick={() => {
            setAll(true);
          }}
        >
          {t("usage.used.showAll", { count: inOrder.length })}
        </Button>
      )}
    </>
  );
}

const tokensOf = ({ promptTokens, completionTokens }: UsageLineView): number =>
  promptTokens + completionTokens;

function lineName(
  by: UsageView["by"],
  { key, department, person }: UsageLineView,
  language: Language,
  t: TFunction,
): string {
  if (by === "department") {
    if (key === null) return t("usage.used.noDepartment");
    return department?.name[language] ?? t("usage.used.goneDepartment");
  }
  if (key === null) return t("usage.used.nobody");
  if (by === "person") return person?.name ?? t("usage.used.gonePerson");
  return by === "day" ? dayName(key, language) : key;
}
