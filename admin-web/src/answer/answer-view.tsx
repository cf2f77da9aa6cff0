import { Group, Text } from "@mantine/core";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyView, TurnView } from "../../../bots/http/contract/conversation.ts";
import { useDepartments } from "../ask/use-departments.ts";
import { FeedbackButtons } from "../feedback/feedback-buttons.tsx";
import { FeedbackPanel } from "../feedback/feedback-panel.tsx";
import { useFeedback } from "../feedback/use-feedback.ts";
import { useLanguage } from "../locales/use-language.ts";
import { AnswerText } from "./answer-text-loader.ts";
import classes from "./answer-view.module.css";
import { ConfidenceNote } from "./confidence-note.tsx";
import { CopyAnswer } from "./copy-answer.tsx";
import { NearestList } from "./nearest-list.tsx";
import { PendingView } from "./pending-view.tsx";
import { SourceList } from "./source-list.tsx";
import { VerifiedNote } from "./verified-note.tsx";

interface AnswerViewProps {
  readonly turn: TurnView;
  readonly reply: ReplyView;
}

/** The reply with what it rests on, or that an expert was asked. */
export function AnswerView({ turn, reply }: AnswerViewProps) {
  return reply.kind === "pending" ? (
    <PendingView turn={turn} reply={reply} />
  ) : (
    <EndedView turn={turn} reply={reply} />
  );
}

interface EndedViewProps {
  readonly turn: TurnView;
  readonly reply: Exclude<ReplyView, { kind: "pending" }>;
}

function EndedView({ turn, reply }: EndedViewProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const feedback = useFeedback(turn);
  const [explaining, setExplaining] = useState(false);
  const departments = useDepartments().data;
  const department = departments?.find(({ id }) => id === turn.departmentId)?.name[language];
  const citations = reply.kind === "answer" ? reply.citations : [];
  const verified = reply.kind === "answer" && reply.verified !== undefined;
  const facts = [
    ...(department === undefined ? [] : [t("answer.from", { department })]),
    // What a person stands for is no longer the answerer's.
    ...(reply.kind === "answer" && reply.verified === undefined
      ? [
          reply.answeredBy === "extractive"
            ? t("answer.quoting")
            : t("answer.model", { model: reply.answeredBy }),
        ]
      : []),
  ];
  return (
    <div data-testid="reply" data-kind={reply.kind}>
      {reply.kind === "answer" && reply.verified !== undefined && <VerifiedNote verified={reply.verified} />}
      <Suspense fallback={<p className={classes["plain"]}>{reply.text}</p>}>
        <AnswerText text={reply.text} citations={citations} lang={reply.language} />
      </Suspense>
      {reply.kind === "answer" ? (
        <SourceList turnId={turn.id} citations={citations} />
      ) : (
        <NearestList turnId={turn.id} nearest={reply.nearest} />
      )}
      <Group className={classes["foot"]} gap="xs" justify="space-between">
        <Group gap={6} className={classes["facts"]}>
          {!verified && <ConfidenceNote reply={reply} />}
          {facts.length > 0 && (
            <Text span size="sm" c="dimmed">
              {facts.join(" · ")}
            </Text>
          )}
        </Group>
        <Group gap={2} wrap="nowrap" ms="auto">
          <CopyAnswer reply={reply} />
          <FeedbackButtons turn={turn} feedback={feedback} onExplain={setExplaining} />
        </Group>
      </Group>
      <FeedbackPanel turn={turn} feedback={feedback} explaining={explaining} onExplain={setExplaining} />
    </div>
  );
}
