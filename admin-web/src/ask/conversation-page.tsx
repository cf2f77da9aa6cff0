import { Container, Skeleton, Stack, Title, VisuallyHidden } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useParams } from "react-router";
import { isFinished } from "./turn-state.ts";
import { isFailure } from "../api/http-client.ts";
import { preloadAnswerText } from "../answer/answer-text-loader.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { UnknownPage } from "../app/unknown-page.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import { useConversation, type ConversationDetail } from "../conversations/use-conversations.ts";
import classes from "./conversation-page.module.css";
import { DepartmentMenu } from "./department-menu.tsx";
import { QuestionForm } from "./question-form.tsx";
import { SendingTurn } from "./sending-turn.tsx";
import { TurnView, useStop } from "./turn-view.tsx";
import { useAsking } from "./use-asking.ts";
import { useDepartments } from "./use-departments.ts";
import { useFollowEnd } from "./use-follow-end.ts";

/** One conversation, by its address. */
export default function ConversationPage() {
  const { t } = useTranslation();
  const { conversationId = "" } = useParams();
  const conversation = useConversation(conversationId);
  useEffect(preloadAnswerText, []);
  if (conversation.data !== undefined)
    return <Conversation key={conversationId} detail={conversation.data} />;
  if (conversation.isError) {
    if (isFailure(conversation.error, "not_found", "invalid_input", "forbidden")) {
      return <UnknownPage title={t("conversations.gone")} text={t("conversations.goneText")} />;
    }
    return (
      <Container size="xs" py={80}>
        <FailureNote
          title={t("app.failedToLoad")}
          failure={asFailure(conversation.error)}
          onRetry={() => void conversation.refetch()}
        />
      </Container>
    );
  }
  return (
    <Stack className={classes["column"]} role="status" aria-label={t("app.loading")}>
      <Skeleton height={24} width="50%" />
      <Skeleton height={14} mt="lg" />
      <Skeleton height={14} />
      <Skeleton height={14} width="70%" />
    </Stack>
  );
}

/** What the page of a new question hands on, and the browser keeps for a reload. */
interface Arrival {
  readonly asked?: boolean;
  readonly departmentId?: string | null;
}

function Conversation({ detail: { conversation, turns } }: { readonly detail: ConversationDetail }) {
  const { t } = useTranslation();
  const arrival = useLocation().state as Arrival | null;
  const departments = useDepartments().data ?? [];
  const [chosen, setChosen] = useState(arrival?.departmentId ?? null);
  const asking = useAsking(conversation.id, () => undefined);
  const heading = usePageFocus(conversation.title, arrival?.asked !== true);
  const running = turns.find((turn) => !isFinished(turn.state));
  const stop = useStop(running?.id ?? null);
  const { sending, failure } = asking;
  const end = useFollowEnd(`${String(turns.length)}${sending === null ? "" : "+"}`, running?.id ?? null);

  return (
    <div className={classes["page"]}>
      <header className={classes["header"]}>
        <Title order={1} size="h3" ref={heading} tabIndex={-1} className={classes["title"]}>
          {conversation.title}
        </Title>
      </header>
      <div className={classes["turns"]}>
        {turns.map((turn) => (
          <TurnView
            key={turn.id}
            turn={turn}
            busy={running !== undefined || sending !== null}
            onAskAgain={(question, departmentId) => void asking.ask(question, departmentId)}
          />
        ))}
        {sending !== null && <SendingTurn question={sending.question} />}
        <CompletionNote turns={turns} />
        <div ref={end} />
      </div>
      <div className={classes["composer"]}>
        <div className={classes["inner"]}>
          {failure !== null && (
            <div className={classes["failure"]}>
              <FailureNote title={t("ask.failed")} failure={failure} onClose={asking.forgetFailure} />
            </div>
          )}
          <QuestionForm
            conversationId={conversation.id}
            running={sending !== null}
            onStop={stop}
            autoFocus={arrival?.asked === true}
            onAsk={(question) => asking.ask(question, chosen)}
          >
            <DepartmentMenu departments={departments} chosen={chosen} onChoose={setChosen} />
          </QuestionForm>
        </div>
      </div>
    </div>
  );
}

/** Tells a screen reader once that an answer is there, not each word of it. */
function CompletionNote({ turns }: Pick<ConversationDetail, "turns">) {
  const { t } = useTranslation();
  const last = turns.at(-1);
  const [watched, setWatched] = useState<string | null>(null);
  const awaited = last !== undefined && (last.state === "waiting" || !isFinished(last.state));
  if (awaited && watched !== last.id) setWatched(last.id);
  const text =
    last === undefined || watched !== last.id || !isFinished(last.state)
      ? ""
      : last.state === "answered"
        ? t("turn.answerReady")
        : last.state === "waiting"
          ? t("approvals.pending.ready")
          : last.state === "not_found"
            ? t("turn.nothingFound")
            : last.state === "cancelled"
              ? t("turn.stopped")
              : t("turn.failedTitle");
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {text}
    </VisuallyHidden>
  );
}
