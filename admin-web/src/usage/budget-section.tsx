import { Select, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BudgetListView, BudgetView } from "../../../bots/http/contract/budget.ts";
import { HelpNote } from "../app/help-note.tsx";
import { BudgetRow } from "./budget-row.tsx";
import { keyOf, useBudgetPeople } from "./use-budgets.ts";
import classes from "./usage.module.css";

/** All budgets, of which one at a time is changed. */
export function BudgetSection({ budgets }: { readonly budgets: BudgetListView }) {
  const { t } = useTranslation();
  const { items, canChange, questionCost } = budgets;
  const [open, setOpen] = useState<string | null>(null);
  const [added, setAdded] = useState<BudgetView | null>(null);
  const known = new Set(items.map(({ scope }) => keyOf(scope)));
  const rows = added !== null && !known.has(keyOf(added.scope)) ? [...items, added] : items;
  const shown = canChange ? rows : rows.filter(({ limits }) => limits !== null);
  const cost =
    questionCost === null
      ? t("usage.budget.costUnknown")
      : t("usage.budget.costKnown", { count: questionCost.questions, tokens: questionCost.tokens });
  return (
    <section aria-labelledby="budgets" className={classes["section"]}>
      <Title order={2} id="budgets">
        {t("usage.budget.heading")}
      </Title>
      <Text c="dimmed" mb="xs">
        {t("usage.budget.lead")}
      </Text>
      <HelpNote title={t("usage.budget.tokenHelp")}>{`${t("usage.budget.tokenText")} ${cost}`}</HelpNote>
      {shown.length === 0 && <Text mt="md">{t("usage.budget.noneOfYours")}</Text>}
      <ul className={classes["budgets"]} data-testid="budgets" aria-label={t("usage.budget.list")}>
        {shown.map((budget) => {
          const key = keyOf(budget.scope);
          return (
            <BudgetRow
              key={key}
              budget={budget}
              canChange={canChange}
              costTokens={questionCost?.tokens ?? null}
              open={open === key}
              onOpen={(isOpen) => {
                setOpen(isOpen ? key : null);
                if (!isOpen) setAdded(null);
              }}
            />
          );
        })}
      </ul>
      {canChange && (
        <PersonChoice
          onChoose={(person) => {
            const budget: BudgetView = {
              scope: { kind: "person", person },
              limits: null,
              warnings: [],
              standings: [],
            };
            setAdded(budget);
            setOpen(keyOf(budget.scope));
          }}
        />
      )}
    </section>
  );
}

type Person = NonNullable<Extract<BudgetView["scope"], { readonly kind: "person" }>["person"]>;

const typingMs = 250;

/** Finds a person who gets a budget of their own. */
function PersonChoice({ onChoose }: { readonly onChoose: (person: Person) => void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [settled] = useDebouncedValue(words.trim(), typingMs);
  const people = useBudgetPeople(settled).data?.items ?? [];
  return (
    <Select
      className={classes["add"] ?? ""}
      label={t("usage.budget.addPerson")}
      description={t("usage.budget.addPersonText")}
      maw={420}
      searchable
      searchValue={words}
      onSearchChange={setWords}
      value={null}
      data={people.map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` }))}
      // The server has chosen already.
      filter={({ options }) => options}
      {...(settled === "" ? {} : { nothingFoundMessage: t("usage.budget.nobodyFound") })}
      onChange={(id) => {
        const person = people.find((one) => one.id === id);
        if (person === undefined) return;
        setWords("");
        onChoose(person);
      }}
    />
  );
}
