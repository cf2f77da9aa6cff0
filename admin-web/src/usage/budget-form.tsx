import { Button, Group, NumberInput, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BudgetLimitsView, BudgetView } from "../../../bots/http/contract/budget.ts";
import { scantLimits } from "../../../bots/http/contract/scant-limits.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { UndoNote } from "../app/undo-note.tsx";
import { useNotify } from "../app/use-notify.ts";
import { faultText } from "../locales/fault-text.ts";
import { useLanguage } from "../locales/use-language.ts";
import { wordList } from "../locales/word-list.ts";
import { isUnlimited, keyOf, limitNames, noLimits, useSetBudget } from "./use-budgets.ts";
import classes from "./usage.module.css";

interface BudgetFormProps {
  readonly budget: BudgetView;
  /** Whose budget it is. */
  readonly name: string;
  /** What a question has cost; null where nobody knows. */
  readonly costTokens: number | null;
  readonly onClose: () => void;
}

const undoMs = 10_000;

/** Changes a budget, saying beforehand what that means; what was done can be undone. */
export function BudgetForm({ budget: { scope, limits: kept }, name, costTokens, onClose }: BudgetFormProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { say, sayFailure } = useNotify();
  const set = useSetBudget();
  const form = useRef<HTMLFormElement>(null);
  const [limits, setLimits] = useState<BudgetLimitsView>(kept ?? noLimits);
  useEffect(() => {
    form.current?.querySelector("input")?.focus();
  }, []);

  // By its promise: the form is gone by then.
  const undo = (): void => {
    set.mutateAsync({ scope, limits: kept }).then(
      () => {
        say({ message: t("usage.budget.undone", { name }) });
      },
      (error: unknown) => {
        sayFailure(t("usage.budget.failed"), error);
      },
    );
  };
  const save = (wanted: BudgetLimitsView | null): void => {
    set.mutate(
      { scope, limits: wanted },
      {
        onSuccess: () => {
          const text = t(`usage.budget.${wanted === null ? "removed" : "saved"}`, { name });
          say({ message: <UndoNote text={text} onUndo={undo} />, autoCloseMs: undoMs });
          onClose();
        },
      },
    );
  };

  const failure = set.isError ? asFailure(set.error) : null;
  const faultOf = (field: string): string | undefined => {
    const fault = failure?.code === "invalid_input" ? failure.facts[field] : undefined;
    return fault === undefined ? undefined : faultText(String(fault), language);
  };
  const [scant] = scantLimits(limits, costTokens === null ? null : { tokens: costTokens });
  const isMarked = limitNames.some((field) => faultOf(field) !== undefined);
  useEffect(() => {
    if (isMarked) form.current?.querySelector<HTMLInputElement>('input[aria-invalid="true"]')?.focus();
  }, [isMarked, set.error]);
  return (
    <form
      ref={form}
      className={classes["form"]}
      aria-label={t("usage.budget.changeOf", { name })}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save(limits);
      }}
    >
      <div className={classes["fields"]}>
        {limitNames.map((field) => (
          <NumberInput
            key={field}
            label={t(`usage.budget.limit.${field}`)}
            description={t("usage.budget.empty")}
            value={limits[field] ?? ""}
            error={faultOf(field)}
            allowDecimal={false}
            allowNegative={false}
            thousandSeparator=","
            inputMode="numeric"
            hideControls
            onChange={(value) => {
              setLimits({ ...limits, [field]: value === "" ? null : Number(value) });
            }}
          />
        ))}
      </div>
      <Meaning scope={scope} limits={limits} name={name} />
      {scant && <p className={classes["little"]}>{t("usage.budget.tooLittle", { tokens: scant.needed })}</p>}
      {failure !== null &&
        (isMarked ? (
          <Text role="alert" c="var(--mantine-color-error)">
            {t("usage.budget.failedFields")}
          </Text>
        ) : (
          <FailureNote title={t("usage.budget.failed")} failure={failure} />
        ))}
      <Group gap="xs">
        <Button type="submit" loading={set.isPending}>
          {t("usage.budget.save")}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t("app.cancel")}
        </Button>
        {kept !== null && (
          <Button
            variant="subtle"
            color="red"
            disabled={set.isPending}
            onClick={() => {
              save(null);
            }}
          >
            {t("usage.budget.remove")}
          </Button>
        )}
      </Group>
    </form>
  );
}

interface MeaningProps {
  readonly scope: BudgetView["scope"];
  readonly limits: BudgetLimitsView;
  readonly name: string;
}

/** What the budget would mean, in a sentence. */
function Meaning({ scope, limits, name }: MeaningProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const isEach = keyOf(scope) === "person ";
  const who =
    scope.kind === "tenant" ? t("usage.budget.who.tenant") : isEach ? t("usage.budget.who.each") : name;
  const parts = limitNames.flatMap((field) => {
    const count = limits[field];
    return count === null ? [] : [t(`usage.budget.what.${field}`, { count })];
  });
  const isFreed = scope.kind === "person" && !isEach;
  return (
    <p className={classes["means"]} role="status">
      {isUnlimited(limits)
        ? t(isFreed ? "usage.budget.meansFreed" : "usage.budget.meansNone", { who })
        : t("usage.budget.means", { who, what: wordList(parts, language) })}
    </p>
  );
}
