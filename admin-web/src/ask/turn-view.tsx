import { Button, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { TurnView as Turn } from "../../../bots/http/contract/conversation.ts";
import { isFinished } from "./turn-state.ts";
import { AnswerView } from "../answer/answer-view.tsx";
import { AnswerText } from "../answer/answer-text-loader.ts";
import { EscalationNote } from "../answer/escalation-note.tsx";
import { FailureNote } from "../app/failure-note.tsx";
import { useNotify } from "../app/use-notify.ts";
import { useLiveTurn, useLiveTurns } from "./live-turns-context.ts";
import type { LiveTurn } from "./live-turns.ts";
import { ProgressNote } from "./progress-note.tsx";
import { QuestionBubble } from "./question-bubble.tsx";
import { useWaitingText, WaitingNote } from "./waiting-note.tsx";
import classes from "./turn-view.module.css";

interface TurnViewProps {
  readonly turn: Turn;
  readonly onAskAgain: (question: string, departmentId: string | null) => void;
  /** Asking again is not possible just now. */
  readonly busy: boolean;
}

/** One question with its answer, or with what became of it. */
export function TurnView({ turn, onAskAgain, busy }: TurnViewProps) {
  const { t } = useTranslation();
  const live = useLiveTurn(turn.id);
  const turns = useLiveTurns();
  useEffect(() => {
    turns.watch(turn);
  }, [turns, turn]);

  const askAgain = (
    <Button
      size="compact-sm"
      variant="default"
      disabled={busy}
      leftSection={<IconRefresh size={16} stroke={1.6} aria-hidden />}
      onClick={() => {
        onAskAgain(turn.question, turn.departmentId);
      }}
    >
      {t("turn.askAgain")}
    </Button>
  );
  const heading = `question-${turn.id}`;
  return (
    <article className={classes["turn"]} aria-labelledby={heading} data-testid="turn" data-state={turn.state}>
      <QuestionBubble question={turn.question} id={heading} />
      {turn.reply !== null ? (
        <AnswerView turn={turn} reply={turn.reply} />
      ) : turn.state === "cancelled" ? (
        <div className={classes["ended"]}>
          <Text c="dimmed">{t("turn.stopped")}</Text>
          {askAgain}
        </div>
      ) : isFinished(turn.state) ? (
        <FailureNote
          title={t("turn.failedTitle")}
          failure={turn.failure ?? { code: "internal", message: "", remedy: null }}
          {...(busy
            ? {}
            : {
                onRetry: () => {
                  onAskAgain(turn.question, turn.departmentId);
                },
              })}
          retryLabel={t("turn.askAgain")}
        />
      ) : (
        <RunningTurn turn={turn} live={live} />
      )}
      {turn.escalation !== null && <EscalationNote escalation={turn.escalation} />}
    </article>
  );
}

const none: readonly never[] = [];

function RunningTurn({ turn, live }: { readonly turn: Turn; readonly live: LiveTurn | undefined }) {
  const { t } = useTranslation();
  const turns = useLiveTurns();
  const waitingText = useWaitingText();
  if (live?.connection === "lost") {
    return (
      <div className={classes["ended"]} role="status">
        <Text>{t("turn.lost")}</Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            turns.watch(turn);
          }}
        >
          {t("turn.reconnect")}
        </Button>
      </div>
    );
  }
  const state = live?.state ?? turn.state;
  const place = live?.stopping === true ? null : (live?.place ?? null);
  const step =
    live?.stopping === true
      ? t("turn.stopping")
      : live?.connection === "resuming"
        ? t("turn.resuming")
        : place !== null
          ? waitingText(place)
          : t(`turn.state.${state}`);
  return (
    <div data-testid="running" aria-busy="true">
      {live !== undefined && live.text !== "" && (
        <Suspense fallback={null}>
          <AnswerText text={live.text} citations={none} />
        </Suspense>
      )}
      <ProgressNote text={step} />
      <WaitingNote place={place} />
    </div>
  );
}

/** Stops the turn; says why where the server refuses. */
export function useStop(turnId: string | null): (() => void) | null {
  const { t } = useTranslation();
  const turns = useLiveTurns();
  const { sayFailure } = useNotify();
  if (turnId === null) return null;
  return () => {
    turns.stop(turnId).catch((error: unknown) => {
      sayFailure(t("ask.stop"), error);
    });
  };
}
