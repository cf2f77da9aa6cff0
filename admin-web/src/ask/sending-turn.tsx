import { useTranslation } from "react-i18next";
import { QuestionBubble } from "./question-bubble.tsx";
import { ProgressNote } from "./progress-note.tsx";

/** A question that the server has not yet acknowledged. */
export function SendingTurn({ question }: { readonly question: string }) {
  const { t } = useTranslation();
  return (
    <div>
      <QuestionBubble question={question} />
      <ProgressNote text={t("turn.sending")} />
    </div>
  );
}
