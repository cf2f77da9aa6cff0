import { VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./turn-view.module.css";

export function QuestionBubble({ question, id }: { readonly question: string; readonly id?: string }) {
  const { t } = useTranslation();
  return (
    <h2 className={classes["question"]} id={id}>
      <VisuallyHidden>{t("ask.yourQuestion")}: </VisuallyHidden>
      {question}
    </h2>
  );
}
