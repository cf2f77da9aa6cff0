import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { failureText } from "../locales/failure-texts.ts";
import { useLanguage } from "../locales/use-language.ts";
import { asFailure } from "./failure-note.tsx";

interface Note {
  readonly id?: string;
  readonly title?: string;
  readonly message: ReactNode;
  readonly autoCloseMs?: number;
}
export interface Notify {
  say(note: Note): void;
  /** What was wanted, what went wrong, and what to do. */
  sayFailure(title: string, error: unknown): void;
}

/** Short messages in the corner, for what has no place on the page any more. */
export function useNotify(): Notify {
  const { t } = useTranslation();
  const language = useLanguage();
  const closeButtonProps = { "aria-label": t("app.close") };
  return {
    say({ id, title, message, autoCloseMs = 5_000 }) {
      notifications.show({
        ...(id === undefined ? {} : { id }),
        ...(title === undefined ? {} : { title }),
        message,
        autoClose: autoCloseMs,
        closeButtonProps,
      });
    },
    sayFailure(title, error) {
      const { message, remedy } = failureText(asFailure(error), language);
      notifications.show({
        color: "red",
        title,
        message: `${message} ${remedy ?? ""}`,
        autoClose: 12_000,
        closeButtonProps,
      });
    },
  };
}
