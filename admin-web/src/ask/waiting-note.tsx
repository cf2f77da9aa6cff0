import { VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isWorthSaying } from "./worth-saying.ts";

/** Tells a screen reader the place in line: once, when it has become much better, and when it is the next. */
export function WaitingNote({ place }: { readonly place: number | null }) {
  const text = useWaitingText();
  const [said, setSaid] = useState<number | null>(null);
  if (place !== said && (place === null || isWorthSaying(said, place))) setSaid(place);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {said === null ? "" : text(said)}
    </VisuallyHidden>
  );
}

/** Says about how many questions are before this one. It promises no time. */
export function useWaitingText(): (place: number) => string {
  const { t } = useTranslation();
  return (place) => (place === 0 ? t("turn.next") : t("turn.before", { count: place }));
}
