import { ActionIcon, Group, Tooltip } from "@mantine/core";
import { IconThumbDown, IconThumbDownFilled, IconThumbUp, IconThumbUpFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TurnView } from "../../../bots/http/contract/conversation.ts";
import type { useFeedback } from "./use-feedback.ts";

interface FeedbackButtonsProps {
  readonly turn: TurnView;
  readonly feedback: ReturnType<typeof useFeedback>;
  readonly onExplain: (open: boolean) => void;
}

/** Thumbs up and down; pressing the pressed one takes the rating back. */
export function FeedbackButtons({ turn, feedback, onExplain }: FeedbackButtonsProps) {
  const { t } = useTranslation();
  const verdict = turn.feedback?.verdict ?? null;
  const press = (pressed: "up" | "down"): void => {
    const takeBack = verdict === pressed;
    feedback.mutate(takeBack ? null : { verdict: pressed, reason: null });
    onExplain(pressed === "down" && !takeBack);
  };
  const icons = {
    up: verdict === "up" ? IconThumbUpFilled : IconThumbUp,
    down: verdict === "down" ? IconThumbDownFilled : IconThumbDown,
  };
  return (
    <Group gap={2} wrap="nowrap" role="group" aria-label={t("feedback.label")}>
      {(["up", "down"] as const).map((each) => {
        const Icon = icons[each];
        return (
          <Tooltip key={each} label={t(`feedback.${each}`)}>
            <ActionIcon
              variant="subtle"
              color={verdict === each ? "pine" : "gray"}
              size={34}
              aria-label={t(`feedback.${each}`)}
              aria-pressed={verdict === each}
              onClick={() => {
                press(each);
              }}
            >
              <Icon size={18} stroke={1.6} aria-hidden />
            </ActionIcon>
          </Tooltip>
        );
      })}
    </Group>
  );
}
