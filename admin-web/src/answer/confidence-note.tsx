import { Popover, Text, UnstyledButton } from "@mantine/core";
import {
  IconCheck,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconMinus,
} from "@tabler/icons-react";
import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyView } from "../../../bots/http/contract/conversation.ts";
import classes from "./confidence-note.module.css";

const icons = { high: IconCircleCheck, medium: IconCircleHalf2, low: IconCircleDashed } as const;
/** Long enough to move the pointer from the words to the explanation. */
const leaveMs = 160;

/** The confidence in words; the figure and its reasons on hover, focus or tap. */
export function ConfidenceNote({ reply }: { readonly reply: ReplyView }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [pinned, setPinned] = useState(false);
  const leaving = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const explanation = useId();
  const { level, value, reasons } = reply.confidence;
  const Icon = icons[level];
  const sources = reply.kind === "answer" ? new Set(reply.citations.map((each) => each.documentId)).size : 0;

  const show = (): void => {
    clearTimeout(leaving.current);
    setOpened(true);
  };
  const leave = (): void => {
    clearTimeout(leaving.current);
    if (!pinned) {
      leaving.current = setTimeout(() => {
        setOpened(false);
      }, leaveMs);
    }
  };
  const close = (): void => {
    clearTimeout(leaving.current);
    setPinned(false);
    setOpened(false);
  };
  return (
    <Popover
      opened={opened}
      onDismiss={close}
      position="top-start"
      shadow="md"
      width={320}
      trapFocus={false}
      withinPortal={false}
      returnFocus={false}
      withRoles={false}
      closeOnEscape={false}
    >
      <Popover.Target>
        <UnstyledButton
          className={classes["note"]}
          data-level={reply.kind === "answer" ? level : "none"}
          data-testid="confidence"
          aria-expanded={opened}
          aria-describedby={opened ? explanation : undefined}
          onMouseEnter={show}
          onMouseLeave={leave}
          onFocus={(event) => {
            if (event.currentTarget.matches(":focus-visible")) show();
          }}
          onBlur={close}
          onClick={() => {
            if (pinned) close();
            else {
              setPinned(true);
              show();
            }
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape" && opened) {
              event.stopPropagation();
              close();
            }
          }}
        >
          <Icon size={17} stroke={1.8} aria-hidden />
          <span>
            {reply.kind === "answer"
              ? `${t(`confidence.${level}`)}: ${t("confidence.checked", { count: sources })}`
              : t("confidence.none")}
          </span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown
        id={explanation}
        role="tooltip"
        className={classes["explanation"]}
        onMouseEnter={show}
        onMouseLeave={leave}
      >
        <Text size="sm" fw={600}>
          {reply.kind === "answer" ? t(`confidence.${level}`) : t("confidence.none")}
          {reply.kind === "answer" && (
            <Text span size="sm" c="dimmed" fw={400} ms={8}>
              {t("confidence.figure", { percent: Math.round(value * 100) })}
            </Text>
          )}
        </Text>
        <ul className={classes["reasons"]}>
          {reasons.map(({ code, effect, facts }) => (
            <li key={code} data-effect={effect}>
              {effect === "for" ? (
                <IconCheck size={16} stroke={2} role="img" aria-label={t("confidence.for")} />
              ) : (
                <IconMinus size={16} stroke={2} role="img" aria-label={t("confidence.against")} />
              )}
              <span>
                {t(`confidence.reason.${code}`)}
                {typeof facts["words"] === "string" && facts["words"] !== "" ? `: ${facts["words"]}` : ""}
              </span>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
