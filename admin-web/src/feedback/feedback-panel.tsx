import { Button, Chip, Group, Paper, Text, Textarea } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TurnView } from "../../../bots/http/contract/conversation.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { joinReason, reasonLengthLimit, splitReason } from "./feedback-reason.ts";
import type { useFeedback } from "./use-feedback.ts";

interface FeedbackPanelProps {
  readonly turn: TurnView;
  readonly feedback: ReturnType<typeof useFeedback>;
  /** The person is asked for the reason. */
  readonly explaining: boolean;
  readonly onExplain: (open: boolean) => void;
}
const codes = ["wrong", "outdated", "incomplete", "sources", "unclear"] as const;

/** What follows a rating: thanks, the reason, and the way to change or take it back. */
export function FeedbackPanel({ turn, feedback, explaining, onExplain }: FeedbackPanelProps) {
  const { t } = useTranslation();
  const given = turn.feedback;
  return (
    <div aria-live="polite">
      {feedback.isError && (
        <FailureNote
          title={t("feedback.failed")}
          failure={asFailure(feedback.error)}
          onRetry={() => {
            feedback.mutate(feedback.variables);
          }}
        />
      )}
      {given !== null && explaining && (
        <ReasonForm turn={turn} feedback={feedback} given={given} onExplain={onExplain} />
      )}
      {given !== null && !explaining && !feedback.isError && (
        <Group gap={0} mt={4}>
          <Text size="sm" c="dimmed" me={4}>
            {given.verdict === "up" ? t("feedback.thanksUp") : t("feedback.thanksDown")}{" "}
            {given.reason !== null &&
              t("feedback.yourReason", { reason: given.reason.replaceAll("\n", ": ") })}
          </Text>
          {given.verdict === "down" && (
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => {
                onExplain(true);
              }}
            >
              {t("feedback.edit")}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              feedback.mutate(null);
            }}
          >
            {t("feedback.undo")}
          </Button>
        </Group>
      )}
    </div>
  );
}

interface ReasonFormProps extends Omit<FeedbackPanelProps, "explaining"> {
  readonly given: NonNullable<TurnView["feedback"]>;
}

function ReasonForm({ feedback, given, onExplain }: ReasonFormProps) {
  const { t } = useTranslation();
  const labels = codes.map((code) => t(`feedback.reasons.${code}`));
  const [{ chosen, text }, setReason] = useState(() => splitReason(given.reason, labels));
  const reason = joinReason({ chosen, text });
  const over = (reason?.length ?? 0) > reasonLengthLimit;
  const form = useRef<HTMLFormElement | null>(null);
  useEffect(() => {
    form.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <Paper
      component="form"
      ref={form}
      withBorder
      mt="xs"
      p="md"
      radius="md"
      style={{ scrollMarginBottom: 180 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (over) return;
        feedback.mutate({ verdict: "down", reason });
        onExplain(false);
      }}
    >
      <Text component="h3" size="sm" fw={600} mb="xs">
        {t("feedback.why")}{" "}
        <Text span size="sm" c="dimmed" fw={400}>
          ({t("app.optional")})
        </Text>
      </Text>
      <Chip.Group
        multiple
        value={[...chosen]}
        onChange={(next) => {
          setReason({ chosen: next, text });
        }}
      >
        <Group gap={6} role="group" aria-label={t("feedback.why")}>
          {labels.map((label) => (
            <Chip key={label} value={label} size="sm" variant="outline">
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Textarea
        mt="sm"
        autosize
        minRows={2}
        maxRows={6}
        aria-label={t("feedback.more")}
        placeholder={t("feedback.morePlaceholder")}
        value={text}
        error={over ? t("feedback.tooLong", { limit: reasonLengthLimit }) : undefined}
        onChange={(event) => {
          setReason({ chosen, text: event.currentTarget.value });
        }}
      />
      <Group gap="xs" mt="sm" justify="flex-end">
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            onExplain(false);
          }}
        >
          {t("app.cancel")}
        </Button>
        <Button size="compact-sm" type="submit" disabled={over}>
          {t("feedback.send")}
        </Button>
      </Group>
    </Paper>
  );
}
