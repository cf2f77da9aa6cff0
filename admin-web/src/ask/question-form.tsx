import { ActionIcon, Textarea, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconArrowUp, IconPlayerStopFilled } from "@tabler/icons-react";
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { questionLengthLimit } from "../../../bots/http/contract/conversation.ts";
import { readDraft, writeDraft } from "./drafts.ts";
import classes from "./question-form.module.css";

interface QuestionFormProps {
  readonly conversationId: string | null;
  /** Something runs that can be stopped, or is on its way. */
  readonly running: boolean;
  readonly onAsk: (question: string) => Promise<boolean>;
  readonly onStop: (() => void) | null;
  readonly autoFocus: boolean;
  readonly children?: ReactNode;
}

/** A menu or dialog takes Escape first. */
const somethingIsOpen = (): boolean => document.querySelector('[role="dialog"], [role="menu"]') !== null;

export function QuestionForm(props: QuestionFormProps) {
  const { conversationId, running, onAsk, onStop, autoFocus, children } = props;
  const { t } = useTranslation();
  const [text, setText] = useState(() => readDraft(conversationId));
  const field = useRef<HTMLTextAreaElement | null>(null);
  const note = useId();
  const over = text.length - questionLengthLimit;
  const sendable = text.trim() !== "" && over <= 0 && !running;

  const stop = (): void => {
    if (onStop !== null && !somethingIsOpen()) onStop();
  };
  useHotkeys([
    ["/", () => field.current?.focus()],
    ["Escape", stop],
  ]);
  const focusFirst = useRef(autoFocus);
  useEffect(() => {
    if (focusFirst.current && matchMedia("(hover: hover)").matches) {
      field.current?.focus({ preventScroll: true });
      // Behind what a draft left there.
      field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
    }
    focusFirst.current = false;
  }, []);

  const change = (typed: string): void => {
    setText(typed);
    writeDraft(conversationId, typed);
  };
  const submit = async (): Promise<void> => {
    if (!sendable) return;
    const question = text.trim();
    setText("");
    if (await onAsk(question)) writeDraft(conversationId, "");
    // Nothing typed is lost: a question that was not sent returns to the field.
    else setText((typed) => (typed === "" ? question : typed));
  };

  return (
    <form
      className={classes["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Textarea
        ref={field}
        autosize
        size="md"
        minRows={conversationId === null ? 2 : 1}
        maxRows={9}
        variant="unstyled"
        classNames={{ input: classes["input"] ?? "" }}
        value={text}
        aria-label={t("ask.field")}
        aria-describedby={note}
        aria-invalid={over > 0}
        placeholder={conversationId === null ? t("ask.placeholder") : t("ask.placeholderFollowUp")}
        onChange={(event) => {
          change(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            void submit();
          }
          if (event.key === "Escape") stop();
        }}
      />
      <div className={classes["bar"]}>
        <div className={classes["choice"]}>{children}</div>
        <span
          id={note}
          className={classes["note"]}
          data-over={over > 0 || undefined}
          data-hint={text === "" || undefined}
        >
          {over > 0
            ? t("ask.tooLong", { over })
            : text === ""
              ? t("ask.hint")
              : t("ask.characters", { count: text.length, limit: questionLengthLimit })}
        </span>
        {onStop === null ? (
          <Tooltip label={t("ask.send")}>
            <ActionIcon
              type="submit"
              size={38}
              radius="xl"
              disabled={!sendable}
              loading={running}
              aria-label={t("ask.send")}
            >
              <IconArrowUp size={20} aria-hidden />
            </ActionIcon>
          </Tooltip>
        ) : (
          <Tooltip label={`${t("ask.stop")} (Esc)`}>
            <ActionIcon size={38} radius="xl" variant="default" onClick={onStop} aria-label={t("ask.stop")}>
              <IconPlayerStopFilled size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </form>
  );
}
