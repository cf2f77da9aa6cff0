import { Radio } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DepartmentView } from "../../../bots/http/contract/identity.ts";
import { useLanguage } from "../locales/use-language.ts";
import { DepartmentIcon } from "../theme/icons.tsx";
import classes from "./department-cards.module.css";

interface DepartmentCardsProps {
  readonly departments: readonly DepartmentView[];
  /** Null: the expert chooses. */
  readonly chosen: string | null;
  readonly onChoose: (departmentId: string | null) => void;
}
const any = "any";

export function DepartmentCards({ departments, chosen, onChoose }: DepartmentCardsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const cards = [
    { value: any, icon: null, name: t("ask.anyDepartment"), detail: t("ask.anyDepartmentText") },
    ...departments.map(({ id, icon, name, documentCount }) => ({
      value: id,
      icon,
      name: name[language],
      detail: t("ask.documents", { count: documentCount }),
    })),
  ];
  return (
    <Radio.Group
      value={chosen ?? any}
      onChange={(value) => {
        onChoose(value === any ? null : value);
      }}
      aria-label={t("ask.department")}
    >
      <div className={classes["cards"]} data-few={cards.length <= 4 || undefined}>
        {cards.map(({ value, icon, name, detail }) => (
          <Radio.Card key={value} value={value} className={classes["card"]}>
            <span className={classes["icon"]}>
              <DepartmentIcon name={icon} />
            </span>
            <span className={classes["words"]}>
              <span className={classes["name"]}>{name}</span>
              <span className={classes["detail"]}>{detail}</span>
            </span>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}
