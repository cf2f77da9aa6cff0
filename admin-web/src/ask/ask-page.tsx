import { Skeleton, Text, Title, UnstyledButton } from "@mantine/core";
import { IconCornerDownRight } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { DepartmentView } from "../../../bots/http/contract/identity.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import classes from "./ask-page.module.css";
import { preloadConversationPage } from "./conversation-page-loader.ts";
import { DepartmentCards } from "./department-cards.tsx";
import { QuestionForm } from "./question-form.tsx";
import { SendingTurn } from "./sending-turn.tsx";
import { useAsking } from "./use-asking.ts";
import { useDepartments } from "./use-departments.ts";

/** How many example questions are shown. */
const exampleCount = 4;

/** A new question. */
export function AskPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const departments = useDepartments();
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = useRef(true);
  usePageFocus("");
  useEffect(() => {
    shown.current = true;
    preloadConversationPage();
    return () => {
      shown.current = false;
    };
  }, []);
  const asking = useAsking(null, ({ conversationId }) => {
    // Whoever went elsewhere meanwhile stays there; the conversation is in the list.
    if (shown.current)
      void navigate(`/c/${conversationId}`, { state: { asked: true, departmentId: chosen } });
  });
  const { sending, failure } = asking;
  if (sending !== null) {
    return (
      <div className={classes["column"]}>
        <Title order={1} className={classes["quietTitle"]}>
          {sending.question}
        </Title>
        <SendingTurn question={sending.question} />
      </div>
    );
  }
  return (
    <div className={classes["start"]}>
      <Title order={1}>{t("ask.title")}</Title>
      <Text c="dimmed" mt={6} mb="lg">
        {t("ask.lead")}
      </Text>
      {failure !== null && (
        <div className={classes["failure"]}>
          <FailureNote title={t("ask.failed")} failure={failure} onClose={asking.forgetFailure} />
        </div>
      )}
      <QuestionForm
        conversationId={null}
        running={false}
        onStop={null}
        autoFocus
        onAsk={(question) => asking.ask(question, chosen)}
      />
      <div className={classes["departments"]}>
        {departments.isPending && <Skeleton height={120} radius="md" />}
        {departments.isError && (
          <FailureNote
            title={t("app.failedToLoad")}
            failure={asFailure(departments.error)}
            onRetry={() => void departments.refetch()}
          />
        )}
        {departments.data?.length === 0 && <Text>{t("ask.noDepartments")}</Text>}
        {departments.isSuccess && departments.data.length > 0 && (
          <>
            <DepartmentCards departments={departments.data} chosen={chosen} onChoose={setChosen} />
            <Examples
              departments={departments.data}
              chosen={chosen}
              onAsk={(question) => void asking.ask(question, chosen)}
            />
          </>
        )}
      </div>
    </div>
  );
}

interface ExamplesProps {
  readonly departments: readonly DepartmentView[];
  readonly chosen: string | null;
  readonly onAsk: (question: string) => void;
}

function Examples({ departments, chosen, onAsk }: ExamplesProps) {
  const { t } = useTranslation();
  const questions =
    departments.find(({ id }) => id === chosen)?.exampleQuestions ??
    departments.flatMap(({ exampleQuestions }) => exampleQuestions.slice(0, 1));
  if (questions.length === 0) return null;
  return (
    <section className={classes["examples"]} aria-labelledby="examples">
      <Text component="h2" id="examples" size="sm" fw={600} c="dimmed" mb={4}>
        {t("ask.examples")}
      </Text>
      <ul className={classes["list"]}>
        {questions.slice(0, exampleCount).map((question) => (
          <li key={question}>
            <UnstyledButton
              className={classes["example"]}
              onClick={() => {
                onAsk(question);
              }}
            >
              <IconCornerDownRight size={16} stroke={1.6} aria-hidden />
              <span>{question}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
